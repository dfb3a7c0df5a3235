"""inspector listen --headless: what a pipe, a container and a build see of the receiver."""

import os
import pty
import select
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import stripe
from tests.cli.running import NOW, ROOT, SECRET, environment, event, inspector, listening, signature

BODY = event()


def signed_now(body: bytes = BODY, secret: str = SECRET) -> dict[str, str]:
    """The headers of a request that Stripe's own library signed a moment ago."""
    import time

    stamp = int(time.time())  # noqa: TID251 - the receiver has the real clock
    value = stripe.WebhookSignature._compute_signature(f"{stamp}.{body.decode()}", secret)
    return {"Stripe-Signature": f"t={stamp},v1={value}"}


def test_a_request_that_stripes_library_signed_is_printed_as_verified(tmp_path: Path) -> None:
    """With the secret in the environment, --json prints PAYMENT_INTENT_SUCCESS and VALID as soon as it arrives."""
    with listening("--json", home=tmp_path, INSPECTOR_STRIPE_SIGNING_SECRET=SECRET) as receiver:
        assert receiver.post("/stripe", BODY, signed_now())[0] == 200
        found = receiver.json()
    assert found["delivery"] == 1
    assert found["session"] == "default"
    assert found["source_verified"] is True
    assert found["verification"]["verdict"] == "VALID"
    assert found["events"][0]["event_type"] == "PAYMENT_INTENT_SUCCESS"


def test_a_changed_byte_is_printed_as_invalid_with_the_reason(tmp_path: Path) -> None:
    """A body that was changed on its way is INVALID, and one sentence says why."""
    with listening("--json", home=tmp_path, INSPECTOR_STRIPE_SIGNING_SECRET=SECRET) as receiver:
        assert receiver.post("/stripe", BODY.replace(b"1999", b"9999"), signed_now())[0] == 200
        found = receiver.json()
    assert found["verification"]["verdict"] == "INVALID"
    assert "does not match" in found["verification"]["reason"]


def test_what_was_answered_is_there_after_kill_9(tmp_path: Path) -> None:
    """A receiver that is killed the hard way has kept what it answered; another start lists it."""
    data = tmp_path / "data"
    with listening("--json", "--data", data, home=tmp_path, INSPECTOR_STRIPE_SIGNING_SECRET=SECRET) as receiver:
        receiver.post("/stripe", BODY, signed_now())
        receiver.post("/stripe", event(identifier="evt_2").replace(b"1999", b"9999"), signed_now())
        assert receiver.stop(signal.SIGKILL)[0] == -signal.SIGKILL
    with listening("--json", "--data", data, home=tmp_path) as receiver:
        listed = inspector("events", "--data", data, home=tmp_path)
        receiver.stop()
    assert listed.returncode == 0
    lines = listed.stdout.splitlines()
    assert len(lines) == 3
    assert "PAYMENT_INTENT_SUCCESS" in lines[1]
    assert "valid" in lines[1]
    assert "invalid" in lines[2]


def test_without_a_terminal_it_is_a_line_an_event(tmp_path: Path) -> None:
    """In a pipe there is no screen: time, processor, event type, native event, amount, verdict and reason."""
    with listening(home=tmp_path) as receiver:
        receiver.post("/stripe/shop", BODY, {"Stripe-Signature": signature(BODY)})
        line = receiver.line()
    words = line.split()
    assert words[1:6] == ["stripe/shop", "PAYMENT_INTENT_SUCCESS", "payment_intent.succeeded", "19.99", "USD"]
    assert line.endswith("no secret   No secret is set, so the signature was not checked: set signing_secret.")


@pytest.mark.parametrize(
    ("path", "body", "reason"),
    [
        ("/nobody", b"{}", "There is no connector 'nobody'."),
        ("/", b"{}", "No connector recognises this request."),
        ("/stripe", b"{", "not JSON"),
        ("/stripe", b"[" * 10_000, "nested too deep"),
        ("/stripe", b"\xff\xfe", "not UTF-8"),
    ],
)
def test_what_cannot_be_read_is_kept_and_explained(tmp_path: Path, path: str, body: bytes, reason: str) -> None:
    """An odd request is acknowledged, stored, and its line says what is odd about it."""
    with listening(home=tmp_path) as receiver:
        assert receiver.post(path, body)[0] == 200
        assert reason in receiver.line()
        receiver.stop()
    assert reason in inspector("events", home=tmp_path).stdout


def test_text_from_the_network_cannot_speak_to_the_terminal(tmp_path: Path) -> None:
    """Escape sequences and line breaks in a payload are shown as characters, on one line."""
    with listening(home=tmp_path) as receiver:
        receiver.post("/stripe", event(native="\x1b]0;owned\x07\nfake line\u202e"))
        line = receiver.line()
    assert "\x1b" not in line
    assert "␛]0;owned␇⏎fake line<202E>" in line


