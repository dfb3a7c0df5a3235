"""Razorpay: https://razorpay.com/docs/webhooks/, one HMAC over the body."""

import hashlib
import hmac
from typing import Any

import pytest

from inspector.model import EventStatus, Money, Verdict
from tests.connectors.shared import handle, normalized, request

PUBLISHED = b"""{
  "event": "payment.authorized",
  "entity": "event",
  "contains": [
    "payment"
  ],
  "payload": {
    "payment": {
      "entity": {
        "id": "pay_6koWN7bvxujzxM",
        "entity": "payment",
        "amount": 1000000,
        "currency": "INR",
        "status": "captured",
        "order_id": "order_100000000order",
        "international": false,
        "method": "card",
        "amount_refunded": 0,
        "refund_status": null,
        "captured": true,
        "description": "random description",
        "card_id": "card_6koWNAT6LASUqy",
        "bank": null,
        "wallet": null,
        "vpa": null,
        "email": "a@b.com",
        "contact": "+919999999999",
        "notes": {
          "merchant_order_id": "random order id"
        },
        "fee": 23000,
        "service_tax": 3000,
        "error_code": null,
        "error_description": null,
        "created_at": 1479978483
      }
    }
  },
  "created_at": 1400826760
}
"""


def event(name: str, **entities: dict[str, Any]) -> dict[str, Any]:
    """An event of Razorpay's around its entities."""
    payload = {key: {"entity": entity} for key, entity in entities.items()}
    return {"entity": "event", "account_id": "acc_1", "event": name, "payload": payload, "created_at": 1767225600}


def test_the_published_example_verifies() -> None:
    """Body, secret and signature of the tests of Razorpay's own Python library.

    https://github.com/razorpay/razorpay-python/blob/master/tests/test_client_utility.py
    """
    signature = "d60e67fd884556c045e9be7dad57903e33efc7172c17c6e3ef77db42d2b366e9"
    received = request("razorpay", PUBLISHED, {"X-Razorpay-Signature": signature})
    inspection = handle("razorpay", received, {"webhook_secret": "key_secret"})
    assert inspection.source_verified
    shorter = request("razorpay", PUBLISHED[:-1], {"X-Razorpay-Signature": signature})
    assert handle("razorpay", shorter, {"webhook_secret": "key_secret"}).verification.verdict is Verdict.INVALID


def test_the_event_decides_not_the_snapshot() -> None:
    """The published payment.authorized holds a payment that is captured by now: the event is an authorisation."""
    found = handle("razorpay", request("razorpay", PUBLISHED)).events[0]
    assert found.event_type == "PAYMENT_INTENT_AUTHORIZATION_SUCCESS"
    content = found.event_response.payment
    assert content is not None
    assert content.status == "AUTHORIZED"
    assert content.amount == Money(1000000, "INR")
    assert content.merchant_transaction_id == "random order id"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("payment.authorized", "PAYMENT_INTENT_AUTHORIZATION_SUCCESS"),
        ("payment.captured", "PAYMENT_INTENT_CAPTURE_SUCCESS"),
        ("payment.failed", "PAYMENT_INTENT_FAILURE"),
        ("payment.pending", "PAYMENT_INTENT_PROCESSING"),
        ("order.paid", "PAYMENT_INTENT_SUCCESS"),
        ("order.notification.failed", "WEBHOOK_EVENT_TYPE_UNSPECIFIED"),
        ("refund.created", "WEBHOOK_EVENT_TYPE_UNSPECIFIED"),
        ("refund.processed", "WEBHOOK_REFUND_SUCCESS"),
        ("refund.failed", "WEBHOOK_REFUND_FAILURE"),
        ("payment.dispute.action_required", "WEBHOOK_DISPUTE_OPENED"),
        ("payment.dispute.under_review", "WEBHOOK_DISPUTE_CHALLENGED"),
        ("payment_link.partially_paid", "PAYMENT_INTENT_PARTIALLY_FUNDED"),
        ("payment_link.cancelled", "PAYMENT_INTENT_CANCELLED"),
        ("invoice.expired", "PAYMENT_INTENT_EXPIRED"),
        ("qr_code.credited", "PAYMENT_INTENT_SUCCESS"),
        ("virtual_account.created", "WEBHOOK_EVENT_TYPE_UNSPECIFIED"),
        ("subscription.resumed", "MANDATE_ACTIVE"),
        ("subscription.charged", "PAYMENT_INTENT_SUCCESS"),
        ("subscription.pending", "RECOVERY_PAYMENT_PENDING"),
        ("subscription.halted", "WEBHOOK_EVENT_TYPE_UNSPECIFIED"),
        ("subscription.completed", "MANDATE_REVOKED"),
        ("token.rejected", "MANDATE_FAILED"),
        ("settlement.processed", "WEBHOOK_EVENT_TYPE_UNSPECIFIED"),
        ("payout.pending", "PAYOUT_CREATED"),
        ("payout.queued", "PAYOUT_CREATED"),
        ("payout.initiated", "PAYOUT_PROCESSING"),
        ("payout.rejected", "PAYOUT_CANCELLED"),
        ("payout.reversed", "PAYOUT_REVERSED"),
        ("payout_link.expired", "PAYOUT_EXPIRED"),
        ("payment.downtime.started", "WEBHOOK_EVENT_TYPE_UNSPECIFIED"),
        ("account.instantly_activated", "WEBHOOK_EVENT_TYPE_UNSPECIFIED"),
    ],
)
def test_the_name_of_the_event_decides(name: str, expected: str) -> None:
    """A failed payment is no success because there is no refund in it: the event's own name counts."""
    assert normalized("razorpay", event(name, payment={"id": "pay_1"})).event_type.value == expected


