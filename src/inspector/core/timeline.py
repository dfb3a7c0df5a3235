"""The story of one payment: its events in the order in which they happened, and what does not add up."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from inspector.model import (
    Content,
    DisputeContent,
    EventType,
    Money,
    NormalizedEvent,
    PaymentContent,
    RefundContent,
    RefundStatus,
)

__all__ = ["Entry", "Moment", "Sums", "Timeline", "timeline"]

_FAILED = frozenset((EventType.PAYMENT_INTENT_FAILURE, EventType.PAYMENT_INTENT_AUTHORIZATION_FAILURE))


class Moment(msgspec.Struct, frozen=True):
    """An event as it came: which one of which delivery, and when in Unix seconds."""

    delivery: int
    position: int
    received_at: float
    event: NormalizedEvent


class Entry(msgspec.Struct, frozen=True):
    """A moment in its place. `at` is when it happened, or came where it does not tell, in Unix seconds.

    `late`: something that happened after it had come before it. `copy`: its event id had come before.
    """

    moment: Moment
    at: float
    late: bool
    copy: bool


class Sums(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the money of one payment at one processor; None where no event tells."""

    connector: str
    payment: str
    authorized: Money | None = None
    captured: Money | None = None
    refunded: Money | None = None
    disputed: Money | None = None


class Timeline(msgspec.Struct, frozen=True):
    """Events in their order, the sums of every payment among them, and findings in a sentence each."""

    entries: tuple[Entry, ...]
    sums: tuple[Sums, ...]
    findings: tuple[str, ...]


def timeline(moments: Iterable[Moment]) -> Timeline:
    """The story that these events tell, in whatever order they are given."""
    came = sorted(moments, key=lambda each: (each.received_at, each.delivery, each.position))
    entries = sorted(_entries(came), key=lambda each: (each.at, each.moment.delivery, each.moment.position))
    told = [each for each in entries if not each.copy]
    sums: list[Sums] = []
    findings: list[str] = []
    for (connector, payment), events in _by_payment(told).items():
        found, problems = _added_up(connector, payment, events)
        sums.append(found)
        findings += problems
    return Timeline(tuple(entries), tuple(sums), (*findings, *_disorder(told)))


def _entries(came: Sequence[Moment]) -> Iterator[Entry]:
    seen: set[tuple[str, str]] = set()
    newest = float("-inf")
    for each in came:
        event = each.event
        key = (event.connector, event.event_id or "")
        copy = bool(event.event_id) and key in seen
        seen.add(key)
        at = event.occurred_at.timestamp() if event.occurred_at else each.received_at
        yield Entry(each, at, at < newest and not copy, copy)
        newest = max(newest, at)


def _by_payment(entries: Iterable[Entry]) -> Mapping[tuple[str, str], list[NormalizedEvent]]:
    found: dict[tuple[str, str], list[NormalizedEvent]] = {}
    for each in entries:
        event = each.moment.event
        reference = event.reference
        arm = reference.payment or reference.refund or reference.dispute
        if arm is not None:
            found.setdefault((event.connector, arm.connector_transaction_id or ""), []).append(event)
    return found


def _added_up(connector: str, payment: str, events: Sequence[NormalizedEvent]) -> tuple[Sums, list[str]]:
    own = [event for event in events if event.event_response.payment is not None]
    paid = [event.event_response.payment for event in own if event.event_type not in _FAILED]
    payments = [content for content in paid if content is not None]
    authorized = max(_amounts(payments, "amount"), key=_units, default=None)
    sums = Sums(
        connector=connector,
        payment=payment,
        authorized=authorized,
        captured=_captured(own, payments, authorized),
        refunded=_sum_of(events, RefundContent, "connector_refund_id", "refund_amount", RefundStatus.REFUND_SUCCESS),
        disputed=_sum_of(events, DisputeContent, "connector_dispute_id", "dispute_amount", None),
    )
    return sums, list(_problems(sums, own, payments))


def _captured(own: Sequence[NormalizedEvent], payments: Sequence[PaymentContent], paid: Money | None) -> Money | None:
    """What the payment says of itself, else the sum of its captures, else all of it where it succeeded."""
    said = [content.captured_amount for content in payments if content.captured_amount is not None]
    if said and paid is not None:
        return Money(max(said), paid.currency)
    kinds = {event.event_type for event in own}
    parts = [
        event.event_response.payment.amount
        for event in own
        if event.event_type == EventType.PAYMENT_INTENT_CAPTURE_SUCCESS and event.event_response.payment is not None
    ]
    if parts:
        return _total(dict(enumerate(part for part in parts if part is not None)))
    return paid if EventType.PAYMENT_INTENT_SUCCESS in kinds else None


def _problems(sums: Sums, own: Sequence[NormalizedEvent], payments: Sequence[PaymentContent]) -> Iterator[str]:
    name = sums.payment or "this payment"
    if not own:
        yield f"No event of {name} itself came: only of what was refunded or disputed."
    if _more(sums.captured, sums.authorized):
        yield f"{sums.captured} was captured of {sums.authorized} for {name}."
    whole = sums.captured or sums.authorized
    if _more(sums.refunded, whole):
        yield f"{sums.refunded} was refunded of {whole} for {name}."
    said = max((content.refunded_amount for content in payments if content.refunded_amount), default=0)
    seen = sums.refunded.minor_units if sums.refunded else 0
    if said > seen and sums.authorized is not None:
        missing = Money(said - seen, sums.authorized.currency)
        yield f"{name} says that {Money(said, missing.currency)} was refunded: no event came for {missing} of it."


def _disorder(entries: Sequence[Entry]) -> Iterator[str]:
    late = sum(each.late for each in entries)
    if late:
        yield f"{late} of {len(entries)} came after something that happened later."
    doubtful = sum(not each.moment.event.source_verified for each in entries)
    if doubtful:
        yield f"{doubtful} of {len(entries)} {'is' if doubtful == 1 else 'are'} not verified."


def _sum_of(
    events: Sequence[NormalizedEvent], kind: type[Content], name: str, amount: str, status: str | None
) -> Money | None:
    """The sum of refunds or disputes, the last word on each of them counting.

    A processor may tell the same refund twice, once with its id and once without (Stripe's refund.updated and
    charge.refunded): the larger of the two sums is what is known.
    """
    named: dict[Any, Money] = {}
    nameless: dict[Any, Money] = {}
    for number, event in enumerate(events):
        content = event.event_response.content
        if not isinstance(content, kind) or (status is not None and getattr(content, "status", None) != status):
            continue
        money = getattr(content, amount)
        identifier = getattr(content, name)
        if money is not None:
            (named if identifier else nameless)[identifier or number] = money
    sums = [total for each in (named, nameless) if (total := _total(each)) is not None]
    return max(sums, key=_units, default=None)


def _amounts(contents: Iterable[Content], name: str) -> list[Money]:
    return [money for content in contents if (money := getattr(content, name)) is not None]


def _units(money: Money) -> int:
    return money.minor_units


def _total(amounts: Mapping[Any, Money]) -> Money | None:
    """The sum; None for none, and for amounts that cannot be added."""
    currencies = {money.currency for money in amounts.values()}
    return Money(sum(map(_units, amounts.values())), currencies.pop()) if len(currencies) == 1 else None


def _more(amount: Money | None, than: Money | None) -> bool:
    return (
        amount is not None
        and than is not None
        and amount.currency == than.currency
        and amount.minor_units > than.minor_units
    )