def test_a_body_that_is_too_large_gets_413(tmp_path: Path) -> None:
    """--max-body is the largest body; what is larger is refused in words."""
    with listening("--max-body", "1K", home=tmp_path) as receiver:
        status, text = receiver.post("/stripe", b"x" * 1025)
    assert status == 413
    assert b"1,024 bytes" in text


def test_what_is_too_old_is_taken_away(tmp_path: Path) -> None:
    """--keep, or keep in inspector.toml: a second later the delivery is gone; the start says what is kept."""
    with listening("--json", "--keep", "1s", "--max-size", "2GB", home=tmp_path) as receiver:
        receiver.post("/stripe", BODY)
        assert receiver.json()["delivery"] == 1
        for _ in range(200):
            listed = inspector("events", "--json", home=tmp_path).stdout
            if not listed:
                break
        assert listed == ""
        receiver.post("/stripe", BODY)
        assert receiver.json()["delivery"] == 2
        _, _, err = receiver.stop()
    assert "keeps      1 s, 2 GB" in err


@pytest.mark.parametrize(
    ("mode", "status"), [("ack", 200), ("reject-unverified", 401), ("outage", 503), ("429:1min", 429)]
)
def test_what_the_processor_gets_can_be_chosen(tmp_path: Path, mode: str, status: int) -> None:
    """--answer: what it wants, a 401 unless it is verified, or a status; the request is stored in any case."""
    with listening("--json", "--answer", mode, home=tmp_path) as receiver:
        assert receiver.post("/stripe", BODY)[0] == status
        assert receiver.json()["delivery"] == 1


def test_the_start_says_what_waits_since_before(tmp_path: Path) -> None:
    """Of a destination that is gone it is not sent, and not lost; with the destination it goes on, and that is told."""
    nobody = "http://127.0.0.1:1/hooks"
    to_nobody = ("--json", "--auto-forward", "--forward-to", nobody)
    with listening(*to_nobody, home=tmp_path) as receiver:
        assert [receiver.post("/stripe", BODY)[0] for _ in range(2)] == [200, 200]
        receiver.stop()
    found = []
    for words in (("--json",), to_nobody):
        with listening(*words, home=tmp_path) as receiver:
            receiver.post("/stripe", BODY)
            receiver.line()  # what is told at the start is told before it
            found.append(receiver.stop()[2])
    assert "2 deliveries have waited up to " in found[0]
    assert "Nobody configures it now" in found[0]
    assert "2 deliveries have waited up to " in found[1]
    assert "Being sent now, in the order of arrival" in found[1]


def test_an_outage_ends_after_so_many_deliveries(tmp_path: Path) -> None:
    """Also as inspector.toml writes it; the start says what the processor gets."""
    config = tmp_path / ".config" / "inspector"
    config.mkdir(parents=True)
    (config / "inspector.toml").write_text('[listen]\nanswer = "503:2"\n')
    with listening("--json", home=tmp_path) as receiver:
        assert [receiver.post("/stripe", BODY)[0] for _ in range(4)] == [503, 503, 200, 200]
        _, _, err = receiver.stop()
    assert "the processor gets 503 to 2 more" in err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_in_good_order(tmp_path: Path, number: int) -> None:
    """Ctrl+C and SIGTERM end it with exit code 0, after everything that was answered is printed."""
    with listening("--json", home=tmp_path) as receiver:
        for turn in range(20):
            receiver.post("/stripe", event(identifier=f"evt_{turn}"))
        code, out, err = receiver.stop(number)
    assert code == 0
    assert len(out.splitlines()) == 20
    assert "Traceback" not in err


def test_the_start_says_which_secrets_are_there_and_never_what_they_are(tmp_path: Path) -> None:
    """Standard error names the address, the accounts with their settings, and a variable that is missing."""
    with listening(
        home=tmp_path, INSPECTOR_STRIPE_SIGNING_SECRET=SECRET, INSPECTOR_ADYEN__SHOP__HMAC_KEY="abcdef"
    ) as receiver:
        receiver.post("/stripe", BODY, signed_now())
        _, out, err = receiver.stop()
    assert "stripe (signing_secret)" in err
    assert "adyen/shop (hmac_key)" in err
    assert "inspector secrets set airwallex, or INSPECTOR_AIRWALLEX_WEBHOOK_SECRET" in err
    for secret in (SECRET, "abcdef"):
        assert secret not in out + err
        assert all(secret.encode() not in each.read_bytes() for each in tmp_path.rglob("*") if each.is_file())