@pytest.mark.parametrize(
    ("status", "expected"),
    [("won", "WEBHOOK_DISPUTE_WON"), ("lost", "WEBHOOK_DISPUTE_LOST"), ("closed", "WEBHOOK_DISPUTE_EXPIRED")],
)
def test_a_closed_dispute_is_what_it_ended_in(status: str, expected: str) -> None:
    """closed says nothing of the outcome; the dispute's status does."""
    found = normalized("razorpay", event("payment.dispute.closed", dispute={"id": "disp_1", "status": status}))
    assert found.event_type.value == expected


def test_the_id_of_the_event_stands_in_a_header() -> None:
    """X-Razorpay-Event-Id tells a retry from a new event; without it the entity, the event and the time do."""
    body = event("payment.captured", payment={"id": "pay_1"})
    assert normalized("razorpay", body, {"x-razorpay-event-id": "EvT1"}).event_id == "EvT1"
    assert normalized("razorpay", body).event_id == "pay_1:payment.captured:1767225600"


@pytest.mark.parametrize(("notes", "expected"), [([], None), ({}, None), ({"a": "1"}, {"a": "1"})])
def test_notes_may_be_a_list(notes: Any, expected: Any) -> None:
    """Empty notes come as a list, filled ones as an object."""
    payment = {"id": "pay_1", "amount": 100, "currency": "INR", "notes": notes}
    content = normalized("razorpay", event("payment.captured", payment=payment)).event_response.payment
    assert content is not None
    assert content.metadata == expected


def test_a_captured_amount_is_there_once_captured() -> None:
    """Razorpay has no field for it: the amount counts as captured where captured is true."""
    payment = {"id": "pay_1", "amount": 100, "currency": "INR"}
    for captured, expected in ((True, 100), (False, None)):
        body = event("payment.captured", payment={**payment, "captured": captured})
        content = normalized("razorpay", body).event_response.payment
        assert content is not None
        assert content.captured_amount == expected


def test_a_halted_subscription_can_be_resumed() -> None:
    """No event type fits it, and the mandate is inactive rather than revoked."""
    found = normalized("razorpay", event("subscription.halted", subscription={"id": "sub_1", "status": "halted"}))
    assert found.event_response.mandate is not None
    assert found.event_response.mandate.mandate_status == "MANDATE_INACTIVE"
    assert found.event_status is EventStatus.COMPLETE


def test_the_signature_may_be_in_capitals() -> None:
    """Hexadecimal in capitals is the same signature; the API key's secret is another one."""
    body = b'{"event":"payment.captured"}'
    digest = hmac.new(b"secret", body, hashlib.sha256).hexdigest()
    for signature in (digest, digest.upper()):
        received = request("razorpay", body, {"X-Razorpay-Signature": signature})
        assert handle("razorpay", received, {"webhook_secret": "secret"}).source_verified
        assert not handle("razorpay", received, {"webhook_secret": "Secret"}).source_verified
