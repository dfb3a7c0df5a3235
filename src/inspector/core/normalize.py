"""From a message to a normalized event: rules by native type, fields by family, the source of each kept."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

import msgspec

from inspector.core.convert import Convert, scalar
from inspector.core.locate import Locator, Message, Place, first
from inspector.core.signed_text import as_text
from inspector.model import (
    CONSISTENT,
    CONTENT_OF,
    FAMILY_OF,
    Content,
    EventReference,
    EventResponse,
    EventStatus,
    EventType,
    Family,
    NormalizedEvent,
    Problem,
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

__all__ = ["Choice", "FieldRule", "MappingRules", "Rule", "normalize"]

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
_REFERENCES: Final[Mapping[Family, type[msgspec.Struct]]] = {
    "payment": PaymentReference,
    "refund": RefundReference,
    "dispute": DisputeReference,
    "mandate": MandateReferenceIds,
    "payout": PayoutReference,
}
_FAILURES: Final = frozenset(
    "AUTHENTICATION_FAILED AUTHORIZATION_FAILED CAPTURE_FAILED VOID_FAILED EXPIRED FAILURE ROUTER_DECLINED "
    "REFUND_FAILURE REFUND_TRANSACTION_FAILURE DISPUTE_LOST MANDATE_INACTIVE MANDATE_REVOKE_FAILED "
    "FAILED REVERSED INELIGIBLE".split()
)
_UNSPECIFIED: Final = EventType.WEBHOOK_EVENT_TYPE_UNSPECIFIED


class Choice(msgspec.Struct, frozen=True):
    """A compiled table: places, and the words they may hold. The first row that fits decides."""

    by: tuple[tuple[Locator, ...], ...]
    exact: Mapping[str, Any]
    rows: tuple[tuple[tuple[str, ...], Any], ...]

    def words(self, message: Message) -> tuple[str, ...]:
        """What stands in the places; an empty text where nothing does."""
        return tuple([as_text(first(locators, message)) for locators in self.by])

    def choose(self, words: tuple[str, ...]) -> Any:
        """The value for these words, or None."""
        if len(words) == 1 and words[0] in self.exact:
            return self.exact[words[0]]
        for row, value in self.rows:
            if all(part in ("*", word) or (part == "-" and not word) for part, word in zip(row, words, strict=False)):
                return value
        return None


class Rule(msgspec.Struct, frozen=True):
    """What a native event means: a family where the event type has none of its own, and the event type."""

    family: Family | None
    event_type: EventType | Choice


class FieldRule(msgspec.Struct, frozen=True):
    """Where one candidate for a field stands: which of the rules' places, the key in it, and what to do."""

    target: str
    place: int
    key: str
    text: str
    convert: Convert | None


class MappingRules(msgspec.Struct, frozen=True):
    """Everything that normalizing needs of a connector. `types` holds exact names, `wild` those with a star."""

    connector: str
    native: tuple[Locator, ...]
    event_id: Callable[[Message], tuple[str, str] | None]
    occurred_at: Sequence[tuple[Locator, Callable[[Any], float | None]]]
    test_mode: Choice | None
    types: Mapping[str, Rule]
    wild: tuple[tuple[str, Rule], ...]
    places: Mapping[Family, tuple[Place, ...]]
    fields: Mapping[Family, tuple[FieldRule, ...]]


class _Found:
    """What has been read so far of one event."""

    __slots__ = ("problems", "sources", "values")

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self.sources: dict[str, Source] = {}
        self.problems: list[Problem] = []


def normalize(
    mapping: MappingRules, message: Message, verification: Verification, merchant_event_id: str | None
) -> tuple[NormalizedEvent, list[Problem]]:
    """The event in a message, and what could not be understood of it."""
    found = _Found()
    native = _native(mapping, message, found)
    family, kind, detail = _decide(mapping, native, message, found)
    content = _content(mapping, family, kind, message, found) if family else None
    event_id = mapping.event_id(message)
    if event_id is not None:
        found.sources["event_id"] = Source(event_id[0], event_id[1])
    event = NormalizedEvent(
        connector=mapping.connector,
        native_type=native,
        native_detail=detail,
        event_type=kind,
        event_status=_event_status(kind, family, content),
        event_id=event_id[1] if event_id else None,
        merchant_event_id=merchant_event_id or (event_id[1] if event_id else None),
        occurred_at=_occurred_at(mapping, message, found),
        test_mode=_test_mode(mapping, message, found),
        reference=_reference(family, content),
        event_response=_RESPONSES[family](content) if family and content is not None else _NOTHING,
        verification=verification,
        sources=found.sources,
    )
    return event, found.problems


_NOTHING: Final = EventResponse()
_RESPONSES: Final[Mapping[Family, Callable[[Any], EventResponse]]] = {
    "payment": lambda content: EventResponse(payment=content),
    "refund": lambda content: EventResponse(refund=content),
    "dispute": lambda content: EventResponse(dispute=content),
    "mandate": lambda content: EventResponse(mandate=content),
    "payout": lambda content: EventResponse(payout=content),
}


def _native(mapping: MappingRules, message: Message, found: _Found) -> str:
    for each in mapping.native:
        raw = each.find(message)
        if raw is not None and not isinstance(raw, dict | list):
            found.sources["native_type"] = Source(each.text, raw)
            return as_text(raw)
    place = mapping.native[0].text
    found.problems.append(Problem(place, "The name of the event is missing.", "Is this the right processor?"))
    return ""


