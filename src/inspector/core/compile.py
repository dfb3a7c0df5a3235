"""From a document to a connector: tables become dictionaries, locators become functions. No TOML survives."""

from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from functools import cache
from typing import Any, Final

import msgspec

from inspector.core.amounts import AMOUNTS, amount
from inspector.core.convert import CONVERSIONS, Convert, instant, mapping, scalar
from inspector.core.document import Document, JoinSpec, PathSpec, TableSpec
from inspector.core.extract import Candidate, FamilyRules, MappingRules
from inspector.core.locate import Locator, Message, first_place, locator
from inspector.core.rules import Choice, Rule
from inspector.core.signatures import Scheme, compile_scheme
from inspector.core.signatures.shared import Spec, as_tuple
from inspector.model import CONTENT_OF, Acknowledgement, EventType, Family, Money

__all__ = ["Connector", "compile_document"]


class Connector(msgspec.Struct, frozen=True):
    """A processor, ready to use: how to recognise, verify, sign and understand its messages.

    `signs_items`: each item of a batch carries a signature of its own. `opens`: the scheme decrypts the body.
    `answer`: the name of an acknowledgement that is computed.
    """

    name: str
    document: Document
    scheme: Scheme
    detect: tuple[tuple[Locator, ...], ...]
    items: Locator | None
    item: Locator | None
    mapping: MappingRules
    acknowledgement: Acknowledgement
    signs_items: bool
    opens: bool = False
    answer: str | None = None

    @property
    def title(self) -> str:
        """What people call the processor."""
        return self.document.title

    @property
    def docs(self) -> str:
        """The processor's own page on its webhooks."""
        return self.document.docs

    @property
    def settings(self) -> Mapping[str, str]:
        """Name and description of each setting; the secret comes first."""
        return self.document.settings

    @property
    def secret(self) -> str:
        """The name of the first secret setting; empty where nothing is signed."""
        return next(iter(self.document.settings), "")


def compile_document(document: Document) -> Connector:
    """Compile a document that has been read without mistakes."""
    answer = document.acknowledgement
    signatures = document.signature if isinstance(document.signature, list) else [document.signature]
    body = answer.body.encode()
    headers = (("Content-Type", answer.content_type),) if body else ()
    return Connector(
        name=document.name,
        document=document,
        scheme=compile_scheme(document.signature),
        detect=tuple(tuple(locator(text) for text in as_tuple(each)) for each in document.detect),
        items=locator(document.body.items) if document.body.items else None,
        item=locator(document.body.item) if document.body.item else None,
        mapping=_mapping(document),
        acknowledgement=Acknowledgement(answer.status, headers, body),
        signs_items=any(getattr(spec, "each", "request") == "item" for spec in signatures),
        answer=answer.answer,
        opens=any(spec.scheme == "sealed" for spec in signatures),
    )


def _mapping(document: Document) -> MappingRules:
    types, wild = _types(document)
    common = list(_event(document))
    return MappingRules(
        connector=document.name,
        native=_locators(document.event.type),
        types=types,
        wild=wild,
        families={None: FamilyRules(None, common)}
        | {family: FamilyRules(content, common + _family(document, family)) for family, content in CONTENT_OF.items()},
    )


def _locators(one_or_more: str | list[str]) -> tuple[Locator, ...]:
    return tuple(locator(text) for text in as_tuple(one_or_more))


def _event(document: Document) -> Iterator[Candidate]:
    """The fields that every event has."""
    spec = document.event
    for each in spec.id if isinstance(spec.id, list) else [spec.id]:
        yield Candidate("event_id", locator(each) if isinstance(each, str) else _joined(each), of_event=True)
    times = spec.occurred_at if isinstance(spec.occurred_at, list) else [spec.occurred_at]
    for time in [each for each in times if each is not None]:
        for place in _locators(time.path):
            yield Candidate("occurred_at", place, instant(time.as_), of_event=True)
    if spec.test_mode is not None:
        choice = _choice(spec.test_mode)
        for place in choice.by[0]:
            yield Candidate("test_mode", place, None, choice, decides=True, of_event=True)


