"""The story of a payment: the order of what happened, the sums, and a sentence for all that does not add up."""

from datetime import UTC, datetime
from typing import Any

import pytest

from inspector.core.timeline import Moment, Timeline, timeline
from inspector.model import (
    DisputeContent,
    EventReference,
    EventResponse,
    EventType,
    Money,
    NormalizedEvent,
    PaymentContent,
    RefundContent,
    RefundStatus,
    Verdict,
    Verification,
)
from inspector.model.event import DisputeReference, PaymentReference, RefundReference

VALID = Verification(Verdict.VALID, "HMAC-SHA256", "It matches.")
E = EventType


def moment(number: int, event: NormalizedEvent) -> Moment:
    """An event in a delivery of its own, which came at that number."""
    return Moment(number, 0, float(number), event)


def told(kind: EventType, at: int | None, **more: Any) -> NormalizedEvent:
    """An event that happened at that second."""
    given = {"event_id": f"{kind}-{at}", "connector": "acme", "verification": VALID, **more}
    occurred = None if at is None else datetime.fromtimestamp(at, UTC)
    return NormalizedEvent(native_type=kind.lower(), event_type=kind, occurred_at=occurred, **given)


def paid(kind: EventType, at: int | None, amount: int = 1000, currency: str = "EUR", **content: Any) -> NormalizedEvent:
    """An event of the payment p1."""
    response = EventResponse(payment=PaymentContent(amount=Money(amount, currency), **content))
    return told(kind, at, reference=EventReference(payment=PaymentReference("p1")), event_response=response)


def refunded(at: int, amount: int, identifier: str = "r1", currency: str = "EUR") -> NormalizedEvent:
    """A refund of the payment p1."""
    content = RefundContent(
        connector_refund_id=identifier, refund_amount=Money(amount, currency), status=RefundStatus.REFUND_SUCCESS
    )
    reference = EventReference(refund=RefundReference(identifier, None, "p1"))
    return told(E.WEBHOOK_REFUND_SUCCESS, at, reference=reference, event_response=EventResponse(refund=content))


def disputed(at: int, amount: int) -> NormalizedEvent:
    """A dispute of the payment p1."""
    content = DisputeContent(connector_dispute_id="d1", dispute_amount=Money(amount, "EUR"))
    reference = EventReference(dispute=DisputeReference("d1", "p1"))
    return told(E.WEBHOOK_DISPUTE_OPENED, at, reference=reference, event_response=EventResponse(dispute=content))


def story(*events: NormalizedEvent) -> Timeline:
    """The story of events that came in that order."""
    return timeline(moment(number, event) for number, event in enumerate(events, 1))


def test_events_stand_in_the_order_in_which_they_happened() -> None:
    """What came after something later is late; what does not tell its time stands where it came; a copy is one."""
    found = story(
        paid(E.PAYMENT_INTENT_AUTHORIZATION_SUCCESS, 10),
        refunded(30, 100),
        paid(E.PAYMENT_INTENT_SUCCESS, 20),
        paid(E.PAYMENT_INTENT_SUCCESS, 20),
    )
    assert [(each.moment.delivery, each.late, each.copy) for each in found.entries] == [
        (1, False, False),
        (3, True, False),
        (4, False, True),
        (2, False, False),
    ]
    assert found.findings == ("1 of 3 came after something that happened later.",)
    assert [each.at for each in story(paid(E.PAYMENT_INTENT_SUCCESS, None)).entries] == [1.0]


@pytest.mark.parametrize(
    ("events", "sums"),
    [
        ([paid(E.PAYMENT_INTENT_AUTHORIZATION_SUCCESS, 1)], ("10.00 EUR", None, None, None)),
        ([paid(E.PAYMENT_INTENT_SUCCESS, 1)], ("10.00 EUR", "10.00 EUR", None, None)),
        ([paid(E.PAYMENT_INTENT_SUCCESS, 1, captured_amount=600)], ("10.00 EUR", "6.00 EUR", None, None)),
        (
            [
                paid(E.PAYMENT_INTENT_AUTHORIZATION_SUCCESS, 1),
                paid(E.PAYMENT_INTENT_CAPTURE_SUCCESS, 2, 600),
                paid(E.PAYMENT_INTENT_CAPTURE_SUCCESS, 3, 300),
            ],
            ("10.00 EUR", "9.00 EUR", None, None),
        ),
        (
            [paid(E.PAYMENT_INTENT_SUCCESS, 1), refunded(2, 300), refunded(3, 400, "r2"), refunded(4, 400, "r2")],
            ("10.00 EUR", "10.00 EUR", "7.00 EUR", None),
        ),
        (
            [paid(E.PAYMENT_INTENT_SUCCESS, 1), refunded(2, 300, ""), refunded(3, 300), refunded(4, 200, "")],
            ("10.00 EUR", "10.00 EUR", "5.00 EUR", None),
        ),
        ([paid(E.PAYMENT_INTENT_SUCCESS, 1), disputed(2, 1000)], ("10.00 EUR", "10.00 EUR", None, "10.00 EUR")),
        ([paid(E.PAYMENT_INTENT_FAILURE, 1)], (None, None, None, None)),
    ],
)
def test_the_money_is_added_up(events: list[NormalizedEvent], sums: tuple[str | None, ...]) -> None:
    """What was authorized, captured, refunded and disputed; the same refund told twice is one."""
    (found,) = story(*events).sums
    assert (found.connector, found.payment) == ("acme", "p1")
    shown = (found.authorized, found.captured, found.refunded, found.disputed)
    assert tuple(str(each) if each else None for each in shown) == sums
    assert story(*events).findings == ()


@pytest.mark.parametrize(
    ("events", "finding"),
    [
        (
            [paid(E.PAYMENT_INTENT_SUCCESS, 1), refunded(2, 800), refunded(3, 800, "r2")],
            "16.00 EUR was refunded of 10.00 EUR for p1.",
        ),
        (
            [
                paid(E.PAYMENT_INTENT_AUTHORIZATION_SUCCESS, 1),
                paid(E.PAYMENT_INTENT_CAPTURE_SUCCESS, 2, captured_amount=1200),
            ],
            "12.00 EUR was captured of 10.00 EUR for p1.",
        ),
        (
            [paid(E.PAYMENT_INTENT_SUCCESS, 1, refunded_amount=700), refunded(2, 300)],
            "p1 says that 7.00 EUR was refunded: no event came for 4.00 EUR of it.",
        ),
        ([refunded(2, 300)], "No event of p1 itself came: only of what was refunded or disputed."),
        (
            [
                paid(E.PAYMENT_INTENT_SUCCESS, 1),
                told(E.PAYOUT_SUCCESS, 2, verification=Verification(Verdict.MISSING, "", "")),
            ],
            "1 of 2 is not verified.",
        ),
    ],
)
def test_what_does_not_add_up_is_said(events: list[NormalizedEvent], finding: str) -> None:
    """In a sentence, with the amounts."""
    assert finding in story(*events).findings


def test_amounts_in_several_currencies_are_not_compared() -> None:
    """Nor added."""
    found = story(paid(E.PAYMENT_INTENT_SUCCESS, 1), refunded(2, 2000, currency="USD"), refunded(3, 1, "r2"))
    assert found.sums[0].refunded is None
    assert found.findings == ()


def test_nothing_is_a_story_too() -> None:
    """A request in which no event could be read."""
    assert timeline([]) == Timeline((), (), ())
