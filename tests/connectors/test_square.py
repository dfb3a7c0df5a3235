"""Square: https://developer.squareup.com/docs/webhooks/step3validate, the registered address is signed too."""

from typing import Any

import msgspec
import pytest

from inspector.model import Money, Verdict
from tests.connectors.shared import handle, normalized, request, sample, signed

KEY = "Ibxx_5AKakO-3qeNVR61Dw"
URL = "https://webhook.site/679a4f3a-dcfa-49ee-bac5-9d0edad886b9"
BODY = (
    b'{"merchant_id":"MLEFBHHSJGVHD","type":"webhooks.test_notification",'
    b'"event_id":"ac3ac95b-f97d-458c-a6e6-18981597e05f","created_at":"2022-07-13T20:30:59.037339943Z",'
    b'"data":{"type":"webhooks","id":"bc368e64-01aa-407e-b46e-3231809b1129"}}'
)
SIGNATURE = "GF4YkrJgGBDZ9NIYbNXBnMzqb2HoL4RW/S6vkZ9/2N4="
HEADER = "X-Square-Hmacsha256-Signature"


def verdict(body: bytes = BODY, signature: str = SIGNATURE, key: str = KEY, url: str = URL) -> Verdict:
    """The verdict on a body, with the address that is registered."""
    received = request("square", body, {HEADER: signature})
    return handle("square", received, {"signature_key": key, "notification_url": url}).verification.verdict


def event(native: str, **objects: dict[str, Any]) -> dict[str, Any]:
    """An event of Square's around its object."""
    data = {"type": "payment", "id": "x_1", "object": objects}
    return {"merchant_id": "ML1", "type": native, "event_id": "e_1", "created_at": "2026-01-01T00:00:00Z", "data": data}


def test_the_published_examples_verify() -> None:
    """Body, key, address and signature of the tests of Square's own Python library.

    https://github.com/square/square-python-sdk/blob/master/tests/integration/test_webhooks_helper.py
    """
    assert verdict() is Verdict.VALID
    other = verdict(
        b'{"data":{"type":"webhooks","id":">id<"}}',
        "Cxt7+aTi4rKgcA0bC4g9EHdVtLSDWdqccmL5MvihU4U=",
        "signature-key",
        "https://webhook.site/webhooks",
    )
    assert other is Verdict.VALID


@pytest.mark.parametrize(
    "changed",
    [
        {"url": URL + "/"},
        {"url": URL.replace("https", "http")},
        {"url": URL.upper()},
        {"url": URL + "?a=1"},
        {"key": "MCmhFRxGX82xMwg5FsaoQA"},
        {"signature": "1z2n3DEJJiUPKcPzQo1ftvbxGdw="},
        {"signature": SIGNATURE.rstrip("=")},
        {"body": BODY + b" "},
        {"body": BODY.replace(b"2022", b"2023")},
    ],
)
def test_every_letter_of_address_and_body_counts(changed: dict[str, Any]) -> None:
    """A slash, the scheme, the case, a query, a blank in the body: each makes it another message."""
    assert verdict(**changed) is Verdict.INVALID


def test_a_wrong_address_is_named_as_the_suspect() -> None:
    """Behind a tunnel the address seen is not the one registered: the reason says which one was assumed."""
    received = request("square", BODY, {HEADER: SIGNATURE})
    found = handle("square", received, {"signature_key": KEY}).verification
    assert found.verdict is Verdict.INVALID
    assert "http://127.0.0.1:4242/square was assumed" in found.reason
    assert "notification_url" in found.reason


def test_without_the_setting_the_address_called_is_signed() -> None:
    """A sender that calls the registered address directly needs no setting."""
    received = msgspec.structs.replace(request("square", BODY, {HEADER: SIGNATURE}), url=URL)
    assert handle("square", received, {"signature_key": KEY}).source_verified