def _decide(
    mapping: MappingRules, native: str, message: Message, found: _Found
) -> tuple[Family | None, EventType, str]:
    """Family, event type and the deciding second word. The source of the type is what decided it."""
    rule = mapping.types.get(native)
    if rule is None:
        rule = next((each for prefix, each in mapping.wild if native.startswith(prefix)), None)
        if rule is None:
            return None, _UNSPECIFIED, ""
    found.sources["event_type"] = found.sources["native_type"]
    if isinstance(rule.event_type, EventType):
        return FAMILY_OF[rule.event_type] or rule.family, rule.event_type, ""
    words = rule.event_type.words(message)
    kind = rule.event_type.choose(words) or _UNSPECIFIED
    detail = " / ".join(word for word in words if word)[:200]
    place = ", ".join(locators[0].text for locators in rule.event_type.by)
    found.sources["event_type"] = Source(place, detail)
    return FAMILY_OF[kind] or rule.family, kind, detail


def _content(mapping: MappingRules, family: Family, kind: EventType, message: Message, found: _Found) -> Content | None:
    places = [place(message) for place in mapping.places.get(family, ())]
    values, sources = found.values, found.sources
    for rule in mapping.fields.get(family, ()):
        target = rule.target
        if target in values:
            continue
        raw = places[rule.place].get(rule.key)
        if raw is None or raw == "":
            continue
        if rule.convert is None:
            value = raw if type(raw) is str else scalar(raw)
        else:
            try:
                value = rule.convert(raw, message)
            except (ValueError, ArithmeticError) as error:
                found.problems.append(Problem(rule.text, f"{target}: {error}."))
                continue
        if value is None:
            continue
        values[target] = value
        sources[target] = Source(rule.text, raw)
    _settle(family, kind, found)
    if not values:
        return None
    return _build(family, values)


def _settle(family: Family, kind: EventType, found: _Found) -> None:
    """The status follows from the event type unless the payload is more precise; errors go with failures."""
    name = STATUS_FIELD[family]
    allowed = CONSISTENT.get(kind)
    if allowed and found.values.get(name) not in allowed:
        found.values[name] = allowed[0]
        found.sources[name] = found.sources["event_type"]
    if found.values.get(name) not in _FAILURES:
        for target in [target for target in found.values if target.startswith("error.")]:
            del found.values[target], found.sources[target]


def _build(family: Family, values: dict[str, Any]) -> Content:
    nested = [target for target in values if "." in target]
    if not nested:
        return CONTENT_OF[family](**values)
    tree: dict[str, Any] = {}
    for target, value in values.items():
        *parents, name = target.split(".")
        node = tree
        for parent in parents:
            node = node.setdefault(parent, {})
        node[name] = value
    return _struct(CONTENT_OF[family], tree)  # type: ignore[no-any-return]


def _struct(kind: type[msgspec.Struct], tree: dict[str, Any]) -> Any:
    inner = _inner_structs(kind)
    return kind(**{k: _struct(inner[k], v) if k in inner else v for k, v in tree.items()})


@lru_cache
def _inner_structs(kind: type[msgspec.Struct]) -> Mapping[str, type[msgspec.Struct]]:
    """The fields of a struct that are structs of ours themselves, with their types."""
    found: dict[str, type[msgspec.Struct]] = {}
    for field in msgspec.structs.fields(kind):
        for option in getattr(field.type, "__args__", ()):
            if isinstance(option, type) and issubclass(option, msgspec.Struct) and option.__name__ != "Money":
                found[field.name] = option
    return found


def _event_status(kind: EventType, family: Family | None, content: Content | None) -> EventStatus:
    """COMPLETE where nothing has to be asked of the processor: a resource with id, status and amount."""
    if content is None or family is None:
        done = FAMILY_OF[kind] is None and kind is not _UNSPECIFIED
        return EventStatus.COMPLETE if done else EventStatus.INCOMPLETE
    identifier, amount = _ID_AND_AMOUNT[family]
    known = getattr(content, identifier) and (amount is None or getattr(content, amount) is not None)
    settled = not getattr(content, STATUS_FIELD[family]).endswith("UNSPECIFIED")
    return EventStatus.COMPLETE if known and settled else EventStatus.INCOMPLETE


def _reference(family: Family | None, content: Content | None) -> EventReference:
    if family is None or content is None:
        return _NO_REFERENCE
    kind = _REFERENCES[family]
    arm = kind(*[getattr(content, name, None) for name in kind.__struct_fields__])
    return EventReference(**{family: arm})  # type: ignore[arg-type]


_NO_REFERENCE: Final = EventReference()


def _occurred_at(mapping: MappingRules, message: Message, found: _Found) -> datetime | None:
    for place, read in mapping.occurred_at:
        raw = place.find(message)
        if raw is None:
            continue
        try:
            stamp = read(raw)
            moment = None if stamp is None else datetime.fromtimestamp(stamp, UTC)
        except (ValueError, ArithmeticError, OSError) as error:
            found.problems.append(Problem(place.text, f"occurred_at: {error}."))
            continue
        found.sources["occurred_at"] = Source(place.text, raw)
        return moment
    return None


def _test_mode(mapping: MappingRules, message: Message, found: _Found) -> bool | None:
    if mapping.test_mode is None:
        return None
    words = mapping.test_mode.words(message)
    chosen = mapping.test_mode.choose(words)
    if isinstance(chosen, bool):
        found.sources["test_mode"] = Source(mapping.test_mode.by[0][0].text, words[0])
        return chosen
    return None
