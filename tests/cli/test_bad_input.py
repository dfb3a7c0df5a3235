"""What nobody wants to receive: every request is kept, acknowledged, and shown with a reason in plain words."""

import gzip
import json
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.cli.running import NOW, SECRET, Listening, event, inspector, listening, signature
from tests.cli.test_listen import signed_now

BODY = event()
PLAIN = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
ENTITIES = b'<!DOCTYPE n [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><notification><kind>&b;</kind></notification>'


def wrapped(content: bytes) -> bytes:
    """A Braintree form around a payload."""
    return b"bt_signature=key%7C00&bt_payload=" + b64encode(content).replace(b"+", b"%2B").replace(b"=", b"%3D")


@pytest.fixture(scope="module")
def receiver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Listening]:
    """A receiver with a secret for Stripe and for Braintree, and none for Adyen."""
    home = tmp_path_factory.mktemp("home")
    secrets = {"INSPECTOR_STRIPE_SIGNING_SECRET": SECRET, "INSPECTOR_BRAINTREE_PRIVATE_KEY": "private"}
    with listening("--json", home=home, **secrets) as running:
        yield running


def reasons(found: dict[str, Any]) -> str:
    """Every sentence that is said of a request."""
    problems = [f"{each['what']} {each.get('hint', '')}" for each in found["problems"]]
    return " ".join([found["verification"]["verdict"], found["verification"]["reason"], *problems])


@pytest.mark.parametrize(
    ("path", "headers", "body", "words"),
    [
        ("/nobody", PLAIN, b"{}", "There is no connector 'nobody'"),
        ("/strip", PLAIN, b"{}", "Did you mean stripe?"),
        ("/", PLAIN, b'{"hello": 1}', "No connector recognises this request"),
        ("/adyen", PLAIN, b'{"notificationItems": []}', "should be a list of events"),
        ("/razorpay", {"X-Razorpay-Signature": "00"}, b'{"event": "payment.captured"}', "set webhook_secret"),
        ("/stripe", {"Stripe-Signature": signature(BODY, "another")}, BODY, "INVALID"),
        ("/stripe", {"Stripe-Signature": signature(BODY, at=NOW)}, BODY, "EXPIRED"),
        ("/stripe", PLAIN, BODY, "the header stripe-signature is missing"),
        ("/stripe", PLAIN, b'{"id": "evt_1",', "body is not JSON"),
        ("/stripe", PLAIN, b"", "the body is empty"),
        ("/stripe", PLAIN, b'{"type": "\xff\xfe"}', "is not UTF-8 text"),
        ("/stripe", PLAIN, b"[" * 10_000 + b"]" * 10_000, "nested too deep"),
        ("/stripe", {"Content-Encoding": "gzip"}, b"no gzip", "the body is not gzip"),
        ("/stripe", {"Content-Encoding": "gzip"}, gzip.compress(bytes(11_000_000)), "unpacks to more than"),
        ("/braintree", FORM, b"bt_signature=x&bt_payload=%%%", "is not base64"),
        ("/braintree", FORM, wrapped(ENTITIES), "entities, which are never read"),
        ("/braintree", FORM, wrapped(b"<notification><kind>"), "The body is not XML"),
    ],
    ids=lambda part: part if isinstance(part, str) else "",  # a packed body holds the time of its packing
)
def test_it_is_kept_acknowledged_and_explained(
    receiver: Listening, path: str, headers: dict[str, str], body: bytes, words: str
) -> None:
    """The answer is a 200, so that no processor switches the endpoint off, and the line says what is wrong."""
    status, _ = receiver.post(path, body, headers)
    found = receiver.json()
    assert status == 200
    assert words.lower() in reasons(found).lower()
    assert found["source_verified"] is False


def test_an_unknown_event_is_verified_and_named(receiver: Listening) -> None:
    """What the document does not know is no error: the native name is shown, the type is unspecified."""
    body = event("something.never_seen")
    assert receiver.post("/stripe", body, signed_now(body))[0] == 200
    found = receiver.json()
    assert found["source_verified"] is True
    assert found["problems"] == []
    assert found["events"][0]["event_type"] == "WEBHOOK_EVENT_TYPE_UNSPECIFIED"
    assert found["events"][0]["native_type"] == "something.never_seen"


def test_a_bad_item_does_not_spoil_its_batch(receiver: Listening) -> None:
    """The good items of a batch are read, the bad one has its reason and its place."""
    item = {"eventCode": "AUTHORISATION", "pspReference": "psp-1", "success": "true", "merchantReference": "A-1"}
    good = {"NotificationRequestItem": {**item, "amount": {"currency": "EUR", "value": 100}}}
    body = json.dumps({"live": "false", "notificationItems": [good, {"NotificationRequestItem": "no object"}]})
    status, answer = receiver.post("/adyen", body.encode(), PLAIN)
    found = receiver.json()
    assert (status, answer) == (200, b"[accepted]")
    assert found["events"][0]["event_type"] == "PAYMENT_INTENT_AUTHORIZATION_SUCCESS"
    assert "This item is not an object" in reasons(found)


def test_a_hundred_megabytes_are_refused_and_nothing_else_is_lost(tmp_path: Path) -> None:
    """A body beyond the limit is answered with 413; what comes after it is received as ever, and all is listed."""
    data = tmp_path / "data"
    with listening("--json", "--data", data, home=tmp_path) as running:
        try:
            status = running.post("/stripe", bytes(100_000_000), PLAIN)[0]
        except ConnectionError:
            status = 413  # the connection is closed while the rest is still being sent
        assert status == 413
        assert running.post("/stripe", BODY, signed_now())[0] == 200
        running.stop()
    listed = inspector("events", "--data", data, home=tmp_path)
    assert "payment_intent.succeeded" in listed.stdout
