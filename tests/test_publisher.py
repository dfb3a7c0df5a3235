"""Message queues as destinations, against the real servers: what they get, what they say, and what is never lost."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import aiormq
import pytest
from aiormq.abc import AbstractChannel
from msgspec.structs import replace
from redis.asyncio import Redis

from inspector.core.answer_mode import read_answering
from inspector.core.destination import check_destination
from inspector.core.message import Message
from inspector.model import Destination, Failure, ForwardAttempt, ForwardMode, InspectorError
from inspector.publisher import Publisher, PublishingError, publisher
from inspector.workspace import Workspace, resend
from inspector.workspace.health import listens
from inspector.workspace.replay import Pace, replay
from tests.apps import within
from tests.connectors.shared import sample, signed
from tests.servers import PASSWORD, RabbitMQ, RedisServer, Server, running
from tests.test_destinations import certificate
from tests.test_forwarder import served, silent
from tests.test_queue import deliver, numbered, settled
from tests.test_workspace import opened, succeeded

pytestmark = [pytest.mark.xdist_group("queues"), pytest.mark.timeout(300)]

MESSAGE = Message("evt_1", "stripe", "", "PAYMENT_INTENT_SUCCESS", True, 1767225600.0, b'{"n":1}', b'{"body_b64":""}')
BATCH = signed("adyen", sample("adyen", "batch"))


@pytest.fixture(scope="module")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """One for all tests of the module."""
    with running(RedisServer, tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture(scope="module")
def rabbitmq(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RabbitMQ]:
    """One for all tests of the module: it takes a while to start."""
    with running(RabbitMQ, tmp_path_factory.mktemp("rabbitmq")) as server:
        yield server


@asynccontextmanager
async def client(server: RedisServer, database: int = 0) -> AsyncIterator["Redis"]:
    """A client that reads what was published."""
    found = Redis(host="127.0.0.1", port=server.port, password=PASSWORD, db=database, decode_responses=True)
    async with found:
        yield found


async def entries(server: RedisServer, stream: str) -> list[dict[str, str]]:
    """The fields of each entry of a stream."""
    async with client(server) as redis:
        found: Any = await redis.xrange(stream)
        return [fields for _, fields in found]


@asynccontextmanager
async def channel(server: RabbitMQ) -> AsyncIterator[AbstractChannel]:
    """A channel to declare and to read on."""
    connection = await aiormq.connect(f"amqp://{server.host}/")
    try:
        yield await connection.channel()
    finally:
        await connection.close()


async def bound(server: RabbitMQ, exchange: str, key: str = "#", arguments: Any = None) -> None:
    """Declare an exchange with a queue of the same name, which keeps what it has."""
    async with channel(server) as found:
        await found.exchange_declare(exchange, exchange_type="topic", durable=True)
        await found.queue_declare(exchange, durable=True, arguments=arguments)
        await found.queue_bind(exchange, exchange, routing_key=key)


async def taken(server: RabbitMQ, queue: str) -> list[Any]:
    """Every message of a queue, which has none afterwards."""
    found = []
    async with channel(server) as reading:
        while (message := await reading.basic_get(queue, no_ack=True)).header.properties.message_id:
            found.append(message)
    return found


async def sent(*destinations: Destination, message: Message = MESSAGE) -> list[ForwardAttempt]:
    """An attempt to publish a message to each."""
    publishing = Publisher(lambda: 1767225600.0)
    try:
        return [await publishing.send(7, [message], each) for each in destinations]
    finally:
        await publishing.close()


async def test_a_stream_gets_the_event_and_the_request(tmp_path: Path, redis_server: RedisServer) -> None:
    """By hand; the entry's id is what is kept of the attempt, and the address without its password."""
    url = f"redis://{redis_server.host}/3/by hand".replace(" ", "%20")
    async with opened(tmp_path, destinations=(check_destination(url),)) as workspace:
        await workspace.receive(succeeded(), "stripe", "shop")
        (attempt,) = await workspace.forward(1)
        stored = workspace.delivery(1)
        rows = workspace.rows(workspace.rows_of([1]))
    async with client(redis_server, 3) as redis:
        found: Any = await redis.xrange("by hand")
    ((identifier, fields),) = found
    assert attempt.confirmation == identifier
    assert stored.attempts == (attempt,)
    assert (attempt.status_code, attempt.error, rows[0].app_status, rows[0].app_error) == (None, "", None, "")
    assert attempt.destination == f"redis://:***@localhost:{redis_server.port}/3/by%20hand"
    event = stored.inspection.events[0]
    assert fields["id"] == event.event_id
    assert list(fields) == ["id", "connector", "label", "event_type", "source_verified", "event", "request"]
    assert [fields[name] for name in ("connector", "label", "source_verified")] == ["stripe", "shop", "true"]
    assert json.loads(fields["event"])["sources"]["amount"]["locator"] == "data.object.amount"
    assert json.loads(fields["request"])["url"] == stored.request.url


