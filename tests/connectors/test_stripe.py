"""Stripe: https://docs.stripe.com/webhooks and the rules of its own libraries."""

import hashlib
import hmac
from typing import Any

import pytest

from inspector.model import CapturedRequest, EventStatus, EventType, Money, NormalizedEvent, PaymentContent, Verdict
from tests.connectors.shared import NOW, handle, normalized, request, sample

SECRET = "whsec_of_the_endpoint"
BODY = b'{\n  "id": "evt_1",\n  "type": "payment_intent.succeeded"\n}'


def event(native: str, **fields: Any) -> dict[str, Any]:
    """An event of Stripe's around an object."""
    return {"id": "evt_1", "object": "event", "type": native, "created": 1767225600, "data": {"object": fields}}


def v1(secret: str, timestamp: object, body: bytes = BODY) -> str:
    """The hexadecimal signature of a body at a time."""
    return hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()


def received(header: str, body: bytes = BODY) -> CapturedRequest:
    """A request with that Stripe-Signature."""
    return request("stripe", body, {"Stripe-Signature": header})


def verdict(header: str, *, now: float = NOW, **settings: str) -> Verdict:
    """The verdict on the body under a header."""
    return handle("stripe", received(header), {"signing_secret": SECRET, **settings}, now).verification.verdict


T = int(NOW)
GOOD = v1(SECRET, T)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (f"t={T},v1={GOOD}", Verdict.VALID),
        (f"v1={GOOD},t={T}", Verdict.VALID),
        (f"t={T},v1={'0' * 64},v1={GOOD}", Verdict.VALID),
        (f"t={T},v1={GOOD},v0={'0' * 64}", Verdict.VALID),
        (f"t={T},v0={GOOD}", Verdict.MISSING),
        (f"t={T},v1={'0' * 64}", Verdict.INVALID),
        (f"t={T + 1},v1={GOOD}", Verdict.INVALID),
        (f"t={T},v1={GOOD[:-1]}", Verdict.INVALID),
        (f"t={T},v1=no hex at all", Verdict.INVALID),
        (f"t={T}, v1={GOOD}", Verdict.MISSING),
        (f"v1={GOOD}", Verdict.MISSING),
        ("nonsense", Verdict.MISSING),
        ("", Verdict.MISSING),
        (f"t=soon,v1={v1(SECRET, 'soon')}", Verdict.UNREADABLE),
    ],
)
def test_the_header_is_read_as_stripes_library_reads_it(header: str, expected: Verdict) -> None:
    """Pairs in any order, several v1, v0 passed over, no blank after a comma, the time as digits only."""
    assert verdict(header) is expected


@pytest.mark.parametrize(
    ("age", "expected"),
    [(0, Verdict.VALID), (300, Verdict.VALID), (301, Verdict.EXPIRED), (-86400, Verdict.VALID)],
)
def test_five_minutes_into_the_past_and_any_time_ahead(age: int, expected: Verdict) -> None:
    """A signature is good for 300 seconds; a clock that runs ahead is no reason to refuse."""
    assert verdict(f"t={T},v1={GOOD}", now=NOW + age) is expected


def test_an_expired_signature_says_how_old_it_is() -> None:
    """Right and too old is not the same as wrong: the reason has the age and the tolerance."""
    found = handle("stripe", received(f"t={T},v1={GOOD}"), {"signing_secret": SECRET}, NOW + 432).verification
    assert found.verdict is Verdict.EXPIRED
    assert "7 min 12 s old" in found.reason
    assert "5 min" in found.reason
    assert not found.source_verified


def test_the_tolerance_can_be_set_or_turned_off() -> None:
    """tolerance_seconds replaces the 300; 0 accepts any age."""
    header = f"t={T},v1={GOOD}"
    assert verdict(header, now=NOW + 400, tolerance_seconds="600") is Verdict.VALID
    assert verdict(header, now=NOW + 40, tolerance_seconds="30") is Verdict.EXPIRED
    assert verdict(header, now=NOW + 10**8, tolerance_seconds="0") is Verdict.VALID


def test_a_rolled_secret_works_both_ways() -> None:
    """While a secret is rolled, the header has one v1 for each, and we may hold the new, the old, or both."""
    header = f"t={T},v1={v1('whsec_new', T)},v1={v1('whsec_old', T)}"
    for secret in ("whsec_new", "whsec_old"):
        assert verdict(header, signing_secret=secret) is Verdict.VALID
    late = f"t={T},v1={v1('whsec_old', T)}"
    assert verdict(late, signing_secret="whsec_new") is Verdict.INVALID
    assert verdict(late, signing_secret="whsec_new", previous_secret="whsec_old") is Verdict.VALID


