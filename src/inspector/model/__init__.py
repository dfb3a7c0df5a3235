"""Values: frozen structs that every layer passes on. They know the standard library and msgspec only."""

from inspector.model.content import (
    CONTENT_OF,
    Card,
    ConnectorError,
    Content,
    DisputeContent,
    ErrorDetails,
    EventResponse,
    Family,
    IssuerError,
    MandateContent,
    MandateReference,
    NetworkError,
    PaymentContent,
    PaymentMethodUpdate,
    PayoutContent,
    RefundContent,
)
from inspector.model.delivery import Acknowledgement, Delivery, Inspection, ParsedEvent, Parsing, Problem
from inspector.model.diagnosis import Diagnosis
from inspector.model.errors import InspectorError
from inspector.model.event import EventReference, NormalizedEvent, Source
from inspector.model.forward import (
    RETRIES,
    Answering,
    AnswerMode,
    Decision,
    Destination,
    Failure,
    ForwardAttempt,
    ForwardMode,
    Job,
    Rule,
)
from inspector.model.money import EXPONENTS, Money, exponent
from inspector.model.notice import Notice
from inspector.model.order import ARRIVAL, Order
from inspector.model.request import CapturedRequest, Headers, seconds
from inspector.model.retention import Remaining, Retention
from inspector.model.row import MANY_COPIES, EventRow
from inspector.model.session import Difference
from inspector.model.tunnel import Tunnel, TunnelPhase
from inspector.model.verification import Verdict, Verification
from inspector.model.visible import visible
from inspector.model.vocabulary import (
    CONSISTENT,
    FAMILY_OF,
    DisputeStage,
    DisputeStatus,
    EventStatus,
    EventType,
    MandateStatus,
    PaymentStatus,
    PayoutStatus,
    RefundStatus,
    event_type,
)

__all__ = [
    "ARRIVAL",
    "CONSISTENT",
    "CONTENT_OF",
    "EXPONENTS",
    "FAMILY_OF",
    "MANY_COPIES",
    "RETRIES",
    "Acknowledgement",
    "AnswerMode",
    "Answering",
    "CapturedRequest",
    "Card",
    "ConnectorError",
    "Content",
    "Decision",
    "Delivery",
    "Destination",
    "Diagnosis",
    "Difference",
    "DisputeContent",
    "DisputeStage",
    "DisputeStatus",
    "ErrorDetails",
    "EventReference",
    "EventResponse",
    "EventRow",
    "EventStatus",
    "EventType",
    "Failure",
    "Family",
    "ForwardAttempt",
    "ForwardMode",
    "Headers",
    "Inspection",
    "InspectorError",
    "IssuerError",
    "Job",
    "MandateContent",
    "MandateReference",
    "MandateStatus",
    "Money",
    "NetworkError",
    "NormalizedEvent",
    "Notice",
    "Order",
    "ParsedEvent",
    "Parsing",
    "PaymentContent",
    "PaymentMethodUpdate",
    "PaymentStatus",
    "PayoutContent",
    "PayoutStatus",
    "Problem",
    "RefundContent",
    "RefundStatus",
    "Remaining",
    "Retention",
    "Rule",
    "Source",
    "Tunnel",
    "TunnelPhase",
    "Verdict",
    "Verification",
    "event_type",
    "exponent",
    "seconds",
    "visible",
]