async def test_an_exchange_gets_the_event_and_the_request(tmp_path: Path, rabbitmq: RabbitMQ) -> None:
    """As a persistent message with the id to deduplicate by; routed by the processor and the event type."""
    await bound(rabbitmq, "by_hand", "stripe.#")
    async with opened(tmp_path, destinations=(check_destination(f"amqp://{rabbitmq.host}/by_hand"),)) as workspace:
        await workspace.receive(succeeded(), "stripe", "")
        await workspace.receive(BATCH, "adyen", "")
        (attempt,), (elsewhere,) = await workspace.forward(1), await workspace.forward(2)
        event = workspace.delivery(1).inspection.events[0]
    (message,) = await taken(rabbitmq, "by_hand")
    properties = message.header.properties
    assert attempt.confirmation == f"by_hand has {event.event_id} as stripe.PAYMENT_INTENT_SUCCESS"
    assert (properties.message_id, properties.message_type) == (event.event_id, "PAYMENT_INTENT_SUCCESS")
    assert (properties.content_type, properties.delivery_mode) == ("application/json", 2)
    assert properties.headers["source_verified"] is True
    assert json.loads(message.body)["event"]["event_id"] == event.event_id
    assert "no queue is bound to the exchange by_hand for adyen." in elsewhere.error


async def test_a_batch_is_an_entry_an_event(tmp_path: Path, redis_server: RedisServer) -> None:
    """And one attempt, with an id for each."""
    url = f"redis://{redis_server.host}/batch"
    async with opened(tmp_path, destinations=(check_destination(url),)) as workspace:
        await workspace.receive(BATCH, "adyen", "")
        (attempt,) = await workspace.forward(1)
        events = workspace.delivery(1).inspection.events
    found = await entries(redis_server, "batch")
    assert [each["id"] for each in found] == [each.event_id for each in events]
    assert len(attempt.confirmation.splitlines()) == len(events) > 1


async def test_an_edited_delivery_is_published_as_what_it_is_now(tmp_path: Path, redis_server: RedisServer) -> None:
    """The event is that of the edited body, and what was received stays as it is."""
    url = f"redis://{redis_server.host}/edited"
    async with opened(tmp_path, destinations=(check_destination(url),)) as workspace:
        await workspace.receive(succeeded(), "stripe", "")
        (attempt,) = await resend(workspace, 1, body=succeeded().body.replace(b"4999", b"777"))
        (plain,) = await resend(workspace, 1)
    edited, again = await entries(redis_server, "edited")
    assert (attempt.mode, plain.mode) == (ForwardMode.EDITED, ForwardMode.RESIGNED)
    assert edited["source_verified"] == again["source_verified"] == "true"
    amounts = [json.loads(each["event"])["event_response"]["payment"]["amount"] for each in (edited, again)]
    assert [each["minor_units"] for each in amounts] == [777, 4999]


async def test_a_session_is_replayed_to_a_queue(tmp_path: Path, redis_server: RedisServer) -> None:
    """In its order; a confirmation is as good as the 2xx that an app answered."""
    async with opened(tmp_path) as workspace:
        await deliver(workspace, 1, 2, 3)
        where = check_destination(f"redis://{redis_server.host}/replayed")
        found = [each async for each in replay(workspace, [1, 2, 3], where, Pace(), anew=False)]
    assert [each["id"] for each in await entries(redis_server, "replayed")] == ["evt_1", "evt_2", "evt_3"]
    assert [each.attempt.kind for each in found] == ["confirmed"] * 3


