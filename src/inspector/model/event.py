"""A normalized event: the same words whatever the processor, and where each of them came from."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from inspector.model.content import EventResponse
from inspector.model.verification import Verification
from inspector.model.vocabulary import EventStatus, EventType

__all__ = [
    "DisputeReference",
    "EventReference",
    "MandateReferenceIds",
    "NormalizedEvent",
    "PaymentReference",
    "PayoutReference",
    "RefundReference",
    "Source",
]


class Source(msgspec.Struct, frozen=True, gc=False):
    """Where a field came from: a locator of the path language, and the value as it stands there."""

    locator: str
    raw_value: Any = msgspec.field(name="raw")


class PaymentReference(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which payment an event is about."""

    connector_transaction_id: str | None = None
    merchant_transaction_id: str | None = None


class RefundReference(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which refund, and of which payment."""

    connector_refund_id: str | None = None
    merchant_refund_id: str | None = None
    connector_transaction_id: str | None = None


class DisputeReference(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which dispute, and of which payment."""

    connector_dispute_id: str | None = None
    connector_transaction_id: str | None = None


class MandateReferenceIds(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which recurring agreement."""

    connector_mandate_id: str | None = None


class PayoutReference(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which payout."""

    connector_payout_id: str | None = None
    merchant_payout_id: str | None = None


class EventReference(msgspec.Struct, frozen=True, omit_defaults=True):
    """The resource behind an event: one of five arms, none where it concerns no resource."""

    payment: PaymentReference | None = None
    refund: RefundReference | None = None
    dispute: DisputeReference | None = None
    mandate: MandateReferenceIds | None = None
    payout: PayoutReference | None = None

    @property
    def ids(self) -> tuple[str, ...]:
        """Every id of the resource, its own first."""
        arm = self.payment or self.refund or self.dispute or self.mandate or self.payout
        return tuple([value for name in arm.__struct_fields__ if (value := getattr(arm, name))]) if arm else ()


class NormalizedEvent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One event of a delivery.

    `native_type` is the processor's name for it, `native_detail` the second word that decided the type
    where there was one (a status, a success flag). `event_id` is the key to deduplicate by, and
    `merchant_event_id` the caller's own key, or the event id where the caller gave none. `test_mode` is
    None where the payload does not tell.
    """

    connector: str
    native_type: str
    native_detail: str = ""
    event_type: EventType = EventType.WEBHOOK_EVENT_TYPE_UNSPECIFIED
    event_status: EventStatus = EventStatus.INCOMPLETE
    event_id: str | None = None
    merchant_event_id: str | None = None
    occurred_at: datetime | None = None
    test_mode: bool | None = None
    reference: EventReference = EventReference()
    event_response: EventResponse = EventResponse()
    verification: Verification
    sources: Mapping[str, Source] = {}

    @property
    def source_verified(self) -> bool:
        """Whether the sender of this event is proven."""
        return self.verification.source_verified
