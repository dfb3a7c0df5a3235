"""Comparing outcomes: every difference with its path, and none where two agree."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.core import compare
from inspector.model import Difference

EXPECTED: dict[str, Any] = {
    "connector": "stripe",
    "events": [{"event_type": "PAYMENT_INTENT_SUCCESS", "amount": {"minor_units": 1999, "currency": "EUR"}}],
    "note": None,
}


def changed(**changes: Any) -> dict[str, Any]:
    """The expected outcome with some members changed."""
    return {**json.loads(json.dumps(EXPECTED)), **changes}


@pytest.mark.parametrize(
    ("found", "differences"),
    [
        (changed(), ()),
        (changed(connector="adyen"), (Difference("connector", "stripe", "adyen"),)),
        (changed(events=[]), (Difference("events.0", EXPECTED["events"][0], None),)),
        (changed(extra=1), (Difference("extra", None, 1),)),
        (changed(extra=None), ()),
        ({"connector": "stripe", "events": EXPECTED["events"]}, ()),
        (changed(events={}), (Difference("events", EXPECTED["events"], {}),)),
    ],
)
def test_every_difference_has_its_path(found: dict[str, Any], differences: tuple[Difference, ...]) -> None:
    """Changed, missing and additional members are told with what was expected and found; null is nothing."""
    assert compare(EXPECTED, found) == differences


def test_differences_deep_inside_are_found() -> None:
    """The path is the one that --set and filters understand, in the order of what was expected."""
    found = changed(events=[{"event_type": "FAILURE", "amount": {"minor_units": 2000, "currency": "EUR"}}, {"more": 1}])
    assert [each.path for each in compare(EXPECTED, found)] == [
        "events.0.event_type",
        "events.0.amount.minor_units",
        "events.1",
    ]


def test_a_key_with_a_dot_stands_in_quotes() -> None:
    """Paths are in the path language."""
    assert compare({"a": {"b.c": 1}}, {"a": {"b.c": 2}}) == (Difference('a."b.c"', 1, 2),)


@pytest.mark.parametrize(("expected", "found"), [(1, True), (0, False), (1, "1"), ("", None), ([], None), ({}, None)])
def test_values_of_another_kind_differ(expected: Any, found: Any) -> None:
    """One is not true, and an empty text not nothing."""
    assert compare({"a": expected}, {"a": found})


scalars = st.none() | st.booleans() | st.integers() | st.text(max_size=4)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(outcome=st.dictionaries(st.text(max_size=3), values, max_size=3))
@settings(max_examples=100, deadline=None)
def test_an_outcome_agrees_with_itself(outcome: dict[str, Any]) -> None:
    """Whatever it holds, and after a round through a file."""
    assert compare(outcome, json.loads(json.dumps(outcome))) == ()