async def test_what_redis_says_is_told_in_words(redis_server: RedisServer) -> None:
    """Each with what is wrong, and none with the password."""
    async with client(redis_server) as redis:
        await redis.set("text", "no stream")
    where, wrong = f"localhost:{redis_server.port}", unquote("wrong%2Fpassword")
    addresses = {
        f"redis://{redis_server.host}/text": "WRONGTYPE",
        f"redis://{where}/x": "refuses the login: Authentication required",
        f"redis://:wrong%2Fpassword@{where}/x": "refuses the login: invalid username-password pair",
        f"redis://{redis_server.host}/99/x": "DB index is out of range",
        f"rediss://{redis_server.tls_host}/x": "the TLS connection failed: self-signed certificate",
        "redis://localhost:1/x": "nothing listens on localhost:1",
        "redis://nowhere.invalid/x": "the name nowhere.invalid is not known",
    }
    found = await sent(*map(check_destination, addresses))
    for attempt, words in zip(found, addresses.values(), strict=True):
        assert words in attempt.error
        assert not any(each in f"{attempt}" for each in (PASSWORD, wrong))
        assert attempt.failure is (Failure.NOT_THERE if "is not known" in words or ":1" in words else Failure.OTHER)


async def test_what_rabbitmq_says_is_told_in_words(rabbitmq: RabbitMQ) -> None:
    """Each with what is wrong, and none with the password; the next message goes on."""
    await bound(rabbitmq, "full", arguments={"x-max-length": 1, "x-overflow": "reject-publish"})
    where, wrong = f"localhost:{rabbitmq.port}", unquote("wrong%2Fpassword")
    addresses = {
        f"amqp://{rabbitmq.host}/full": "",
        f"amqp://{rabbitmq.host}/full?": "a queue behind full is full",
        f"amqp://{rabbitmq.host}/nothing": "no exchange 'nothing' in vhost '/'",
        f"amqp://{rabbitmq.host}/amq.topic": "Bind one: the key may be stripe.PAYMENT_INTENT_SUCCESS",
        f"amqp://{rabbitmq.host}/shop/x": "has no virtual host shop",
        f"amqp://shop:wrong%2Fpassword@{where}/x": "refuses the login: ACCESS_REFUSED",
        f"amqps://{rabbitmq.tls_host}/x": "the TLS connection failed",
        "amqp://localhost:1/x": "nothing listens on localhost:1",
    }
    found = await sent(*(check_destination(each.removesuffix("?")) for each in addresses))
    for attempt, words in zip(found, addresses.values(), strict=True):
        assert words in attempt.error
        assert bool(words) is bool(attempt.error)
        assert not any(each in f"{attempt}" for each in (PASSWORD, wrong))


async def test_certificates_are_checked_as_for_an_app(redis_server: RedisServer, rabbitmq: RabbitMQ) -> None:
    """Any with `insecure`; with `ca_file` those that it has signed, and no others."""
    await bound(rabbitmq, "secure")
    for server, url in (
        (redis_server, f"rediss://{redis_server.tls_host}/secure"),
        (rabbitmq, f"amqps://{rabbitmq.tls_host}/secure"),
    ):
        destination = check_destination(url)
        other = server.folder / "other"
        other.mkdir()
        _, stranger = certificate(other)
        found = await sent(
            replace(destination, insecure=True),
            replace(destination, ca_file=str(server.folder / "ca.pem")),
            replace(destination, ca_file=str(stranger)),
        )
        assert [bool(each.confirmation) for each in found] == [True, True, False]
        assert "the TLS connection failed" in found[2].error
        assert await listens(destination)


async def test_the_doctor_looks_without_a_message(redis_server: RedisServer, rabbitmq: RabbitMQ) -> None:
    """Whether it is let in, and finds an exchange, or a stream that is one."""
    async with client(redis_server) as redis:
        await redis.set("no_stream", "text")
    await bound(rabbitmq, "looked_at")
    looking = Publisher(lambda: 0.0)
    told = []
    for url in (
        f"redis://{redis_server.host}/not_yet",
        f"redis://{redis_server.host}/no_stream",
        f"amqp://{rabbitmq.host}/looked_at",
        f"amqp://{rabbitmq.host}/nowhere",
        f"amqp://{rabbitmq.host}/looked_at",
    ):
        try:
            told.append(await looking.look(check_destination(url)))
        except PublishingError as error:
            told.append(error.words)
    await looking.close()
    assert told[0] == "the stream not_yet has 0 entries"
    assert "WRONGTYPE" in told[1]
    assert told[2] == told[4] == "the exchange looked_at is there"
    assert "no exchange 'nowhere'" in told[3]
    assert await taken(rabbitmq, "looked_at") == []


