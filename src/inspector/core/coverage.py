"""Coverage: the native types and payload fields of real deliveries that a connector's document makes nothing of.

What a signature does not cover is another matter: uncovered.py.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from inspector.core.body import Unreadable
from inspector.core.compile import Connector
from inspector.core.convert import identifier, mapping
from inspector.core.document import Document, JoinSpec
from inspector.core.extract import Candidate
from inspector.core.locate import Locator, Message, locator
from inspector.core.normalize import decide, native_name, rule_of
from inspector.core.read import read, split
from inspector.core.rules import Choice
from inspector.core.signatures.shared import as_tuple
from inspector.core.signed_text import as_text
from inspector.model import CapturedRequest, Family

__all__ = ["Coverage", "Tally", "UnmappedType", "UnusedField"]

_MOST: Final = 2_000  # different fields, or types, that are told apart
_ITEMS: Final = 100  # entries of a list that are looked at: the others have the same fields
_EXAMPLE: Final = 200  # characters
_BRACES: Final = re.compile(r"\{([^{}]+)\}")
_PLACES: Final = ("at", "when", "signed", "iv", "tag")
"""What the places in a [signature] table are called."""


class UnmappedType(msgspec.Struct, frozen=True):
    """A native type that became no event type: no rule names it, or the table of its rule has no row for `words`.

    `by` says where the words stand; it is empty where there is no rule.
    """

    native_type: str
    words: str
    by: str
    events: int

    @property
    def reason(self) -> str:
        """Why it has no event type."""
        return f"the table by {self.by} has no row for {self.words}" if self.by else "no rule names it"


class UnusedField(msgspec.Struct, frozen=True):
    """A field of the payload that no rule looked at, in an event whose type has a meaning.

    `*` in its path stands for any position of a list.
    `events` counts those that hold it, and `example` is the first value, as text and cut.
    """

    path: str
    events: int
    example: str


class Coverage(msgspec.Struct, frozen=True):
    """What was looked at of one connector, and what its document makes nothing of.

    `unseen` are the native types of the document that did not occur; `unreadable` counts requests, `more` says that
    there are fields or types beyond those that are told.
    """

    connector: str
    events: int
    native_types: int
    types: tuple[UnmappedType, ...]
    fields: tuple[UnusedField, ...]
    unseen: tuple[str, ...]
    unreadable: int = 0
    more: bool = False


class Tally:
    """Counts what the requests of one connector hold. `add` each of them, then `report`."""

    def __init__(self, connector: Connector) -> None:
        self.connector = connector
        self._events = self._unreadable = 0
        self._seen: set[str] = set()
        self._types: dict[tuple[str, str, str], int] = {}
        self._fields: dict[str, tuple[int, str]] = {}
        self._more = False
        self._used: dict[tuple[Family, bool], _Used] = {}

    def add(self, request: CapturedRequest, settings: Mapping[str, str]) -> None:
        """Count a request; `settings` are those that it takes to open an encrypted one. Never raises."""
        message = Message(request, body=request.body, settings=settings)
        try:
            read(self.connector, message)
        except Unreadable:
            self._unreadable += 1
            return
        for item in split(self.connector, message)[0]:
            if isinstance(item, dict):
                message.item = item
                self._add(message)

    def _add(self, message: Message) -> None:
        rules = self.connector.mapping
        self._events += 1
        native = native_name(rules, message, {}, [])
        self._seen.add(native)
        rule = rule_of(rules, native)
        if rule is None:
            self._count_type(native, "", "")
        elif isinstance(rule.event_type, Choice):
            words = rule.event_type.words(message)
            if rule.event_type.choose(words) is None:
                by = " / ".join(locators[0].text for locators in rule.event_type.by)
                self._count_type(native, " / ".join(word or "-" for word in words), by)
        family, _, _ = decide(rules, native, message, {})
        if family is not None:
            self._add_fields(message, family)

    def _add_fields(self, message: Message, family: Family) -> None:
        """An event without a resource has no fields to fill: first its type has to mean something."""
        batch = message.item is not message.root
        used = self._used.get((family, batch))
        if used is None:
            used = self._used[family, batch] = _used(self.connector, family, batch=batch)
        found: dict[str, Any] = {}
        for path, value in _unused(message.item, used):
            found.setdefault(path, value)
        for path, value in found.items():
            count, example = self._fields.get(path, (0, ""))
            if count or len(self._fields) < _MOST:
                self._fields[path] = count + 1, example or as_text(value)[:_EXAMPLE]
            else:
                self._more = True

    def _count_type(self, native: str, words: str, by: str) -> None:
        key = native[:_EXAMPLE], words[:_EXAMPLE], by
        if key in self._types or len(self._types) < _MOST:
            self._types[key] = self._types.get(key, 0) + 1
        else:
            self._more = True

    def report(self) -> Coverage:
        """What has been counted; what occurred most stands first."""
        types = [UnmappedType(*key, events) for key, events in self._types.items()]
        fields = [UnusedField(path, events, example) for path, (events, example) in self._fields.items()]
        rules = self.connector.mapping
        wild = [f"{start}*" for start, _ in rules.wild if not any(each.startswith(start) for each in self._seen)]
        return Coverage(
            connector=self.connector.name,
            events=self._events,
            native_types=len(self._seen),
            types=tuple(sorted(types, key=lambda each: (-each.events, each.native_type, each.words))),
            fields=tuple(sorted(fields, key=lambda each: (-each.events, each.path))),
            unseen=(*(name for name in rules.types if name not in self._seen), *wild),
            unreadable=self._unreadable,
            more=self._more,
        )


class _Used:
    """Places that rules look at, as a tree of steps: this one itself, or all that is below it."""

    __slots__ = ("below", "itself", "whole")

    def __init__(self) -> None:
        self.below: dict[str, _Used] = {}
        self.itself = self.whole = False

    def add(self, steps: tuple[str, ...], *, whole: bool = False) -> None:
        """Mark a place."""
        node = self
        for step in steps:
            node = node.below.setdefault(_general(step), _Used())
        node.itself = True
        node.whole = node.whole or whole


def _general(step: str) -> str:
    return "*" if step.isdecimal() else step


def _unused(item: Any, used: _Used) -> Iterator[tuple[str, Any]]:
    """Path and value of all that holds something and that no rule looks at."""
    todo: list[tuple[str, Any, _Used | None]] = [("", item, used)]
    while todo:
        path, value, node = todo.pop()
        if isinstance(value, dict):
            members = [(_step(key), each, node and node.below.get(_general(key))) for key, each in value.items()]
        elif isinstance(value, list):
            members = [("*", each, node and node.below.get("*")) for each in value[:_ITEMS]]
        elif value not in (None, "") and not (node and node.itself):
            yield path, value
            continue
        else:
            continue
        todo += [
            (f"{path}.{step}" if path else step, each, below)
            for step, each, below in reversed(members)
            if not (below and below.whole)
        ]


def _step(key: str) -> str:
    """A key as the path language writes it."""
    return "*" if key.isdecimal() else f'"{key}"' if "." in key or " " in key or ":" in key else key


def _used(connector: Connector, family: Family, *, batch: bool) -> _Used:
    """The places of an event of this family that any rule looks at."""
    found = _Used()
    for place, whole in _places(connector, family):
        form = place.text.startswith("form:")
        if (place.steps or form) and not (batch and (form or place.text.startswith("root:"))):
            found.add(place.steps or (place.key,), whole=whole)
    return found


def _places(connector: Connector, family: Family) -> Iterator[tuple[Locator, bool]]:
    """Each with whether it takes all that is below it."""
    rules, document = connector.mapping, connector.document
    texts = [*_ids(document), *_signed(document), *(text for each in document.detect for text in as_tuple(each))]
    yield from ((locator(text), False) for text in texts)
    yield from ((place, False) for place in rules.native)
    for rule in [*rules.types.values(), *(rule for _, rule in rules.wild)]:
        if isinstance(rule.event_type, Choice):
            yield from ((place, False) for locators in rule.event_type.by for place in locators)
    for candidate in rules.families[family].candidates:
        yield from _looked_at(candidate)


def _looked_at(candidate: Candidate) -> Iterator[tuple[Locator, bool]]:
    convert = candidate.convert
    for place in candidate.places:
        own = place is candidate.place
        yield place, own and (convert is mapping or getattr(convert, "__name__", "") == "_full_name")
        if own and convert is identifier and place.steps:
            yield locator(f"{place.text}.id"), False


def _ids(document: Document) -> Iterator[str]:
    spec = document.event.id
    for each in spec if isinstance(spec, list) else [spec]:
        parts = each.join if isinstance(each, JoinSpec) else [each]
        yield from (text for part in parts for text in as_tuple(part))


def _signed(document: Document) -> Iterator[str]:
    """The places that a signature stands in or is made of."""
    specs = document.signature if isinstance(document.signature, list) else [document.signature]
    todo: list[Any] = [spec.model_dump() for spec in specs]
    while todo:
        for name, value in todo.pop().items():
            texts = value if isinstance(value, list) else [value]
            todo += [each for each in texts if isinstance(each, dict)]
            if name in _PLACES:
                yield from (place for text in texts if isinstance(text, str) for place in _in_text(name, text))


def _in_text(name: str, text: str) -> Iterator[str]:
    if name != "signed":
        yield text
        return
    for part in (part.strip() for braces in _BRACES.findall(text) for part in braces.split("|")):
        try:
            locator(part)
        except ValueError:
            continue
        yield part
