"""inspector sessions: what is stored becomes a folder that checks itself."""

import json
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from tests.cli.running import ROOT, SECRET, event, inspector, listening, signature

from inspector.core import throwaway_settings
from inspector.library import EventService

SECRET_NAME = "INSPECTOR_STRIPE_SIGNING_SECRET"


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    """A store with a session of three deliveries: paid, refused with a customer's email in it, and forged."""
    refused = event("payment_intent.payment_failed", identifier="evt_2").replace(
        b'"usd"', b'"usd", "receipt_email": "grace@navy.mil"'
    )
    with listening("--data", tmp_path / "data", "--session", "checkout", home=tmp_path, **{SECRET_NAME: SECRET}) as on:
        for body, secret in ((event(), SECRET), (refused, SECRET), (event(identifier="evt_3"), "whsec_of_nobody")):
            status, _ = on.post("/stripe", body, {"Stripe-Signature": signature(body, secret, 4e9)})
            assert status == 200
        on.stop()
    return tmp_path / "data"


def test_sessions_are_listed(stored: Path, tmp_path: Path) -> None:
    """A line a session, or JSON; what is removed is gone."""
    assert "checkout  3 " in inspector("sessions", "--data", stored, home=tmp_path).stdout
    found = json.loads(inspector("sessions", "--json", "--data", stored, home=tmp_path).stdout)
    assert [(each["name"], each["events"]) for each in found] == [("checkout", 3)]
    assert inspector("sessions", "remove", "chekout", "--data", stored, home=tmp_path).returncode == 2
    assert inspector("sessions", "remove", "checkout", "--data", stored, home=tmp_path).returncode == 0
    assert "Nothing is stored" in inspector("sessions", "--data", stored, home=tmp_path).stderr


def test_a_saved_session_is_checked_without_any_secret(stored: Path, tmp_path: Path) -> None:
    """Save, check, change a mapping, check: the field and the delivery are named. Nothing private is in any file."""
    saved = inspector("sessions", "save", "checkout", "--data", stored, home=tmp_path, cwd=tmp_path)
    assert saved.returncode == 0, saved.stderr
    assert "data.object.receipt_email" in saved.stdout
    assert "navy" not in saved.stdout + saved.stderr
    folder = tmp_path / "sessions" / "checkout"
    assert sorted(path.name for path in folder.glob("*.http")) == [
        "001-stripe-payment_intent.succeeded.http",
        "002-stripe-payment_intent.payment_failed.http",
        "003-stripe-payment_intent.succeeded.http",
    ]
    whole = b"".join(path.read_bytes() for path in folder.iterdir())
    assert SECRET.encode() not in whole
    assert b"navy.mil" not in whole
    checked = inspector("check", folder, home=tmp_path, cwd=tmp_path)
    assert checked.stderr == "3 requests: 3 as expected, 0 not as expected\n"
    again = inspector("sessions", "save", "checkout", "--data", stored, home=tmp_path, cwd=tmp_path)
    assert "nothing has changed" in again.stderr
    changed = folder / "001-stripe-payment_intent.succeeded.expected.json"
    changed.write_text(changed.read_text().replace("1999", "2500"))
    checked = inspector("check", folder, home=tmp_path, cwd=tmp_path)
    assert checked.returncode == 1
    assert "events.0.event_response.payment.amount.minor_units" in checked.stdout


def test_a_dry_run_says_what_would_happen_and_writes_nothing(stored: Path, tmp_path: Path) -> None:
    """Places and files; and what fits the filter only."""
    words = ("sessions", "save", "refused", "--session", "checkout", "--filter", "native:*failed", "--data", stored)
    found = inspector(*words, "--dry-run", home=tmp_path, cwd=tmp_path)
    assert found.stdout.splitlines()[-3:] == [
        "sessions/refused/001-stripe-payment_intent.payment_failed.expected.json",
        "sessions/refused/001-stripe-payment_intent.payment_failed.http",
        "sessions/refused/session.toml",
    ]
    assert not (tmp_path / "sessions").exists()
    kept = inspector(*words, "--keep", "receipt_email", "--note", "why", home=tmp_path, cwd=tmp_path)
    assert kept.stdout == ""
    again = inspector(*words, "--keep", "receipt_email", "--dry-run", home=tmp_path, cwd=tmp_path)
    assert again.stdout == "sessions/refused/session.toml\n"
    assert "grace@navy.mil" in (tmp_path / "sessions/refused/001-stripe-payment_intent.payment_failed.http").read_text()
    assert 'note = "why"' in (tmp_path / "sessions/refused/session.toml").read_text()


