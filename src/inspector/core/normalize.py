"""From a message to a normalized event: rules by native type, fields by family, the source of each kept."""

from collections.abc import Callable, Mapping
from typing import Any, Final, cast

from inspector.core.extract import MappingRules
from inspector.core.locate import Message
from inspector.core.rules import Choice, Rule
from inspector.core.signed_text import as_text
from inspector.model import (
    CONSISTENT,
    FAMILY_OF,
    DisputeContent,
    EventReference,
    EventResponse,
    EventStatus,
    EventType,
    Family,
    MandateContent,
    NormalizedEvent,
    PaymentContent,
    PayoutContent,
    Problem,
    RefundContent,
    Source,
    Verification,
)
from inspector.model.event import (
    DisputeReference,
    MandateReferenceIds,
    PaymentReference,
    PayoutReference,
    RefundReference,
)

__all__ = ["STATUS_FIELD", "decide", "native_name", "normalize", "rule_of"]

STATUS_FIELD: Final[Mapping[Family, str]] = {
    "payment": "status",
    "refund": "status",
    "dispute": "dispute_status",
    "mandate": "mandate_status",
    "payout": "payout_status",
}
_ID_AND_AMOUNT: Final[Mapping[Family, tuple[str, str | None]]] = {
    "payment": ("connector_transaction_id", "amount"),
    "refund": ("connector_refund_id", "refund_amount"),
    "dispute": ("connector_dispute_id", "dispute_amount"),
    "mandate": ("connector_mandate_id", None),
    "payout": ("connector_payout_id", "payout_amount"),
}
_NO_REFERENCE: Final = EventReference()
_REFERENCES: Final[Mapping[Family, Callable[[Mapping[str, Any]], EventReference]]] = {
    "payment": lambda found: EventReference(
        payment=PaymentReference(found.get("connector_transaction_id"), found.get("merchant_transaction_id"))
    ),
    "refund": lambda found: EventReference(
        refund=RefundReference(
            found.get("connector_refund_id"), found.get("merchant_refund_id"), found.get("connector_transaction_id")
        )
    ),
    "dispute": lambda found: EventReference(
        dispute=DisputeReference(found.get("connector_dispute_id"), found.get("connector_transaction_id"))
    ),
    "mandate": lambda found: EventReference(mandate=MandateReferenceIds(found.get("connector_mandate_id"))),
    "payout": lambda found: EventReference(
        payout=PayoutReference(found.get("connector_payout_id"), found.get("merchant_payout_id"))
    ),
}
_FAILURES: Final = frozenset(
    "AUTHENTICATION_FAILED AUTHORIZATION_FAILED CAPTURE_FAILED VOID_FAILED EXPIRED FAILURE ROUTER_DECLINED "
    "REFUND_FAILURE REFUND_TRANSACTION_FAILURE DISPUTE_LOST MANDATE_INACTIVE MANDATE_REVOKE_FAILED "
    "FAILED REVERSED INELIGIBLE".split()
)
_UNSPECIFIED: Final = EventType.WEBHOOK_EVENT_TYPE_UNSPECIFIED


def normalize(
    mapping: MappingRules, message: Message, verification: Verification, merchant_event_id: str | None
) -> tuple[NormalizedEvent, list[Problem]]:
    """The event in a message, and what could not be understood of it."""
    sources: dict[str, Source] = {}
    problems: list[Problem] = []
    native = native_name(mapping, message, sources, problems)
    family, kind, detail = decide(mapping, native, message, sources)
    values: dict[str, Any] = {}
    own: dict[str, Any] = {}
    failed: dict[str, Problem] = {}
    mapping.families[family].extract(message, values, own, sources, failed)
    if failed:
        problems += [problem for target, problem in failed.items() if target not in sources]
    if family:
        _settle(family, kind, values, sources)
    event = NormalizedEvent(
        connector=mapping.connector,
        native_type=native,
        native_detail=detail,
        event_type=kind,
        event_status=_event_status(kind, family, values),
        merchant_event_id=merchant_event_id or own.get("event_id"),
        reference=_REFERENCES[family](values) if values and family else _NO_REFERENCE,
        event_response=_RESPONSES[family](values) if values and family else _NOTHING,
        verification=verification,
        sources=sources,
        **own,
    )
    return event, problems


_NOTHING: Final = EventResponse()
_RESPONSES: Final[Mapping[Family, Callable[[Mapping[str, Any]], EventResponse]]] = {
    "payment": lambda values: EventResponse(payment=PaymentContent(**values)),
    "refund": lambda values: EventResponse(refund=RefundContent(**values)),
    "dispute": lambda values: EventResponse(dispute=DisputeContent(**values)),
    "mandate": lambda values: EventResponse(mandate=MandateContent(**values)),
    "payout": lambda values: EventResponse(payout=PayoutContent(**values)),
}


def native_name(mapping: MappingRules, message: Message, sources: dict[str, Source], problems: list[Problem]) -> str:
    """The processor's name of the event; empty where it is missing, which is a problem."""
    for each in mapping.native:
        raw = each.find(message)
        if raw is not None and not isinstance(raw, dict | list):
            sources["native_type"] = sources["event_type"] = Source(each.text, raw)
            return raw if type(raw) is str else as_text(raw)
    place = mapping.native[0].text
    problems.append(Problem(place, "The name of the event is missing.", "Is this the right processor?"))
    return ""


def rule_of(mapping: MappingRules, native: str) -> Rule | None:
    """The rule for a native type: its own, or the one for names that begin so; None where the document has none."""
    own = mapping.types.get(native)
    if own is None and native:
        own = next((each for prefix, each in mapping.wild if native.startswith(prefix)), None)
    return own


def decide(
    mapping: MappingRules, native: str, message: Message, sources: dict[str, Source]
) -> tuple[Family | None, EventType, str]:
    """Family, event type and the deciding second word. The source of the type is what decided it."""
    rule = mapping.types.get(native) or rule_of(mapping, native)
    if rule is None:
        return None, _UNSPECIFIED, ""
    if type(rule.event_type) is EventType:
        return FAMILY_OF[rule.event_type] or rule.family, rule.event_type, ""
    choice = cast("Choice", rule.event_type)
    words = choice.words(message)
    kind = choice.choose(words) or _UNSPECIFIED
    sources["event_type"] = source = choice.source(message, words)
    return FAMILY_OF[kind] or rule.family, kind, source.raw_value


def _settle(family: Family, kind: EventType, values: dict[str, Any], sources: dict[str, Source]) -> None:
    """The status follows from the event type unless the payload is more precise; errors go with failures."""
    name = STATUS_FIELD[family]
    allowed = CONSISTENT.get(kind)
    status = values.get(name)
    if allowed and status not in allowed:
        values[name] = status = allowed[0]
        sources[name] = sources["event_type"]
    if "error" in values and status not in _FAILURES:
        del values["error"]
        for target in [target for target in sources if target.startswith("error.")]:
            del sources[target]


def _event_status(kind: EventType, family: Family | None, values: Mapping[str, Any]) -> EventStatus:
    """COMPLETE where nothing has to be asked of the processor: a resource with id, status and amount."""
    if family is None:
        return EventStatus.INCOMPLETE if kind is _UNSPECIFIED else EventStatus.COMPLETE
    identifier, amount = _ID_AND_AMOUNT[family]
    known = identifier in values and (amount is None or amount in values)
    settled = not values.get(STATUS_FIELD[family], "UNSPECIFIED").endswith("UNSPECIFIED")
    return EventStatus.COMPLETE if known and settled else EventStatus.INCOMPLETE