async def test_connections_are_used_again(
    redis_server: RedisServer, rabbitmq: RabbitMQ, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For as long as they last: ten messages need one, and so do ten that nobody wants."""
    await bound(rabbitmq, "reused", "stripe.*")
    made, real = [], aiormq.connect

    def counted(*given: Any, **more: Any) -> Any:
        made.append(given)
        return real(*given, **more)

    monkeypatch.setattr(aiormq, "connect", counted)
    async with client(redis_server) as redis:
        before = (await redis.info("stats"))["total_connections_received"]
        await sent(*[check_destination(f"redis://{redis_server.host}/reused")] * 10)
        assert (await redis.info("stats"))["total_connections_received"] == before + 1
    await sent(*[check_destination(f"amqp://{rabbitmq.host}/reused")] * 10)
    strange = replace(MESSAGE, connector="nobody")
    found = await sent(*[check_destination(f"amqp://{rabbitmq.host}/reused")] * 10, message=strange)
    assert len(made) == 2
    assert all("no queue is bound" in each.error for each in found)


async def interrupted(workspace: Workspace, server: Server, count: int) -> None:
    """Deliveries come while the server is killed, is away, and comes back."""
    await workspace.listen()
    for number in range(count):
        await workspace.receive(numbered(number), "stripe", "")
        if number == count // 3:
            await within(lambda: bool(workspace.delivery(1).attempts))
            await asyncio.to_thread(server.kill)
        if number == 2 * count // 3:
            await within(lambda: workspace.app_down_since is not None)
            await asyncio.to_thread(server.start)
    await within(lambda: not workspace.jobs.waiting(), 3000)


async def test_nothing_is_lost_when_redis_is_killed(tmp_path: Path, redis_server: RedisServer) -> None:
    """All of it is there in its order, and twice at most what was on its way."""
    where = check_destination(f"redis://{redis_server.host}/killed")
    async with opened(tmp_path, auto_forward=True, destinations=(where,)) as workspace:
        await interrupted(workspace, redis_server, 60)
        assert "nothing listens on localhost" in " ".join(
            each.error for number in range(1, 61) for each in workspace.delivery(number).attempts
        )
    found = [each["id"] for each in await entries(redis_server, "killed")]
    assert list(dict.fromkeys(found)) == [f"evt_{number}" for number in range(60)]
    assert len(found) <= 63


async def test_nothing_is_lost_when_rabbitmq_is_killed(tmp_path: Path, rabbitmq: RabbitMQ) -> None:
    """What it confirmed it has on its disk, and the rest waits for it."""
    await bound(rabbitmq, "killed")
    where = replace(check_destination(f"amqp://{rabbitmq.host}/killed"), concurrency=4, retries=(0.2,) * 20)
    async with opened(tmp_path, auto_forward=True, destinations=(where,)) as workspace:
        await interrupted(workspace, rabbitmq, 60)
    found = [each.header.properties.message_id for each in await taken(rabbitmq, "killed")]
    assert set(found) == {f"evt_{number}" for number in range(60)}


async def test_a_processor_may_wait_for_the_queue(tmp_path: Path, redis_server: RedisServer) -> None:
    """In the answer mode `app` it gets its acknowledgement once the queue has confirmed, and else what was chosen."""
    url = f"redis://{redis_server.host}/answered"
    for where, status in ((url, 200), (f"redis://{redis_server.host}/99/x", 502)):
        folder = tmp_path / str(status)
        answer = read_answering("app")
        async with opened(folder, answer=answer, destinations=(check_destination(where),)) as workspace:
            await workspace.listen()
            acknowledged = await workspace.receive(BATCH, "adyen", "")
            assert acknowledged.status_code == status
            assert (acknowledged.body == b"[accepted]") is (status == 200)
            assert workspace.jobs.waiting() == {}
            assert PASSWORD.encode() not in acknowledged.body


async def test_what_a_queue_refuses_comes_again(tmp_path: Path, redis_server: RedisServer) -> None:
    """After the time that was said, as with an app, and the next one goes on."""
    async with client(redis_server) as redis:
        await redis.set("refused", "no stream")
        where = replace(check_destination(f"redis://{redis_server.host}/refused"), retries=(0.3, 0.3, 0.3))
        async with opened(tmp_path, auto_forward=True, destinations=(where,)) as workspace:
            await workspace.listen()
            await deliver(workspace, 1, 2)
            await within(lambda: bool(workspace.delivery(2).attempts))
            await redis.delete("refused")
            await settled(workspace)
            assert [each.kind for each in workspace.delivery(2).attempts][-2:] == ["no answer", "confirmed"]
    assert {each["id"] for each in await entries(redis_server, "refused")} == {"evt_1", "evt_2"}


@pytest.mark.parametrize("scheme", ["redis", "amqp"])
async def test_a_server_that_says_nothing_is_not_waited_for_longer_than_said(scheme: str) -> None:
    """The attempt ends at the destination's time-out and says it."""
    async with served(silent) as url:
        where = check_destination(url.replace("http", scheme))
        (attempt,) = await sent(replace(where, timeout=0.1))
    assert (attempt.error, attempt.failure) == ("no confirmation within 0.1 s", Failure.TOO_LATE)


async def test_redis_is_waited_for_while_it_reads_its_data() -> None:
    """After a start it listens at once, and says that it is not ready yet: nothing is wrong with that."""
    asked: list[bytes] = []

    async def loading(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while words := await reader.readuntil(b"\r\n"):
            if words == b"XADD\r\n":
                asked.append(words)
                writer.write(b"+1-0\r\n" if len(asked) == 3 else b"-LOADING Redis is loading the dataset in memory\r\n")
            elif words == b"CLIENT\r\n":
                writer.write(b"+OK\r\n")

    async with served(loading) as url:
        (attempt,) = await sent(check_destination(url.replace("http", "redis")))
    assert (attempt.confirmation, attempt.error, len(asked)) == ("1-0", "", 3)


@pytest.mark.parametrize(
    ("scheme", "answer", "words"),
    [
        ("redis", b"-ERR unknown command 'AUTH', with args beginning with: 'geheim'\r\n", "'***'"),
        ("redis", b"HTTP/1.1 400 Bad Request\r\n\r\n", "did not answer as Redis does"),
        ("redis", b"", "closed the connection without a confirmation"),
        ("amqp", b"HTTP/1.1 400 Bad Request\r\n\r\n", "localhost"),
        ("amqp", b"AMQP\x00\x00\x09\x01", "did not answer in AMQP"),
        ("amqp", b"", "closed the connection without a confirmation"),
    ],
)
async def test_what_is_no_such_server_is_told(scheme: str, answer: bytes, words: str) -> None:
    """Whatever it says; where it repeats the password, that is not told on."""

    async def app(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(answer)

    async with served(app) as url:
        where = check_destination(url.replace("http://127.0.0.1", f"{scheme}://:geheim@localhost"))
        (attempt,) = await sent(replace(where, timeout=5.0))
    assert words in attempt.error
    assert "geheim" not in attempt.error
    assert attempt.failure in (Failure.OTHER, Failure.CUT_OFF)


async def test_without_its_client_a_queue_is_refused_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the command that installs it; an address that is typed later fails in the same words."""
    monkeypatch.setattr(publisher, "find_spec", lambda _: None)
    with pytest.raises(InspectorError, match="the client for RabbitMQ is not installed") as caught:
        async with opened(tmp_path, destinations=(check_destination("amqp://h/x"),)):
            pass
    assert caught.value.hint == "pip install 'inspector[amqp]'"
    async with opened(tmp_path / "typed") as workspace:
        await workspace.receive(succeeded(), "stripe", "")
        (attempt,) = await workspace.forward(1, "redis://:secret@h/x")
    assert attempt.error == "redis://:***@h/x: the client for Redis is not installed. pip install 'inspector[redis]'"


def written(folder: Path) -> bytes:
    """All that stands in the files of a folder."""
    return b"".join(each.read_bytes() for each in folder.rglob("*") if each.is_file())


async def test_the_password_is_nowhere(
    tmp_path: Path, redis_server: RedisServer, rabbitmq: RabbitMQ, caplog: pytest.LogCaptureFixture
) -> None:
    """Not in the store, not in the log of the clients at its most talkative, not in what is told of a destination."""
    caplog.set_level(logging.DEBUG)
    urls = (f"redis://{redis_server.host}/hidden", f"amqp://{rabbitmq.host}/amq.topic", "redis://:geheim@localhost:1/x")
    where = tuple(map(check_destination, urls))
    async with opened(tmp_path, auto_forward=True, destinations=where) as workspace:
        await workspace.listen()
        await deliver(workspace, 1)
        await within(lambda: len(workspace.delivery(1).attempts) == 3)
        told = f"{workspace.destinations} {workspace.forward_to} {workspace.down} {workspace.delivery(1)}"
        told += f"{workspace.jobs.waiting()} {workspace.jobs.of(1)}"
    kept = written(tmp_path)
    assert b"***" in kept
    assert not any(b"geheim" in each for each in (kept, told.encode(), caplog.text.encode()))
