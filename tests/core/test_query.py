"""The filter language: every term is understood, or underlined with the reason while the rest still works."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.core import parse_query
from inspector.core.query import KEYS


def terms(text: str) -> list[tuple[str, str, str, bool]]:
    """Key, operator, value and negation of each term."""
    return [(each.key, each.operator, each.value, each.negated) for each in parse_query(text).terms]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("refund", [("", "", "refund", False)]),
        ("two words", [("", "", "two", False), ("", "", "words", False)]),
        ('"two words"', [("", "", "two words", False)]),
        ("-refund", [("", "", "refund", True)]),
        ("connector:stripe", [("connector", "", "stripe", False)]),
        ("CONNECTOR:stripe", [("connector", "", "stripe", False)]),
        ("-signature:invalid", [("signature", "", "invalid", True)]),
        ('native:"charge refunded"', [("native", "", "charge refunded", False)]),
        ("native:charge.*", [("native", "", "charge.*", False)]),
        ("amount:>100", [("amount", ">", "100", False)]),
        ("amount:<=19.99", [("amount", "<=", "19.99", False)]),
        ("amount:50", [("amount", "", "50", False)]),
        ("is:duplicate since:10m", [("is", "", "duplicate", False), ("since", "", "10m", False)]),
        ("app:5xx", [("app", "", "5xx", False)]),
    ],
)
def test_terms_are_understood(text: str, expected: list[tuple[str, str, str, bool]]) -> None:
    """Words, keys in any case, quotes, comparisons and the minus."""
    query = parse_query(text)
    assert terms(text) == expected
    assert query.mistakes == ()


@pytest.mark.parametrize(
    ("text", "marked", "word"),
    [
        ("conector:stripe", "conector:stripe", "did you mean connector?"),
        ("colour:red", "colour:red", "there is no key colour"),
        ("amount:lots", "amount:lots", "a number in major units"),
        ("is:blue", "is:blue", "is: knows duplicate"),
        ("since:yesterday", "since:yesterday", "10m, 2h or 1d"),
        ("connector:", "connector:", "wants a value"),
        ("-", "-", "wants a word"),
    ],
)
def test_a_wrong_term_is_underlined_with_the_reason(text: str, marked: str, word: str) -> None:
    """The mistake keeps its place in the text, and the right terms around it still narrow the list."""
    query = parse_query(f"before {text} after")
    (mistake,) = query.mistakes
    assert f"before {text} after"[mistake.start : mistake.end] == marked
    assert word in mistake.reason
    assert [each.value for each in query.terms] == ["before", "after"]


def test_every_key_of_the_help_is_a_key() -> None:
    """What the help lists is understood."""
    examples = {"amount": ">1", "is": "duplicate", "since": "1h"}
    for key in KEYS:
        assert parse_query(f"{key}:{examples.get(key, 'x')}").mistakes == ()


@given(text=st.text(max_size=60))
@settings(max_examples=300, deadline=None)
def test_whatever_is_typed_is_a_query(text: str) -> None:
    """No typing gets an error, every term and mistake has its place in the text, and they do not overlap."""
    query = parse_query(text)
    places = [(each.start, each.end) for each in query.terms] + [(each.start, each.end) for each in query.mistakes]
    places.sort()
    assert all(0 <= start < end <= len(text) for start, end in places)
    assert all(before[1] <= after[0] for before, after in pairwise(places))
