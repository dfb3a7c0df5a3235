"""The five contents: what an event says about a payment, refund, dispute, mandate or payout.

Amounts are minor units, times are Unix seconds. A field that the payload does not hold is None.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from inspector.model.money import Money
from inspector.model.vocabulary import (
    DisputeStage,
    DisputeStatus,
    FamilyName,
    MandateStatus,
    PaymentStatus,
    PayoutStatus,
    RefundStatus,
)

__all__ = [
    "CONTENT_OF",
    "Card",
    "ConnectorError",
    "Content",
    "DisputeContent",
    "ErrorDetails",
    "EventResponse",
    "Family",
    "IssuerError",
    "MandateContent",
    "MandateReference",
    "NetworkError",
    "PaymentContent",
    "PaymentMethodUpdate",
    "PayoutContent",
    "RefundContent",
]

Family = FamilyName


class ConnectorError(msgspec.Struct, frozen=True, omit_defaults=True):
    """The processor's own words for a failure."""

    code: str | None = None
    message: str | None = None
    reason: str | None = None


class NetworkError(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the card network said."""

    advice_code: str | None = None
    decline_code: str | None = None
    error_message: str | None = None


class IssuerError(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the card's issuer said."""

    code: str | None = None
    message: str | None = None
    network_details: NetworkError | None = None


class ErrorDetails(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why something failed; present on failures only."""

    connector_details: ConnectorError | None = None
    issuer_details: IssuerError | None = None


class MandateReference(msgspec.Struct, frozen=True, omit_defaults=True):
    """The recurring agreement that a payment made or used."""

    connector_mandate_id: str | None = None
    payment_method_id: str | None = None
    connector_mandate_request_reference_id: str | None = None


class Card(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the payload tells of the card."""

    card_exp_month: str | None = None
    card_exp_year: str | None = None
    last4_digits: str | None = None
    card_issuing_country: str | None = None
    card_issuer: str | None = None
    card_network: str | None = None
    card_holder_name: str | None = None


class PaymentMethodUpdate(msgspec.Struct, frozen=True, omit_defaults=True):
    """Newer data of the payment method."""

    card: Card | None = None


class PaymentContent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A payment. `amount` is what was asked for, `captured_amount` minor units of the same currency."""

    connector_transaction_id: str | None = None
    merchant_transaction_id: str | None = None
    status: PaymentStatus = PaymentStatus.PAYMENT_STATUS_UNSPECIFIED
    amount: Money | None = None
    captured_amount: int | None = None
    refunded_amount: int | None = None
    error: ErrorDetails | None = None
    mandate_reference: MandateReference | None = None
    network_transaction_id: str | None = None
    payment_method_type: str | None = None
    payment_method_update: PaymentMethodUpdate | None = None
    capture_method: str | None = None
    auth_type: str | None = None
    created_at: int | None = None
    updated_at: int | None = None
    authorized_at: int | None = None
    captured_at: int | None = None
    customer_name: str | None = None
    email: str | None = None
    connector_customer_id: str | None = None
    merchant_order_id: str | None = None
    sender_payment_instrument_id: str | None = None
    incremental_authorization_allowed: bool | None = None
    metadata: Mapping[str, Any] | None = None


class RefundContent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A refund and the payment that it belongs to. `payment_amount` is minor units of the payment."""

    connector_refund_id: str | None = None
    merchant_refund_id: str | None = None
    connector_transaction_id: str | None = None
    status: RefundStatus = RefundStatus.REFUND_STATUS_UNSPECIFIED
    refund_amount: Money | None = None
    payment_amount: int | None = None
    refund_reason: str | None = None
    error: ErrorDetails | None = None
    created_at: int | None = None
    updated_at: int | None = None
    processed_at: int | None = None
    acquirer_reference_number: str | None = None
    merchant_order_id: str | None = None
    customer_name: str | None = None
    email: str | None = None
    metadata: Mapping[str, Any] | None = None
    refund_metadata: Mapping[str, Any] | None = None


class DisputeContent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A chargeback, an inquiry or a warning before one, and the payment that it belongs to."""

    connector_dispute_id: str | None = None
    merchant_dispute_id: str | None = None
    connector_transaction_id: str | None = None
    dispute_status: DisputeStatus = DisputeStatus.DISPUTE_STATUS_UNSPECIFIED
    dispute_stage: DisputeStage = DisputeStage.DISPUTE_STAGE_UNSPECIFIED
    dispute_amount: Money | None = None
    dispute_reason: str | None = None
    dispute_message: str | None = None
    connector_status_code: str | None = None
    dispute_date: int | None = None
    service_date: int | None = None
    shipping_date: int | None = None
    due_date: int | None = None
    evidence_documents: Mapping[str, Any] | None = None
    error: ErrorDetails | None = None


class MandateContent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A recurring agreement."""

    connector_mandate_id: str | None = None
    merchant_mandate_id: str | None = None
    mandate_status: MandateStatus = MandateStatus.MANDATE_STATUS_UNSPECIFIED
    connector_customer_id: str | None = None
    error: ErrorDetails | None = None
    created_at: int | None = None


class PayoutContent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Money that goes out."""

    connector_payout_id: str | None = None
    merchant_payout_id: str | None = None
    payout_status: PayoutStatus = PayoutStatus.PAYOUT_STATUS_UNSPECIFIED
    payout_amount: Money | None = None
    error: ErrorDetails | None = None
    created_at: int | None = None


Content = PaymentContent | RefundContent | DisputeContent | MandateContent | PayoutContent

CONTENT_OF: dict[Family, type[Content]] = {
    "payment": PaymentContent,
    "refund": RefundContent,
    "dispute": DisputeContent,
    "mandate": MandateContent,
    "payout": PayoutContent,
}


class EventResponse(msgspec.Struct, frozen=True, omit_defaults=True):
    """The content of an event: one of five, the others None."""

    payment: PaymentContent | None = None
    refund: RefundContent | None = None
    dispute: DisputeContent | None = None
    mandate: MandateContent | None = None
    payout: PayoutContent | None = None

    @property
    def content(self) -> Content | None:
        """The one that is there."""
        return self.payment or self.refund or self.dispute or self.mandate or self.payout

    @property
    def family(self) -> Family | None:
        """Its name."""
        return next((name for name in CONTENT_OF if getattr(self, name) is not None), None)