def test_what_cannot_be_saved_is_said(stored: Path, tmp_path: Path) -> None:
    """No name, nothing that fits, a folder that holds something else: a sentence, and no file is touched."""
    assert inspector("sessions", "save", "--data", stored, home=tmp_path).returncode == 2
    words = ("sessions", "save", "checkout", "--data", stored, "--to", tmp_path / "s")
    assert "nothing to save" in inspector(*words, "--filter", "connector:adyen", home=tmp_path).stderr
    assert inspector(*words, "--filter", "nonsense:x", home=tmp_path).returncode == 2
    assert inspector(*words, home=tmp_path).returncode == 0
    other = (*words, "--filter", "signature:valid")
    assert "There is another session" in inspector(*other, home=tmp_path).stderr
    assert inspector(*other, "--replace", home=tmp_path).returncode == 0
    assert len(list((tmp_path / "s/checkout").glob("*.http"))) == 2


def test_what_still_looks_like_a_card_number_is_refused_with_its_place(tmp_path: Path) -> None:
    """An id that could be one is left alone, and nothing is saved until a person has said so."""
    body = event().replace(b"pi_1", b"4111111111111111")
    with listening("--data", tmp_path / "data", home=tmp_path, **{SECRET_NAME: SECRET}) as on:
        on.post("/stripe", body, {"Stripe-Signature": signature(body)})
        on.stop()
    words = ("sessions", "save", "odd", "--data", tmp_path / "data", "--to", tmp_path / "s")
    found = inspector(*words, home=tmp_path)
    assert found.returncode == 1
    assert "001-stripe-payment_intent.succeeded: data.object.id: a card number" in found.stderr
    assert not (tmp_path / "s").exists()
    assert inspector(*words, "--keep", "data.object.id", home=tmp_path).returncode == 0
    assert inspector(*words, "--drop", "data.object.id", "--replace", home=tmp_path).returncode == 0


def test_a_session_may_be_saved_as_it_came(stored: Path, tmp_path: Path) -> None:
    """Without redaction every byte is what came, and no secret is named: there is none to verify by."""
    words = ("sessions", "save", "checkout", "--data", stored, "--to", tmp_path / "s", "--no-redaction")
    assert inspector(*words, home=tmp_path).returncode == 0
    folder = tmp_path / "s" / "checkout"
    first = (folder / "001-stripe-payment_intent.succeeded.http").read_bytes()
    assert first.endswith(b"\n\n" + event())
    assert signature(event(), SECRET, 4e9).encode() in first
    assert "[secrets" not in (folder / "session.toml").read_text()
    assert inspector("check", folder, home=tmp_path).returncode == 0


def archive(*entries: dict[str, object]) -> str:
    """A HAR file of requests."""
    whole = [{"startedDateTime": "2026-01-01T00:00:00.000Z", "request": each, "response": {}} for each in entries]
    return json.dumps({"log": {"version": "1.2", "creator": {"name": "x", "version": "1"}, "entries": whole}})


def posted(url: str, body: str, *headers: tuple[str, str], **more: object) -> dict[str, object]:
    """A request as HAR has it."""
    pairs = [{"name": name, "value": value} for name, value in ((":method", "POST"), *headers)]
    data = {"mimeType": "application/json", "text": body}
    return {"method": "POST", "url": url, "headers": pairs, "postData": data, **more}


def stored_events(tmp_path: Path, session: str) -> list[dict[str, Any]]:
    """What is in a session of the store."""
    found = inspector("events", "--json", "--session", session, "--data", tmp_path / "data", home=tmp_path)
    return [json.loads(line) for line in found.stdout.splitlines()]


def test_a_har_file_is_taken_in(tmp_path: Path) -> None:
    """Webhooks are recognised, verified by the clock of the recording, and all the rest is passed over."""
    body = event().decode()
    heads = ("Stripe-Signature", signature(event(), at=1_767_225_600))
    recorded = archive(
        posted("https://shop.example/hooks/stripe?x=1#top", body, heads),
        posted("https://shop.example/analytics", "{}"),
        posted(
            "https://shop.example/stripe/eu",
            "",
            heads,
            postData={"text": b64encode(event()).decode(), "encoding": "base64"},
        ),
    )
    words = ("sessions", "import", "-", "--session", "shop", "--data", tmp_path / "data")
    found = inspector(*words, home=tmp_path, stdin=recorded, **{SECRET_NAME: SECRET})
    assert found.stderr == "2 requests are in the session shop; 1 of no processor passed over\n"
    events = stored_events(tmp_path, "shop")
    assert [each["source_verified"] for each in events] == [True, True]
    assert [each["label"] for each in events] == ["", "eu"]
    assert events[0]["url"] == "https://shop.example/hooks/stripe?x=1"


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"object": "list", "data": [{"object": "event", **json.loads(event())}]}),
        json.dumps({"object": "event", **json.loads(event())}) + "\n",
        f"curl -s http://localhost/stripe \\\n -H 'Content-Type: application/json' --data-raw '{event().decode()}'",
        "POST /stripe HTTP/1.1\nHost: localhost\n\n" + event().decode(),
    ],
    ids=["stripe list", "stripe event", "curl", "http"],
)
def test_what_other_tools_write_is_taken_in(tmp_path: Path, text: str) -> None:
    """Each is one delivery of the event."""
    words = ("sessions", "import", "-", "--session", "in", "--data", tmp_path / "data")
    found = inspector(*words, home=tmp_path, stdin=text)
    assert found.stderr == "1 requests are in the session in\n", found.stderr
    (one,) = stored_events(tmp_path, "in")
    assert one["events"][0]["event_id"] == "evt_1"


