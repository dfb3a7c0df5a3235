"""Standard Webhooks: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

import pytest

from inspector.model import EventStatus, Money, Verdict
from tests.connectors.shared import NOW, handle, request

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = b'{"test": 2432232314}'
T = int(NOW)


def v1(identifier: str = "msg_1", timestamp: object = T, body: bytes = BODY, secret: str = SECRET) -> str:
    """An entry of the signature header."""
    encoded = secret.removeprefix("whsec_")
    key = base64.b64decode(encoded + "=" * (-len(encoded) % 4))
    digest = hmac.new(key, f"{identifier}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def headers(
    signature: str, timestamp: object = T, identifier: str = "msg_1", family: str = "webhook"
) -> dict[str, str]:
    """The three headers."""
    names = (f"{family}-id", f"{family}-timestamp", f"{family}-signature")
    return dict(zip(names, (identifier, str(timestamp), signature), strict=True))


def verdict(fields: Mapping[str, str], *, now: float = NOW, secret: str = SECRET, **settings: str) -> Verdict:
    """The verdict on the body under some headers."""
    received = request("standardwebhooks", BODY, fields)
    return handle("standardwebhooks", received, {"signing_secret": secret, **settings}, now).verification.verdict


def test_the_published_example_verifies() -> None:
    """Secret, id, time, body and signature of the specification's libraries.

    https://github.com/standard-webhooks/standard-webhooks/blob/main/libraries/python/tests/test_webhooks.py
    """
    published = headers("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", 1614265330, "msg_p5jXN8AQM9LWM0D4loKWxJek")
    assert verdict(published, now=1614265330.0) is Verdict.VALID
    assert verdict({**published, "webhook-id": "msg_other"}, now=1614265330.0) is Verdict.INVALID


@pytest.mark.parametrize(
    ("signature", "expected"),
    [
        (v1(), Verdict.VALID),
        (f"v1,{'A' * 43}= {v1()}", Verdict.VALID),
        (f"{v1()} v1,{'A' * 43}=", Verdict.VALID),
        (f"v1a,{'A' * 86}== {v1()}", Verdict.VALID),
        (f"nonsense {v1()}", Verdict.VALID),
        (f"v2{v1()[2:]}", Verdict.MISSING),
        (f"v1a{v1()[2:]}", Verdict.MISSING),
        (v1()[3:], Verdict.MISSING),
        ("v1,not base64", Verdict.INVALID),
        (f"v1,{'A' * 43}=", Verdict.INVALID),
        (v1().rstrip("="), Verdict.INVALID),
        ("", Verdict.MISSING),
    ],
)
def test_any_entry_of_the_first_version_may_match(signature: str, expected: Verdict) -> None:
    """Other versions and entries without a comma are passed over; one matching v1 is enough."""
    assert verdict(headers(signature)) is expected


@pytest.mark.parametrize(
    ("age", "expected"),
    [(0, Verdict.VALID), (300, Verdict.VALID), (301, Verdict.EXPIRED), (-300, Verdict.VALID), (-301, Verdict.EXPIRED)],
)
def test_five_minutes_either_way(age: int, expected: Verdict) -> None:
    """A time too far ahead is refused like one too far back."""
    assert verdict(headers(v1()), now=NOW + age) is expected


def test_a_wrong_signature_is_not_called_old() -> None:
    """What came through a relay is late but right; what is wrong is wrong at any age."""
    assert verdict(headers(v1()), now=NOW + 86400) is Verdict.EXPIRED
    assert verdict(headers(v1(secret="whsec_AAAA")), now=NOW + 86400) is Verdict.INVALID


@pytest.mark.parametrize("secret", [SECRET, SECRET.removeprefix("whsec_"), f" {SECRET.removeprefix('whsec_')} "])
def test_the_secret_with_or_without_its_prefix(secret: str) -> None:
    """The prefix is no part of the key."""
    assert verdict(headers(v1()), secret=secret) is Verdict.VALID


def test_an_unpadded_secret_works() -> None:
    """Base64 whose padding was lost on the way is completed."""
    padded = "whsec_" + base64.b64encode(b"0123456789abcdef").decode()
    fields = headers(v1(secret=padded))
    assert padded.endswith("==")
    assert verdict(fields, secret=padded.rstrip("=")) is Verdict.VALID


@pytest.mark.parametrize("secret", ["whsec_!!!", "whsec_", "no base64 at all"])
def test_a_secret_that_is_not_base64_is_said_so(secret: str) -> None:
    """A secret that cannot be decoded is not a wrong signature."""
    received = request("standardwebhooks", BODY, headers(v1()))
    found = handle("standardwebhooks", received, {"signing_secret": secret}, NOW).verification
    assert found.verdict is Verdict.NO_SECRET
    assert "base64" in found.reason


@pytest.mark.parametrize("timestamp", ["soon", "", "1767225600.9", "-1", "+1767225600", "１７６７２２５６００"])
def test_a_timestamp_is_digits(timestamp: str) -> None:
    """Whatever is not a number of seconds is never verified, even under a right signature."""
    assert verdict(headers(v1(timestamp=timestamp), timestamp)) in (Verdict.UNREADABLE, Verdict.MISSING)


def test_svix_headers_count_first() -> None:
    """Svix's own spelling verifies alone, and wins where both are there."""
    assert verdict(headers(v1(), family="svix")) is Verdict.VALID
    both = {**headers(v1("msg_2"), identifier="msg_2"), **headers(v1(), family="svix")}
    assert verdict(both) is Verdict.VALID
    mixed = {**headers(v1(), family="svix"), "svix-id": "msg_other", "webhook-id": "msg_1"}
    assert verdict(mixed) is Verdict.INVALID