@pytest.mark.parametrize(
    ("native", "name", "status", "expected"),
    [
        ("payment.created", "payment", "APPROVED", "PAYMENT_INTENT_AUTHORIZATION_SUCCESS"),
        ("payment.updated", "payment", "COMPLETED", "PAYMENT_INTENT_SUCCESS"),
        ("payment.updated", "payment", "PENDING", "PAYMENT_INTENT_PROCESSING"),
        ("payment.updated", "payment", "CANCELED", "PAYMENT_INTENT_CANCELLED"),
        ("payment.updated", "payment", "FAILED", "PAYMENT_INTENT_FAILURE"),
        ("payment.updated", "payment", "TOMORROWS", "WEBHOOK_EVENT_TYPE_UNSPECIFIED"),
        ("refund.updated", "refund", "COMPLETED", "WEBHOOK_REFUND_SUCCESS"),
        ("refund.updated", "refund", "REJECTED", "WEBHOOK_REFUND_FAILURE"),
        ("refund.created", "refund", "PENDING", "WEBHOOK_EVENT_TYPE_UNSPECIFIED"),
        ("invoice.payment_made", "invoice", "PARTIALLY_PAID", "PAYMENT_INTENT_PARTIALLY_FUNDED"),
        ("invoice.payment_made", "invoice", "PAID", "PAYMENT_INTENT_SUCCESS"),
        ("invoice.scheduled_charge_failed", "invoice", "UNPAID", "RECOVERY_PAYMENT_FAILURE"),
        ("invoice.refunded", "invoice", "REFUNDED", "WEBHOOK_REFUND_SUCCESS"),
        ("terminal.checkout.updated", "checkout", "IN_PROGRESS", "WEBHOOK_EVENT_TYPE_UNSPECIFIED"),
        ("terminal.checkout.updated", "checkout", "CANCELED", "PAYMENT_INTENT_CANCELLED"),
        ("terminal.refund.updated", "refund", "CANCELED", "WEBHOOK_REFUND_FAILURE"),
        ("subscription.updated", "subscription", "DEACTIVATED", "MANDATE_REVOKED"),
        ("subscription.updated", "subscription", "PAUSED", "WEBHOOK_EVENT_TYPE_UNSPECIFIED"),
        ("payout.sent", "payout", "SENT", "PAYOUT_PROCESSING"),
        ("gift_card.activity.created", "gift_card", "ACTIVE", "WEBHOOK_EVENT_TYPE_UNSPECIFIED"),
    ],
)
def test_the_objects_status_decides(native: str, name: str, status: str, expected: str) -> None:
    """An approved payment is authorised, a cancelled one voided: the name updated alone says neither."""
    assert normalized("square", event(native, **{name: {"id": "x_1", "status": status}})).event_type.value == expected


@pytest.mark.parametrize(
    ("state", "expected", "stage"),
    [
        ("INQUIRY_EVIDENCE_REQUIRED", "WEBHOOK_DISPUTE_OPENED", "PRE_DISPUTE"),
        ("INQUIRY_PROCESSING", "WEBHOOK_DISPUTE_CHALLENGED", "PRE_DISPUTE"),
        ("INQUIRY_CLOSED", "WEBHOOK_DISPUTE_CANCELLED", "PRE_DISPUTE"),
        ("EVIDENCE_REQUIRED", "WEBHOOK_DISPUTE_OPENED", "ACTIVE_DISPUTE"),
        ("PROCESSING", "WEBHOOK_DISPUTE_CHALLENGED", "ACTIVE_DISPUTE"),
        ("WON", "WEBHOOK_DISPUTE_WON", "ACTIVE_DISPUTE"),
        ("LOST", "WEBHOOK_DISPUTE_LOST", "ACTIVE_DISPUTE"),
        ("ACCEPTED", "WEBHOOK_DISPUTE_ACCEPTED", "ACTIVE_DISPUTE"),
    ],
)
@pytest.mark.parametrize("native", ["dispute.created", "dispute.state.updated", "dispute.state.changed"])
def test_the_state_of_a_dispute(native: str, state: str, expected: str, stage: str) -> None:
    """The old name of the event means the same; an inquiry is no chargeback yet."""
    found = normalized("square", event(native, dispute={"id": "dts_1", "state": state}))
    assert found.event_type.value == expected
    assert found.event_response.dispute is not None
    assert found.event_response.dispute.dispute_stage.value == stage


def test_the_tip_is_captured_and_was_not_asked_for() -> None:
    """The amount is what was asked for, the captured amount what was taken with the tip."""
    content = handle("square", sample("square", "payment.updated.completed")).events[0].event_response.payment
    assert content is not None
    assert content.amount == Money(4999, "USD")
    assert content.captured_amount == 5499


def test_the_environment_stands_in_a_header() -> None:
    """Square-Environment tells the sandbox from production."""
    body = event("payment.updated", payment={"id": "p_1", "status": "COMPLETED"})
    for environment, expected in (("Sandbox", True), ("Production", False), ("Tomorrow", None)):
        assert normalized("square", body, {"square-environment": environment}).test_mode is expected


def test_a_sample_verifies_wherever_it_is_sent() -> None:
    """The throwaway address is signed, whichever the receiver's own is."""
    received = signed("square", sample("square", "payment.updated.completed"))
    elsewhere = msgspec.structs.replace(received, url="http://localhost:9/other")
    assert handle("square", elsewhere).source_verified
