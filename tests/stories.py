"""python -m tests.stories: write the repository's own sessions anew, from the samples, by the product itself.

Each is the story of one payment. The samples are made to belong together: all name the same payment, each comes when
its turn is. Then they are signed, delivered and saved as any session is.
"""

import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from msgspec.structs import replace

from inspector.core import freshen, set_value, sign, throwaway_settings
from inspector.core.redact import Redactor
from inspector.fixtures import save, write
from inspector.library import EventService, samples
from inspector.model import CapturedRequest, Delivery, InspectorError

__all__ = ["STORIES", "Step", "Story", "told"]

ROOT: Final = Path(__file__).parents[1]
BEGIN: Final = 1_767_268_800.0  # 2026-01-01 12:00:00 UTC
HOUR: Final = 3600.0
_IDS: Final = (
    *("connector_transaction_id", "merchant_transaction_id", "merchant_order_id"),
    *("connector_refund_id", "connector_dispute_id"),
)


class Step(NamedTuple):
    """A sample, how many hours after the first it comes, and whether somebody else has signed it."""

    sample: str
    hours: float
    bad: bool = False


class Story(NamedTuple):
    """A processor, what happens, and in which steps."""

    connector: str
    note: str
    steps: Sequence[Step]


STORIES: Final = {
    "stripe-disputed": Story(
        "stripe",
        "Authorised, captured, refunded in part, disputed, and the dispute is lost; one delivery is forged",
        (
            Step("payment_intent.amount_capturable_updated", 0),
            Step("payment_intent.succeeded", 1),
            Step("payment_intent.succeeded", 1.5, bad=True),
            Step("charge.captured", 1.6),
            Step("charge.refunded", 30),
            Step("refund.updated.succeeded", 31),
            Step("charge.dispute.created", 200),
            Step("charge.dispute.funds_withdrawn", 200.1),
            Step("charge.dispute.updated.under_review", 240),
            Step("charge.dispute.closed.lost", 900),
        ),
    ),
    "adyen-chargeback": Story(
        "adyen",
        "Authorised, captured, charged back, and won; then refunded, and the refund fails",
        (
            Step("AUTHORISATION.success", 0),
            Step("CAPTURE.success", 2),
            Step("NOTIFICATION_OF_CHARGEBACK", 300),
            Step("CHARGEBACK", 320),
            Step("CHARGEBACK_REVERSED.won", 600),
            Step("REFUND.success", 700),
            Step("REFUND_FAILED", 724),
        ),
    ),
    "paypal-refunded": Story(
        "paypal",
        "An order is approved and captured, refunded, and a dispute about it is lost",
        (
            Step("CHECKOUT.ORDER.APPROVED", 0),
            Step("PAYMENT.CAPTURE.PENDING", 0.1),
            Step("PAYMENT.CAPTURE.COMPLETED", 1),
            Step("PAYMENT.CAPTURE.REFUNDED", 48),
            Step("CUSTOMER.DISPUTE.CREATED", 100),
            Step("CUSTOMER.DISPUTE.RESOLVED.lost", 400),
        ),
    ),
    "razorpay-refunded": Story(
        "razorpay",
        "Authorised, captured, refunded, and a dispute is lost",
        (
            Step("payment.authorized", 0),
            Step("payment.captured", 0.1),
            Step("refund.created", 20),
            Step("refund.processed", 44),
            Step("payment.dispute.created", 90),
            Step("payment.dispute.under_review", 120),
            Step("payment.dispute.lost", 500),
        ),
    ),
    "braintree-disputed": Story(
        "braintree",
        "Settled, disbursed, disputed, and the dispute is won",
        (
            Step("transaction_settled", 0),
            Step("transaction_disbursed", 24),
            Step("dispute_opened", 200),
            Step("dispute_disputed", 240),
            Step("dispute_won", 800),
        ),
    ),
    "square-refunded": Story(
        "square",
        "Approved, completed, refunded, and a dispute is lost",
        (
            Step("payment.created.approved", 0),
            Step("payment.updated.completed", 0.5),
            Step("refund.created.pending", 30),
            Step("refund.updated.completed", 54),
            Step("dispute.created", 100),
            Step("dispute.state.updated.lost", 700),
        ),
    ),
    "mollie-chargeback": Story(
        "mollie",
        "Authorised, captured, paid, refunded, and charged back",
        (
            Step("payment.authorized", 0),
            Step("capture.succeeded", 1),
            Step("payment.paid", 1.1),
            Step("refund.pending", 40),
            Step("refund.refunded", 64),
            Step("chargeback.received", 300),
        ),
    ),
}


def told(service: EventService, story: Story) -> Iterator[Delivery]:
    """The deliveries of a story."""
    connector = service.connectors[story.connector]
    settings = throwaway_settings(connector)
    found = {each.name: each.request for each in samples(ROOT / "connectors", connector.name)}
    same = dict.fromkeys(_IDS, "")
    for number, step in enumerate(story.steps, 1):
        now = BEGIN + step.hours * HOUR
        request = replace(found[step.sample], received_at=now)
        request = freshen(connector, request, f"{number:012x}", now)
        request = _fitted(service, connector.name, request, same, now)
        signing = {**settings, connector.secret: "whsec_of_nobody"} if step.bad else settings
        request = sign(connector, request, signing, now)
        inspection = service.handle(request, connector.name, settings)
        yield Delivery(number=number, session=connector.name, request=request, inspection=inspection)


def _fitted(
    service: EventService, name: str, request: CapturedRequest, same: dict[str, str], now: float
) -> CapturedRequest:
    """The request about the payment of the story, and happening now. What a sample does not hold stays as it is."""
    connector = service.connectors[name]
    for event in service.handle(request, name).events:
        for field, source in event.sources.items():
            if "," in source.locator or source.locator.partition(":")[0] in ("constant", "setting"):
                continue
            if field in _IDS:
                same[field] = same[field] or str(source.raw_value)
                value = same[field]
            elif field == "occurred_at":
                value = _moment(source.raw_value, now)
            else:
                continue
            try:
                request = set_value(connector, request, source.locator, value)
            except InspectorError:
                continue
    return request


def _moment(like: Any, now: float) -> str:
    """A time, written as another one is."""
    text = str(like)
    if text.isdecimal():
        return str(int(now * (1000 if len(text) > 11 else 1)))
    zone = "Z" if text.endswith("Z") else "+00:00"
    return datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%S") + zone


def main() -> None:
    """Write all of them."""
    service = EventService.load(ROOT / "connectors")
    for name, story in STORIES.items():
        note = f"{story.note}. Made from the samples by python -m tests.stories."
        saved = save(
            ROOT / "sessions", write(service, name, note, list(told(service, story)), Redactor()), overwrite=True
        )
        sys.stdout.write(f"{saved.folder.relative_to(ROOT)}: {len(saved.changed)} files changed\n")


if __name__ == "__main__":
    main()