@pytest.mark.parametrize("missing", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_every_header_is_needed(missing: str) -> None:
    """Without one of the three nothing is verified."""
    fields = headers(v1())
    del fields[missing]
    assert verdict(fields) in (Verdict.MISSING, Verdict.INVALID)


def body(native: str, **data: Any) -> dict[str, Any]:
    """The recommended form of a message."""
    return {"type": native, "timestamp": "2026-01-01T00:00:00Z", "data": data}


@pytest.mark.parametrize(
    ("unit", "written", "expected"),
    [
        (None, 1999, None),
        ("minor", 1999, Money(1999, "EUR")),
        ("major", 19.99, Money(1999, "EUR")),
        ("major", "19.99", Money(1999, "EUR")),
        ("nonsense", 1999, None),
    ],
)
def test_an_amount_is_never_guessed(unit: str | None, written: Any, expected: Money | None) -> None:
    """The specification leaves the unit open: without the setting amount_unit there is no amount."""
    received = request("standardwebhooks", body("payment.succeeded", id="pm_1", amount=written, currency="EUR"))
    inspection = handle("standardwebhooks", received, {"amount_unit": unit} if unit else {})
    content = inspection.events[0].event_response.payment
    assert content is not None
    assert content.amount == expected
    assert inspection.events[0].event_status is (EventStatus.COMPLETE if expected else EventStatus.INCOMPLETE)
    assert inspection.problems == ()


@pytest.mark.parametrize("key", ["type", "event_type", "event"])
def test_the_name_of_the_event_under_any_of_its_usual_keys(key: str) -> None:
    """Senders call it type, event_type or event, or put it in a header."""
    found = handle("standardwebhooks", request("standardwebhooks", {key: "refund.failed", "data": {"id": "rf_1"}}))
    assert found.events[0].event_type == "WEBHOOK_REFUND_FAILURE"


def test_the_name_of_the_event_in_a_header() -> None:
    """webhook-event names it where the body does not."""
    received = request("standardwebhooks", {"id": "x"}, {"Webhook-Event": "payout.paid"})
    assert handle("standardwebhooks", received).events[0].event_type == "PAYOUT_SUCCESS"


@pytest.mark.parametrize(
    ("native", "expected"),
    [
        ("payment.paid", "PAYMENT_INTENT_SUCCESS"),
        ("invoice.paid", "PAYMENT_INTENT_SUCCESS"),
        ("payment.captured", "PAYMENT_INTENT_CAPTURE_SUCCESS"),
        ("payment.canceled", "PAYMENT_INTENT_CANCELLED"),
        ("refund.processed", "WEBHOOK_REFUND_SUCCESS"),
        ("dispute.opened", "WEBHOOK_DISPUTE_OPENED"),
        ("dispute.challenged", "WEBHOOK_DISPUTE_CHALLENGED"),
        ("mandate.revoked", "MANDATE_REVOKED"),
        ("payout.failed", "PAYOUT_FAILURE"),
        ("user.created", "WEBHOOK_EVENT_TYPE_UNSPECIFIED"),
    ],
)
def test_names_that_many_senders_share(native: str, expected: str) -> None:
    """A guess, and an honest one: what nobody agrees on stays unspecified."""
    found = handle("standardwebhooks", request("standardwebhooks", body(native, id="x_1")))
    assert found.events[0].event_type.value == expected