@pytest.mark.parametrize("secret", ["", "   ", "\t\n"])
def test_a_blank_secret_is_no_secret(secret: str) -> None:
    """Nothing verifies under an empty secret, not even what was signed with one."""
    assert verdict(f"t={T},v1={v1(secret, T)}", signing_secret=secret) is Verdict.NO_SECRET


def test_the_bytes_are_signed_not_the_json() -> None:
    """The same JSON written in another way does not verify."""
    compact = received(f"t={T},v1={GOOD}", BODY.replace(b"\n  ", b""))
    assert handle("stripe", compact, {"signing_secret": SECRET}).verification.verdict is Verdict.INVALID


def payment(found: NormalizedEvent) -> PaymentContent:
    """The payment in an event."""
    assert found.event_response.payment is not None
    return found.event_response.payment


@pytest.mark.parametrize(
    ("native", "status", "expected"),
    [
        ("charge.dispute.created", "needs_response", "WEBHOOK_DISPUTE_OPENED"),
        ("charge.dispute.funds_withdrawn", "needs_response", "WEBHOOK_DISPUTE_OPENED"),
        ("charge.dispute.funds_withdrawn", "lost", "WEBHOOK_DISPUTE_LOST"),
        ("charge.dispute.funds_reinstated", "under_review", "WEBHOOK_DISPUTE_CHALLENGED"),
        ("charge.dispute.closed", "won", "WEBHOOK_DISPUTE_WON"),
        ("charge.dispute.closed", "lost", "WEBHOOK_DISPUTE_LOST"),
        ("charge.dispute.closed", "warning_closed", "WEBHOOK_DISPUTE_CANCELLED"),
        ("charge.dispute.closed", "prevented", "WEBHOOK_DISPUTE_CANCELLED"),
        ("charge.dispute.closed", "charge_refunded", "WEBHOOK_DISPUTE_ACCEPTED"),
        ("charge.dispute.updated", "appeal_under_review", "WEBHOOK_DISPUTE_CHALLENGED"),
        ("charge.dispute.updated", "a_status_of_tomorrow", "WEBHOOK_EVENT_TYPE_UNSPECIFIED"),
        ("charge.refund.updated", "canceled", "WEBHOOK_REFUND_FAILURE"),
        ("refund.updated", "requires_action", "WEBHOOK_EVENT_TYPE_UNSPECIFIED"),
        ("payout.updated", "in_transit", "PAYOUT_PROCESSING"),
        ("payout.updated", "paid", "PAYOUT_SUCCESS"),
        ("mandate.updated", "inactive", "MANDATE_REVOKED"),
        ("mandate.updated", "pending", "WEBHOOK_EVENT_TYPE_UNSPECIFIED"),
    ],
)
def test_the_objects_status_decides(native: str, status: str, expected: str) -> None:
    """funds_withdrawn is not yet a lost dispute, closed not always a cancelled one: the object's status tells."""
    found = normalized("stripe", event(native, id="x_1", status=status))
    assert found.event_type.value == expected


@pytest.mark.parametrize(
    ("status", "stage"),
    [
        ("warning_needs_response", "PRE_DISPUTE"),
        ("prevented", "PRE_DISPUTE"),
        ("under_review", "ACTIVE_DISPUTE"),
        ("won", "ACTIVE_DISPUTE"),
        ("appeal_needs_response", "PRE_ARBITRATION"),
    ],
)
def test_the_stage_of_a_dispute(status: str, stage: str) -> None:
    """An inquiry comes before a dispute, an appeal after one."""
    content = normalized("stripe", event("charge.dispute.updated", id="du_1", status=status)).event_response.dispute
    assert content is not None
    assert content.dispute_stage.value == stage


@pytest.mark.parametrize(
    ("count", "following", "expected"),
    [
        (1, None, EventType.PAYMENT_INTENT_FAILURE),
        (0, None, EventType.PAYMENT_INTENT_FAILURE),
        (2, None, EventType.RECOVERY_PAYMENT_FAILURE),
        (1, 1767484800, EventType.RECOVERY_PAYMENT_FAILURE),
    ],
)
def test_a_failed_invoice_under_retry_is_recovery(count: int, following: int | None, expected: EventType) -> None:
    """A second attempt, or one that is still to come, makes the failure part of the recovery."""
    fields = {"id": "in_1", "attempt_count": count, "next_payment_attempt": following}
    assert normalized("stripe", event("invoice.payment_failed", **fields)).event_type is expected


