"""Message queues from the command line, against a real Redis: what is published, what is told, what is refused."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from tests.cli.running import SECRET, event, inspector, listening, signature
from tests.servers import PASSWORD, RedisServer, running

URL = "redis://:secret@localhost:1/payments"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """One for all tests of the module."""
    with running(RedisServer, tmp_path_factory.mktemp("redis")) as found:
        yield found


def entries(server: RedisServer, stream: str) -> list[dict[str, str]]:
    """The fields of each entry of a stream."""
    with Redis(port=server.port, password=PASSWORD, decode_responses=True) as redis:
        return [fields for _, fields in redis.xrange(stream)]


def test_what_is_received_is_published(tmp_path: Path, server: RedisServer) -> None:
    """By itself, headless; a line says what the queue has confirmed, and nowhere is the password."""
    where = f"redis://{server.host}/received"
    words = ("--json", "--auto-forward", "--forward-to", where)
    with listening(*words, home=tmp_path, INSPECTOR_STRIPE_SIGNING_SECRET=SECRET) as listener:
        body = event()
        assert listener.post("/stripe", body, {"Stripe-Signature": signature(body)})[0] == 200
        delivery, attempt = listener.json(), listener.json()["attempt"]
        _, rest, said = listener.stop()
    (entry,) = entries(server, "received")
    assert (attempt["status_code"], attempt["error"]) == (None, None)
    assert attempt["confirmation"].endswith("-0")
    assert json.loads(entry["event"]) == delivery["events"][0]
    assert f"queue      every delivery is forwarded to redis://:***@localhost:{server.port}/received" in said
    assert "geheim" not in f"{delivery} {attempt} {rest} {said}"


def test_a_session_is_replayed_to_a_destination_of_the_file(tmp_path: Path, server: RedisServer) -> None:
    """Each delivery is told with its confirmation; the doctor and the settings show the destination."""
    with listening(home=tmp_path) as listener:
        for number in range(3):
            listener.post("/stripe", event(identifier=f"evt_{number}"))
        listener.stop()
    (tmp_path / "inspector.toml").write_text(f'[destinations.queue]\nurl = "redis://{server.host}/replayed"\n')
    words = ("default", "--to", "queue", "--expect", "accepted", "--json")
    found = inspector("replay", *words, home=tmp_path, cwd=tmp_path)
    told = inspector("doctor", home=tmp_path, cwd=tmp_path)
    shown = inspector("config", "show", home=tmp_path, cwd=tmp_path, INSPECTOR_FORWARD_TO=URL)
    assert found.returncode == 0, found.stderr
    assert all(json.loads(line)["confirmation"] for line in found.stdout.splitlines())
    assert [each["id"] for each in entries(server, "replayed")] == ["evt_0", "evt_1", "evt_2"]
    assert "3 sent" in found.stderr
    assert "3 confirmed" in found.stderr
    assert f"redis://:***@localhost:{server.port}/replayed: the stream replayed has 3 entries" in told.stdout
    assert "redis://:***@localhost:1/payments" in shown.stdout
    assert not any(each in f"{found} {told} {shown}" for each in ("geheim", ":secret@"))


def test_a_queue_that_is_not_there_is_a_failure(tmp_path: Path) -> None:
    """Of the doctor, with what to do, and of a replay."""
    with listening(home=tmp_path) as listener:
        listener.post("/stripe", event())
        listener.stop()
    told = inspector("doctor", "--forward-to", URL, home=tmp_path)
    found = inspector("replay", "default", "--to", URL, home=tmp_path)
    assert (told.returncode, found.returncode) == (1, 1)
    assert "redis://:***@localhost:1/payments: nothing listens on localhost:1" in told.stdout
    assert "1 no answer" in found.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("trigger", "stripe", "payment_intent.succeeded", "--to", URL),
        ("simulate", "--connector", "stripe", "--secret", "x", "--to", URL),
        ("probe", "--connector", "stripe", "--secret", "x", "--to", URL),
        ("check", "connectors/stripe/samples", "--app", URL),
    ],
    ids=lambda words: words[0],
)
def test_what_plays_the_processor_sends_to_apps_only(tmp_path: Path, words: tuple[str, ...]) -> None:
    """It is wrong usage, which says what sends to a queue, and does not repeat the password."""
    found = inspector(*words, home=tmp_path)
    assert found.returncode == 2
    assert "redis://:***@localhost:1/payments is a message queue" in found.stderr
    assert "inspector replay" in found.stderr
    assert ":secret@" not in found.stdout + found.stderr