@pytest.mark.parametrize(
    "text", ["[1]", '{"log": {}}', '{"object": "charge"}', "curl", "curl -F a=b http://x", "hello"]
)
def test_what_is_no_request_is_said(tmp_path: Path, text: str) -> None:
    """A sentence, and nothing is stored."""
    found = inspector("sessions", "import", "-", "--data", tmp_path / "data", home=tmp_path, stdin=text)
    assert found.returncode == 1
    assert "Traceback" not in found.stderr


def test_a_saved_session_goes_out_as_har_and_comes_back(stored: Path, tmp_path: Path) -> None:
    """Byte for byte, with the answer and the outcome beside each request."""
    inspector("sessions", "save", "checkout", "--data", stored, home=tmp_path, cwd=tmp_path)
    folder = tmp_path / "sessions" / "checkout"
    out = inspector("sessions", "export", folder, home=tmp_path).stdout
    entries = json.loads(out)["log"]["entries"]
    assert [each["response"]["status"] for each in entries] == [200, 200, 200]
    assert entries[0]["_inspector"]["events"][0]["event_type"] == "PAYMENT_INTENT_SUCCESS"
    assert inspector("sessions", "export", tmp_path / "none", home=tmp_path).returncode == 2
    inspector("sessions", "import", "-", "--session", "back", "--data", stored, home=tmp_path, stdin=out)
    inspector("sessions", "save", "back", "--no-redaction", "--data", stored, home=tmp_path, cwd=tmp_path)
    for path in folder.glob("*.http"):
        assert (tmp_path / "sessions/back" / path.name).read_bytes() == path.read_bytes()


def test_what_mitmproxy_recorded_is_taken_in(tmp_path: Path) -> None:
    """A HAR file that mitmproxy 11 wrote: signatures over JSON, over fields and over a packed form hold, so that every
    byte is there; Stripe's is as old as the recording says."""
    service = EventService.load(ROOT / "connectors")
    secrets = {
        f"INSPECTOR_{name.upper()}_{key.upper()}": text
        for name in ("stripe", "adyen", "braintree")
        for key, text in throwaway_settings(service.connectors[name]).items()
    }
    recorded = ROOT / "tests" / "cli" / "recorded" / "mitmproxy.har"
    words = ("sessions", "import", recorded, "--session", "in", "--data", tmp_path / "data")
    found = inspector(*words, home=tmp_path, **secrets)
    assert found.stderr == "3 requests are in the session in\n"
    verdicts = {each["connector"]: each["verification"]["verdict"] for each in stored_events(tmp_path, "in")}
    assert verdicts == {"stripe": "EXPIRED", "adyen": "VALID", "braintree": "VALID"}


def test_a_folder_of_what_hookee_saved_is_taken_in(tmp_path: Path) -> None:
    """Every file of it, in their order; what is of no processor is passed over."""
    recorded = ROOT / "tests" / "cli" / "recorded" / "hookee"
    words = ("sessions", "import", recorded, "--session", "in", "--data", tmp_path / "data")
    found = inspector(*words, home=tmp_path)
    assert found.stderr == "1 requests are in the session in; 1 of no processor passed over\n"
    assert [each["connector"] for each in stored_events(tmp_path, "in")] == ["stripe"]


def test_a_saved_session_can_be_read(stored: Path, tmp_path: Path) -> None:
    """As Markdown for a ticket, and as a page of its own: every event with its fields and where they came from. Text
    from the network is text in both."""
    hostile = event("<script>alert(1)</script>|`x`", identifier="evt_9")
    with listening("--data", stored, "--session", "checkout", home=tmp_path, **{SECRET_NAME: SECRET}) as on:
        on.post("/stripe", hostile, {"Stripe-Signature": signature(hostile)})
        on.stop()
    words = ("--data", stored, "--note", "bought <b>once</b>")
    inspector("sessions", "save", "checkout", *words, home=tmp_path, cwd=tmp_path)
    folder = tmp_path / "sessions" / "checkout"
    told = inspector("sessions", "report", folder, home=tmp_path).stdout
    assert told.startswith("# checkout\n\nbought &lt;b&gt;once&lt;/b&gt;\n")
    assert "| 1 |" in told
    assert "| amount.minor\\_units | 1999 | data.object.amount | 1999 |" in told
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\\|\\`x\\`" in told
    page = inspector("sessions", "report", folder, "--html", home=tmp_path).stdout
    assert page.count("<circle") == 4
    assert "<td>data.object.amount</td><td>1999</td>" in page
    assert "<script" not in page
    assert "<b>once" not in page
    assert "src=" not in page
    assert "http://" not in page