@pytest.mark.parametrize(
    ("mode", "paid", "expected"),
    [
        ("payment", "paid", EventType.PAYMENT_INTENT_SUCCESS),
        ("subscription", "paid", EventType.PAYMENT_INTENT_SUCCESS),
        ("payment", "unpaid", EventType.PAYMENT_INTENT_PROCESSING),
        ("payment", "no_payment_required", EventType.WEBHOOK_EVENT_TYPE_UNSPECIFIED),
        ("setup", "no_payment_required", EventType.MANDATE_ACTIVE),
    ],
)
def test_a_completed_checkout_is_what_was_paid(mode: str, paid: str, expected: EventType) -> None:
    """completed alone says nothing: a delayed method is still processing, a setup makes a mandate."""
    fields = {"id": "cs_1", "object": "checkout.session", "mode": mode, "payment_status": paid}
    assert normalized("stripe", event("checkout.session.completed", **fields)).event_type is expected


@pytest.mark.parametrize(
    ("written", "currency", "expected"),
    [(4999, "eur", 4999), (1500, "jpy", 1500), (5120, "kwd", 5120), (50000, "isk", 500), (1000, "ugx", 10)],
)
def test_minor_units_follow_iso_4217(written: int, currency: str, expected: int) -> None:
    """Stripe writes ISK and UGX with two decimals that are always 00: ours have none, as the currencies."""
    fields = {"id": "pi_1", "object": "payment_intent", "amount": written, "currency": currency, "status": "succeeded"}
    found = payment(normalized("stripe", event("payment_intent.succeeded", **fields)))
    assert found.amount == Money(expected, currency.upper())


def test_the_ariary_has_no_decimals_at_stripe() -> None:
    """MGA is on Stripe's list of zero-decimal currencies and has two decimals in ISO 4217: 5 are 500."""
    fields = {"id": "pi_1", "amount": 5, "currency": "mga"}
    assert payment(normalized("stripe", event("payment_intent.succeeded", **fields))).amount == Money(500, "MGA")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"id": "pi_1", "object": "payment_intent"}, "pi_1"),
        ({"id": "ch_1", "object": "charge", "payment_intent": "pi_1"}, "pi_1"),
        ({"id": "ch_1", "object": "charge", "payment_intent": {"id": "pi_1", "object": "payment_intent"}}, "pi_1"),
        ({"id": "ch_1", "object": "charge", "payment_intent": None}, "ch_1"),
        ({"id": "in_1", "object": "invoice", "payment_intent": "pi_1"}, "pi_1"),
        ({"id": "in_1", "object": "invoice", "payments": {"data": [{"payment": {"payment_intent": "pi_1"}}]}}, "pi_1"),
        ({"id": "in_1", "object": "invoice", "payments": {"data": []}}, "in_1"),
    ],
)
def test_one_payment_has_one_id(fields: dict[str, Any], expected: str) -> None:
    """Charge, invoice and payment intent of one payment bear the payment intent's id, expanded or not."""
    found = normalized("stripe", event("charge.updated", **fields))
    assert payment(found).connector_transaction_id == expected


def test_this_refund_is_what_was_added() -> None:
    """charge.refunded holds the sum of all refunds; ours is the amount of this one, and the payment's beside it."""
    found = handle("stripe", sample("stripe", "charge.refunded")).events[0]
    content = found.event_response.refund
    assert content is not None
    assert content.refund_amount == Money(1000, "EUR")
    assert content.payment_amount == 4999
    assert content.connector_refund_id is None
    assert found.event_status is EventStatus.INCOMPLETE
    assert found.reference.refund is not None
    assert found.reference.refund.connector_transaction_id == "pi_3SkQ7lA4TbXq0Zr1Card0001"


def test_a_failed_payment_that_can_be_tried_again_has_failed() -> None:
    """The object says requires_payment_method; the event, and the status that goes with it, say failure."""
    found = normalized("stripe", event("payment_intent.payment_failed", id="pi_1", status="requires_payment_method"))
    assert payment(found).status == "FAILURE"


def test_errors_stay_with_failures() -> None:
    """A payment that went through after a failed attempt carries the old error, and shows none."""
    error = {"code": "card_declined", "type": "card_error"}
    found = normalized(
        "stripe", event("payment_intent.succeeded", id="pi_1", status="succeeded", last_payment_error=error)
    )
    assert payment(found).error is None


def test_a_thin_event_is_recognised_and_incomplete() -> None:
    """Events of the second API version hold a reference only, and write their time as text."""
    found = handle("stripe", sample("stripe", "v1.billing.meter.error_report_triggered")).events[0]
    assert found.event_status is EventStatus.INCOMPLETE
    assert found.occurred_at is not None
    assert found.test_mode is True
