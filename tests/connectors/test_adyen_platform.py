"""Adyen's platform: transfers between balance accounts and banks, signed whole in a header."""

import base64
import hashlib
import hmac

import msgspec
import pytest

from inspector.model import Verdict
from tests.connectors.shared import handle, item, request, sample, signed

KEY = "44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056"
PLATFORM = "balancePlatform.transfer.updated.booked"


def test_the_platforms_webhooks_are_signed_whole() -> None:
    """A transfer of the platform has no items and a signature over its bytes, in a header."""
    received = signed("adyen", sample("adyen", PLATFORM))
    inspection = handle("adyen", received)
    assert inspection.source_verified
    assert inspection.verification.covers == ("body",)
    spaced = msgspec.structs.replace(received, body=received.body.replace(b":", b": "))
    assert handle("adyen", spaced).verification.verdict is Verdict.INVALID
    assert handle("adyen", sample("adyen", PLATFORM)).verification.verdict is Verdict.MISSING


def test_a_header_does_not_verify_unsigned_items() -> None:
    """The platform's signature is no substitute for the one that a payment's item should have."""
    notification = msgspec.json.encode(item())
    digest = hmac.new(bytes.fromhex(KEY), notification, hashlib.sha256).digest()
    received = request("adyen", notification, {"HmacSignature": base64.b64encode(digest).decode()})
    assert handle("adyen", received, {"hmac_key": KEY}).verification.verdict is Verdict.MISSING


@pytest.mark.parametrize(
    ("status", "created", "updated"),
    [
        ("received", "PAYOUT_CREATED", "PAYOUT_PROCESSING"),
        ("authorised", "PAYOUT_CREATED", "PAYOUT_PROCESSING"),
        ("booked", "PAYOUT_SUCCESS", "PAYOUT_SUCCESS"),
        ("refused", "PAYOUT_FAILURE", "PAYOUT_FAILURE"),
        ("failed", "PAYOUT_FAILURE", "PAYOUT_FAILURE"),
        ("returned", "PAYOUT_REVERSED", "PAYOUT_REVERSED"),
        ("tomorrows", "WEBHOOK_EVENT_TYPE_UNSPECIFIED", "WEBHOOK_EVENT_TYPE_UNSPECIFIED"),
    ],
)
def test_a_transfer_to_a_bank_is_a_payout(status: str, created: str, updated: str) -> None:
    """Its status decides; a transfer inside the platform, or one that comes in, is none."""
    for word, expected in (("created", created), ("updated", updated)):
        data = {"id": "T1", "category": "bank", "direction": "outgoing", "status": status}
        body = {"type": f"balancePlatform.transfer.{word}", "environment": "live", "data": data}
        (event,) = handle("adyen", request("adyen", body)).events
        assert event.event_type.value == expected
        assert event.test_mode is False
        for other in ({"direction": "incoming"}, {"category": "internal"}):
            (event,) = handle("adyen", request("adyen", {**body, "data": {**data, **other}})).events
            assert event.event_type.value == "WEBHOOK_EVENT_TYPE_UNSPECIFIED"
