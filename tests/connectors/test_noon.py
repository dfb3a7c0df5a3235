"""noon: five members are signed as they were sent, the order's number as a plain integer."""

import hmac
from base64 import b64encode

import pytest

from inspector.model import EventStatus, Verdict
from tests.connectors.shared import SETTINGS, handle, request

BODY = {"orderId": 18446744073709551615, "eventType": "Capture", "eventId": "e-1", "timeStamp": "2026-01-01T00:00:00Z"}


@pytest.mark.parametrize(
    "status", ["CAPTURED", "PARTIALLY_CAPTURED", "PAYMENT_INFO_ADDED", "3DS_RESULT_VERIFIED", "NEW_ONE"]
)
def test_the_text_that_was_received_is_what_is_signed(status: str) -> None:
    """Statuses with underscores, and those that nobody knows yet, verify; every digit of a 64-bit number counts."""
    text = f"18446744073709551615,{status},e-1,Capture,2026-01-01T00:00:00Z"
    digest = hmac.digest(SETTINGS["noon"]["webhook_secret"].encode(), text.encode(), "sha512")
    signed = {**BODY, "orderStatus": status, "signature": b64encode(digest).decode()}
    assert handle("noon", request("noon", signed)).verification.verdict is Verdict.VALID
    changed = {**signed, "orderId": 18446744073709551614}
    assert handle("noon", request("noon", changed)).verification.verdict is Verdict.INVALID


def test_a_message_without_an_amount_is_incomplete() -> None:
    """noon says where an order stands, not how much it is about: the order has to be asked for."""
    (event,) = handle("noon", request("noon", {**BODY, "orderStatus": "CAPTURED"})).events
    assert event.event_status is EventStatus.INCOMPLETE
    assert event.event_response.payment is not None
    assert event.event_response.payment.connector_transaction_id == "18446744073709551615"
