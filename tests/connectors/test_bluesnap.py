"""BlueSnap: the timestamp's header and the body are signed together, https://support.bluesnap.com/docs/ipn-setup."""

import hmac

import msgspec
import pytest

from inspector.model import CapturedRequest, EventType, Verdict
from tests.connectors.shared import SETTINGS, handle

WHEN = "2026-01-01 00:00:00.558"
BODY = b"transactionType=CHARGE&referenceNumber=1&invoiceChargeAmount=1%2C234.50&invoiceChargeCurrency=USD&city=K%F6ln"


def received(body: bytes, when: str = WHEN) -> CapturedRequest:
    """A webhook with the signature of `body` at WHEN."""
    key = SETTINGS["bluesnap"]["security_header_key"].encode()
    signature = hmac.new(key, WHEN.encode() + body, "sha256").hexdigest()
    headers = (
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("bls-ipn-timestamp", when),
        ("bls-signature", signature),
    )
    return CapturedRequest(url="http://127.0.0.1:4242/bluesnap", headers=headers, body=body)


def test_the_timestamp_and_the_raw_body_are_signed() -> None:
    """The bytes count as they were sent, whatever charset they are in; another timestamp is noticed."""
    inspection = handle("bluesnap", received(BODY))
    assert inspection.verification.verdict is Verdict.VALID
    assert inspection.events[0].occurred_at is not None
    assert inspection.events[0].occurred_at.isoformat() == "2026-01-01T00:00:00.558000+00:00"
    later = received(BODY, "2026-01-01 00:00:01.558")
    assert handle("bluesnap", later).verification.verdict is Verdict.INVALID
    upper = msgspec.structs.replace(received(BODY), body=BODY.replace(b"CHARGE&", b"REFUND&"))
    assert handle("bluesnap", upper).verification.verdict is Verdict.INVALID


@pytest.mark.parametrize("status", ["Completed_Won", "COMPLETED_WON"])
def test_a_chargeback_is_known_without_its_type(status: str) -> None:
    """A message that has a chargeback's status only is read as a chargeback."""
    (event,) = handle("bluesnap", received(f"cbStatus={status}&referenceNumber=1&reversalRefNum=2".encode())).events
    assert event.event_type is EventType.WEBHOOK_DISPUTE_WON
    assert event.event_response.dispute is not None
    assert event.event_response.dispute.connector_dispute_id == "2"
