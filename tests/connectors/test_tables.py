"""Every row of every document's event table: the native event, and the words that decide, give the event type."""

from collections.abc import Iterator
from typing import Any, get_args

import pytest

from inspector.core.document import TableSpec
from inspector.core.locate import steps_of
from inspector.core.normalize import STATUS_FIELD
from inspector.core.signatures.shared import as_tuple
from inspector.model import CONSISTENT, FAMILY_OF, CapturedRequest, EventType
from inspector.model.vocabulary import FamilyName
from tests.connectors.shared import CONNECTORS, item, request, service, wrapped

FAMILIES = (*get_args(FamilyName), "other")
OURS = ("stripe", "adyen", "razorpay", "square", "braintree", "standardwebhooks")

Row = tuple[str, str, tuple[tuple[str, str], ...], EventType, str]


def rows(connector: str) -> Iterator[Row]:
    """Connector, native event, (place, word)…, event type and family of each row of a document."""
    types = CONNECTORS[connector].document.types
    for family in FAMILIES:
        for names, rule in getattr(types, family).items():
            for name in names.split(", "):
                native = name.replace("*", "something")
                if not isinstance(rule, TableSpec):
                    yield connector, native, (), EventType(rule), family
                    continue
                for words, kind in choices(rule):
                    yield connector, native, words, EventType(kind), family


def choices(rule: TableSpec) -> Iterator[tuple[tuple[tuple[str, str], ...], Any]]:
    """The words of each row of a choice with their places; a star is any word, a dash none."""
    places = [as_tuple(place)[0] for place in (rule.by if isinstance(rule.by, list) else [rule.by])]
    for key, kind in rule.words.items():
        for row in key.split(", "):
            parts = row.split(" / ") if row != "*" else ["*"] * len(places)
            words = [part.strip().replace("*", "any_other_word") for part in parts]
            yield tuple((place, word) for place, word in zip(places, words, strict=True) if word != "-"), kind


def message(connector: str, native: str, words: tuple[tuple[str, str], ...]) -> CapturedRequest:
    """The smallest message of a processor that holds a native event and some words."""
    first = as_tuple(CONNECTORS[connector].document.event.type)[0]
    body: dict[str, Any] = {}
    for place, word in ((first, native), *words):
        node, steps = body, steps_of(place)
        for step in steps[:-1]:
            node = node.setdefault(step, {})
        node[steps[-1]] = word
    if connector == "adyen":
        return request(connector, item(**body))
    return (
        wrapped(f"<notification>{xml(body)}</notification>") if connector == "braintree" else request(connector, body)
    )


def xml(body: dict[str, Any]) -> str:
    """Elements for nested values."""
    return "".join(f"<{key}>{xml(value) if isinstance(value, dict) else value}</{key}>" for key, value in body.items())


ROWS = [row for name in OURS for row in rows(name)]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]}/{row[1]}/{'/'.join(word for _, word in row[2])}")
def test_a_native_event_is_what_its_row_says(row: Row) -> None:
    """The event type is the row's, its family the type's own or else the group's, its status no contradiction."""
    connector, native, words, kind, family = row
    (event,) = service().handle(message(connector, native, words), connector).events
    assert event.event_type is kind
    meant = FAMILY_OF[kind] or (None if family == "other" else family)
    found = event.event_response.family
    assert found in (meant, None)
    if found is not None and kind in CONSISTENT:
        assert getattr(event.event_response.content, STATUS_FIELD[found]) in CONSISTENT[kind]


@pytest.mark.parametrize("name", OURS)
def test_no_native_event_is_named_twice(name: str) -> None:
    """An event stands in one row of a document: a second one would never be reached."""
    types = CONNECTORS[name].document.types
    names = [each for family in FAMILIES for key in getattr(types, family) for each in key.split(", ")]
    assert len(names) == len(set(names))
