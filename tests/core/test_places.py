"""Where the fields of an event stand in its request: every source of every sample leads to what is really there."""

from pathlib import Path
from typing import Any

import pytest

from inspector.app.present import tree_of
from inspector.core import EventService, throwaway_settings
from inspector.core.document import BodySpec
from inspector.core.locate import member
from inspector.core.places import Spot, item_steps, places
from inspector.core.signed_text import as_text
from inspector.library import load_connectors, samples
from inspector.model import Source

CONNECTORS = Path(__file__).parents[2] / "connectors"
SERVICE = EventService(load_connectors(CONNECTORS))


def at(root: Any, steps: tuple[str, ...]) -> Any:
    """What stands there."""
    for step in steps:
        root = member(root, step)
    return root


@pytest.mark.parametrize("name", SERVICE.connectors)
def test_every_field_of_every_sample_leads_to_its_value(name: str) -> None:
    """In the body the value that was used stands where the source says; in the headers there is such a header."""
    connector = SERVICE.connectors[name]
    if connector.opens:
        pytest.skip("its samples are encrypted where they are signed")
    for sample in samples(CONNECTORS, name):
        root = tree_of(sample.request, connector.document.body.unwrap)
        for position, event in enumerate(SERVICE.handle(sample.request, name, throwaway_settings(connector)).events):
            found = places(event.sources, root, connector.document.body, position)
            for field, source in event.sources.items():
                _check(
                    sample.name, field, source, found[field], root, {key.lower() for key, _ in sample.request.headers}
                )


def _check(name: str, field: str, source: Source, spots: tuple[Spot, ...], root: Any, headers: set[str]) -> None:
    for spot in spots:
        if spot.where == "body" and len(spots) == 1:
            assert as_text(at(root, spot.steps)) == as_text(source.raw_value), (name, field, spot)
        elif spot.where == "body" and field == "event_id":
            assert at(root, spot.steps) is not None, (name, field, spot)
        elif spot.where == "header":
            assert spot.steps[0] in headers, (name, field, spot)


def test_the_item_of_a_batch_and_of_none() -> None:
    """A body without the list is itself the event; one with it has an event a position."""
    body = BodySpec(items="rows", item="event")
    assert item_steps({"rows": [{}, {}]}, body, 1) == ("rows", "1", "event")
    assert item_steps({"other": 1}, body, 1) == ()
    assert item_steps(None, BodySpec(), 0) == ()


def test_outside_the_body() -> None:
    """Headers in small letters, query parameters, settings, and texts of the document, whatever stands in them."""
    sources = {
        "a": Source("header:X-Id", "1"),
        "b": Source("query:id", "1"),
        "c": Source("setting:currency", "EUR"),
        "d": Source("constant:one, two", "one, two"),
        "e": Source("form:kind", "x"),
    }
    found = places(sources, {}, BodySpec())
    assert [found[field] for field in "abcde"] == [
        (Spot("header", ("x-id",)),),
        (Spot("query", ("id",)),),
        (Spot("setting", ("currency",)),),
        (Spot("constant", ("one, two",)),),
        (Spot("body", ("kind",)),),
    ]