def test_a_port_in_use_is_named_with_a_way_out(tmp_path: Path) -> None:
    """A taken port ends the command with exit code 1 and another port to try."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        found = inspector("listen", "--headless", "--port", str(port), home=tmp_path)
    assert found.returncode == 1
    assert found.stdout == ""
    assert found.stderr.startswith(f"inspector: Port {port} is taken\n")
    assert "Try --port " in found.stderr


def test_what_the_app_answered_is_printed_too(tmp_path: Path) -> None:
    """With --auto-forward, a second line tells the app's answer, or why there is none."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        closed = taken.getsockname()[1]
    with (
        listening("--json", home=tmp_path) as app,
        listening("--json", "--forward-to", f":{app.port}/stripe", "--auto-forward", home=tmp_path / "other") as first,
        listening("--json", "--forward-to", f":{closed}", "--auto-forward", home=tmp_path / "third") as second,
    ):
        first.post("/stripe", BODY)
        assert first.json()["delivery"] == 1
        assert first.json()["attempt"]["status_code"] == 200
        assert app.json()["events"][0]["event_id"] == "evt_1"
        second.post("/stripe", BODY)
        second.json()
        attempt = second.json()["attempt"]
    assert attempt["status_code"] is None
    assert attempt["error"] == f"nothing listens on localhost:{closed}"


def test_flags_stand_over_the_environment_and_that_over_the_file(tmp_path: Path) -> None:
    """The session of the flag wins over INSPECTOR_SESSION, which wins over inspector.toml."""
    config = tmp_path / ".config" / "inspector"
    config.mkdir(parents=True)
    (config / "inspector.toml").write_text('[listen]\nsession = "file"\n')
    with listening("--json", home=tmp_path) as receiver:
        receiver.post("/stripe", BODY)
        assert receiver.json()["session"] == "file"
    with listening("--json", home=tmp_path, INSPECTOR_SESSION="environment") as receiver:
        receiver.post("/stripe", BODY)
        assert receiver.json()["session"] == "environment"
    with listening("--json", "--session", "flag", home=tmp_path, INSPECTOR_SESSION="environment") as receiver:
        receiver.post("/stripe", BODY)
        assert receiver.json()["session"] == "flag"


def test_a_stale_request_says_so(tmp_path: Path) -> None:
    """A signature that is right but old is EXPIRED, not INVALID."""
    with listening("--json", home=tmp_path, INSPECTOR_STRIPE_SIGNING_SECRET=SECRET) as receiver:
        receiver.post("/stripe", BODY, {"Stripe-Signature": signature(BODY, at=NOW - 86_400)})
        assert receiver.json()["verification"]["verdict"] == "EXPIRED"


def test_a_reader_that_does_not_read_keeps_nobody_waiting(tmp_path: Path) -> None:
    """Senders are answered at once even where standard output is stuck; what was held up comes when it is read."""
    with listening("--json", home=tmp_path) as receiver:
        for turn in range(150):
            assert receiver.post("/stripe", event(identifier=f"evt_{turn}"))[0] == 200
        found = [receiver.json()["delivery"] for _ in range(150)]
    assert found == list(range(1, 151))


def test_a_tunnel_without_an_agent_is_told_and_nothing_is_fetched_unasked(tmp_path: Path) -> None:
    """It receives all the same; the manual way is named."""
    with listening("--tunnel", "ngrok", home=tmp_path, PYNGROK_NGROK_PATH="/nowhere") as receiver:
        assert receiver.post("/stripe", BODY)[0] == 200
        receiver.line()
        _, _, err = receiver.stop()
    assert "The tunnel is not up\n  ngrok's agent is not on this machine\nInstall it: https://ngrok.com/download" in err


@pytest.mark.skipif(os.name != "posix", reason="needs a terminal of its own")
def test_the_agent_is_offered_and_may_be_refused(tmp_path: Path) -> None:
    """Where somebody can answer, fetching it is asked for first, with its address; no is no."""
    ours, theirs = pty.openpty()
    words = [sys.executable, "-m", "inspector", "listen", "--headless", "--port", "0", "--tunnel", "ngrok"]
    given = environment(tmp_path, PYNGROK_NGROK_PATH="/nowhere")
    process = subprocess.Popen(words, env=given, cwd=ROOT, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    shown = b""
    try:
        while b"The tunnel is not up" not in shown:
            assert select.select([ours], [], [], 30)[0], shown
            shown += os.read(ours, 4096)
            if shown.endswith(b"[y/N] "):
                os.write(ours, b"n\n")
    finally:
        process.kill()
        process.wait()
        os.close(ours)
    assert b"https://bin.ngrok.com/" in shown
    assert b"not fetched. To install it yourself: https://ngrok.com/download" in shown
    assert b"listens on http://127.0.0.1:" in shown
