"""inspector replay: a stored session goes to an app again, and its answers stand beside the recorded ones."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.cli.running import ROOT, SECRET, event, inspector, listening, signature

from inspector.workspace import Workspace

VARIABLES = {"INSPECTOR_STRIPE_SIGNING_SECRET": SECRET}
APP = """
import socket, sys
import stripe
from aiohttp import web
async def answer(request):
    signed = request.headers.get("Stripe-Signature", "")
    try:
        stripe.WebhookSignature.verify_header(await request.read(), signed, sys.argv[1], 300)
    except stripe.SignatureVerificationError:
        return web.Response(status=400)
    return web.Response()
app = web.Application()
app.router.add_post("/hooks", answer)
sock = socket.socket()
sock.bind(("127.0.0.1", 0))
print(sock.getsockname()[1], flush=True)
web.run_app(app, sock=sock, print=None, access_log=None)
"""


@contextmanager
def stripe_app() -> Iterator[str]:
    """An app as a developer writes it, with Stripe's library; its address."""
    command = [sys.executable, "-W", "ignore", "-c", APP, SECRET]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f":{int(process.stdout.readline())}/hooks"
        finally:
            process.kill()


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a session of long ago: every signature in it is stale by now."""
    home = tmp_path_factory.mktemp("home")
    with listening(home=home, **VARIABLES) as receiver:
        for number in range(200):
            body = event(identifier=f"evt_{number}", amount=100 + number)
            receiver.post("/stripe", body, {"Stripe-Signature": signature(body)})
        receiver.post("/nobody", b"?")
        receiver.stop()
    return home


def test_what_is_signed_now_is_accepted_by_stripes_library(stored: Path) -> None:
    """All of it, in order; as it came it is refused, and what nobody could sign goes as it came."""
    with stripe_app() as url:
        words = ("replay", "default", "--to", url, "--json", "--expect", "accepted", "--filter", "connector:stripe")
        found = inspector(*words, home=stored, **VARIABLES)
        verbatim = inspector(*words, "--verbatim", home=stored, **VARIABLES)
        whole = inspector("replay", "default", "--to", url, home=stored, **VARIABLES)
    lines = [json.loads(line) for line in found.stdout.splitlines()]
    assert found.returncode == 0, found.stderr
    assert [line["delivery"] for line in lines] == list(range(1, 201))
    assert {(line["mode"], line["status_code"], line["differs"]) for line in lines} == {("RESIGNED", 200, None)}
    assert "200 sent in" in found.stderr
    assert verbatim.returncode == 1
    assert "200 4xx" in verbatim.stderr
    assert "1 as they came, the others signed now" in whole.stderr
    assert "200 2xx, 1 4xx" in whole.stderr


def test_answers_are_compared_with_the_recorded_ones(tmp_path: Path) -> None:
    """An answer of another class is a difference, and exit code 1 where the recorded ones are expected."""
    with stripe_app() as url:
        with listening("--forward-to", url, "--auto-forward", "--json", home=tmp_path, **VARIABLES) as receiver:
            receiver.post("/stripe", event())
            told = [receiver.json(), receiver.json()]
            assert told[-1]["attempt"]["status_code"] == 400  # there was no signature
            receiver.stop()
        words = ("replay", "default", "--to", url, "--json", "--times", "2", "--expect", "recorded")
        same = inspector(*words, "--verbatim", home=tmp_path, **VARIABLES)
        other = inspector(*words, home=tmp_path, **VARIABLES)
    assert same.returncode == 0
    assert other.returncode == 1
    first, second = (json.loads(line) for line in other.stdout.splitlines())
    assert first == {**second, "elapsed": first["elapsed"]}
    assert (first["recorded"], first["status_code"], first["differs"]) == (400, 200, True)
    assert "2 of 2 with another answer than the recorded one" in other.stderr


def test_a_saved_session_goes_to_the_app_again_and_its_answers_are_compared(tmp_path: Path) -> None:
    """Signed now by the configured secret; what was badly signed is so again, and answered as it was."""
    now = Workspace.clock()
    good, bad = event(identifier="evt_1"), event("charge.refunded", identifier="evt_2")
    with stripe_app() as url:
        with listening("--forward-to", url, "--auto-forward", "--json", home=tmp_path, **VARIABLES) as receiver:
            receiver.post("/stripe", good, {"Stripe-Signature": signature(good, at=now)})
            receiver.post("/stripe/shop", bad, {"Stripe-Signature": signature(bad, secret="another", at=now)})
            told = [receiver.json() for _ in range(4)]
            assert sorted(each["attempt"]["status_code"] for each in told if "attempt" in each) == [200, 400]
            receiver.stop()
        saved = inspector("sessions", "save", "shop", "--session", "default", cwd=tmp_path, home=tmp_path, **VARIABLES)
        assert saved.returncode == 0, saved.stderr
        words = ("replay", tmp_path / "sessions" / "shop", "--to", url, "--expect", "recorded", "--json")
        same = inspector(*words, home=tmp_path, **VARIABLES)
        refund = inspector(*words, "--filter", "native:charge.refunded label:shop", home=tmp_path, **VARIABLES)
        other = inspector(*words, home=tmp_path)  # the throwaway secret of the session is not the app's
        verbatim = inspector(*words, "--verbatim", home=tmp_path, **VARIABLES)
    assert same.returncode == 0, same.stderr
    lines = [json.loads(line) for line in same.stdout.splitlines()]
    assert [Path(line["file"]).name.partition("-")[0] for line in lines] == ["001", "002"]
    assert [(line["mode"], line["recorded"], line["status_code"]) for line in lines] == [
        ("RESIGNED", 200, 200),
        ("RESIGNED", 400, 400),
    ]
    assert "0 of 2 with another answer than the recorded one" in same.stderr
    assert (refund.returncode, len(refund.stdout.splitlines())) == (0, 1)
    assert (other.returncode, verbatim.returncode) == (1, 1)
    assert "1 of 2 with another answer" in other.stderr


def test_nothing_recorded_is_no_success(stored: Path) -> None:
    """Where recorded answers are expected, and there is none to compare with."""
    words = ("replay", "default", "--expect", "recorded", "--filter", "id:evt_7")
    with stripe_app() as url:
        found = inspector(*words, "--to", url, home=stored, **VARIABLES)
    assert found.returncode == 1
    assert "no answer is recorded to compare with" in found.stderr


def test_mistakes_are_told_before_anything_is_sent(stored: Path, tmp_path: Path) -> None:
    """A session that is not there, a filter that means nothing, no app, an empty folder."""
    assert "nothing to send in the session 'other'" in inspector("replay", "other", "--to", ":1", home=stored).stderr
    wrong = inspector("replay", "default", "--to", ":1", "--filter", "amout:>3", home=stored)
    assert (wrong.returncode, "^^^" in wrong.stderr) == (2, True)
    away = inspector("replay", "default", "--to", ":1", "--filter", "id:evt_7", home=stored)
    assert (away.returncode, "1 no answer" in away.stderr) == (1, True)
    assert "Nothing is stored" in inspector("replay", "default", "--to", ":1", home=tmp_path).stderr