def _joined(spec: JoinSpec) -> Locator:
    """A place that holds the texts of several, the first of which has to be there."""
    parts = [_locators(part) for part in spec.join]

    def made(message: Message) -> tuple[str, str] | None:
        values, places = [], []
        for part in parts:
            place = first_place(part, message)
            value = scalar(place.find(message))
            if value:
                values.append(value)
                places.append(place.text)
            elif not values:
                return None
        return ":".join(values), ", ".join(places)

    def find(message: Message) -> str | None:
        found = made(message)
        return None if found is None else found[0]

    text = ", ".join(part[0].text for part in parts)
    return Locator(text, find, "", lambda message: {"": find(message)}, made=made)


def _same(word: Any) -> Any:
    return word


def _choice(spec: TableSpec, values: Callable[[Any], Any] = _same) -> Choice:
    places = spec.by if isinstance(spec.by, list) else [spec.by]
    rows = [
        (tuple(part.strip() for part in row.split(" / ")), values(value))
        for words, value in spec.words.items()
        for row in words.split(", ")
    ]
    rows = [(row * len(places) if row == ("*",) else row, value) for row, value in rows]
    exact = {row[0]: value for row, value in reversed(rows) if len(row) == 1 and row[0] not in "*-"}
    patterns = tuple((row, value) for row, value in rows if len(places) > 1 or row[0] in "*-")
    return Choice(tuple(_locators(place) for place in places), exact, patterns)


def _types(document: Document) -> tuple[dict[str, Rule], tuple[tuple[str, Rule], ...]]:
    exact: dict[str, Rule] = {}
    wild: list[tuple[str, Rule]] = []
    for group in ("payment", "refund", "dispute", "mandate", "payout", "other"):
        family: Any = None if group == "other" else group
        for names, spec in getattr(document.types, group).items():
            kind = _choice(spec, EventType) if isinstance(spec, TableSpec) else EventType(spec)
            for name in names.split(", "):
                if name.endswith("*"):
                    wild.append((name[:-1], Rule(family, kind)))
                else:
                    exact[name] = Rule(family, kind)
    return exact, tuple(sorted(wild, key=lambda each: -len(each[0])))


def _family(document: Document, family: Family) -> list[Candidate]:
    spec = getattr(document.fields_, family)
    fields = _flatten(spec, CONTENT_OF[family], "") if spec else []
    return [each for field in fields for each in _candidates(*field, document.exponents)]


_fields_of = cache(msgspec.structs.fields)


def _flatten(spec: Spec, struct: type[msgspec.Struct], prefix: str) -> list[tuple[str, Any, Any]]:
    """Every field that the document fills: its dotted name, its type, and the specification."""
    found: list[tuple[str, Any, Any]] = []
    for field in _fields_of(struct):
        value = getattr(spec, field.name)
        kind = next((each for each in getattr(field.type, "__args__", ()) if each is not type(None)), field.type)
        if isinstance(value, TableSpec | PathSpec) or (value is not None and not isinstance(value, Spec)):
            found += [(prefix + field.name, kind, each) for each in (value if isinstance(value, list) else [value])]
        elif value is not None:
            found += _flatten(value, kind, f"{prefix}{field.name}.")
    return found


def _candidates(target: str, kind: Any, spec: Any, exponents: Mapping[str, int]) -> list[Candidate]:
    if isinstance(spec, str):
        return [Candidate(target, locator(spec), _DEFAULTS.get(kind, mapping))]
    if isinstance(spec, PathSpec):
        convert = _conversion(spec, kind, exponents)
        return [Candidate(target, place, convert) for place in _locators(spec.path)]
    if isinstance(kind, type) and issubclass(kind, StrEnum | bool):
        choice = _choice(spec, kind if issubclass(kind, StrEnum) else _same)
        return [Candidate(target, place, None, choice, decides=True) for place in choice.by[0]]
    choice, convert = _choice(spec), _conversion(spec, kind, exponents)
    return [Candidate(target, locator(text), convert, choice) for text in dict.fromkeys(spec.words.values())]


def _conversion(spec: PathSpec | TableSpec, kind: Any, exponents: Mapping[str, int]) -> Convert | None:
    if spec.as_ is None:
        return _DEFAULTS.get(kind, mapping)
    if spec.as_ in AMOUNTS:
        return amount(spec.as_, _locators(spec.currency or []), exponents, bare=kind is not Money)
    return None if spec.as_ == "text" else CONVERSIONS[spec.as_]


_DEFAULTS: Final[Mapping[Any, Convert | None]] = {int: CONVERSIONS["iso-8601"], str: None}
