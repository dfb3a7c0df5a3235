"""The filter language: words, key:value terms, comparisons, quotes, and a minus that negates.

A mistake keeps its place in the text, so that it can be underlined while the rest still narrows the list.
"""

import re
from difflib import get_close_matches
from typing import Final

import msgspec

__all__ = ["KEYS", "STATES", "Mistake", "Query", "Term", "parse_query"]

_TERM = re.compile(
    r"""(?P<minus>-?)
        (?:(?P<key>[A-Za-z_]+):)?
        (?P<operator>>=|<=|>|<)?
        (?P<value>"[^"]*"?|[^\s"]+)?""",
    re.VERBOSE,
)
STATES: Final = ("duplicate", "live", "test", "batch", "problem", "verified", "unverified", "forwarded", "changed")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_AGE = re.compile(r"^\d+(s|m|h|d)$")
_NUMBER = re.compile(r"^\d+(\.\d+)?$")

KEYS: Final = {
    "connector": "the processor, e.g. connector:stripe",
    "type": "part of the event type, e.g. type:refund",
    "native": "the processor's name of the event, e.g. native:charge.*",
    "signature": "the verdict, e.g. signature:invalid",
    "amount": "in major units, e.g. amount:>100",
    "currency": "e.g. currency:EUR",
    "id": "any id of the event, e.g. id:pi_3O",
    "status": "part of the status, e.g. status:failed",
    "app": "the answer: app:5xx, app:error, app:confirmed, app:none",
    "is": ", ".join(STATES),
    "since": "how long ago at most, e.g. since:10m",
    "label": "the account's label in the receiver's path",
}
"""Every key and what it means: the help and the completion are made of it."""


class Term(msgspec.Struct, frozen=True):
    """One condition. An empty key is a word that may stand anywhere; `start` and `end` are its place."""

    key: str
    operator: str
    value: str
    negated: bool
    start: int
    end: int


class Mistake(msgspec.Struct, frozen=True):
    """A term that means nothing, and why."""

    start: int
    end: int
    reason: str


class Query(msgspec.Struct, frozen=True):
    """The terms that all have to hold, and the mistakes that were passed over."""

    terms: tuple[Term, ...] = ()
    mistakes: tuple[Mistake, ...] = ()


def parse_query(text: str) -> Query:
    """Read a filter. Never raises: what cannot be read is a mistake in the query."""
    text = _LONE_SURROGATE.sub("\ufffd", text)  # a byte on the command line that is no UTF-8: nothing stored holds it
    terms: list[Term] = []
    mistakes: list[Mistake] = []
    position = 0
    while position < len(text):
        if text[position].isspace():
            position += 1
            continue
        found = _TERM.match(text, position)
        end = found.end() if found and found.end() > position else position + 1
        if found is not None and found.end() > position:
            term = _term(found)
            reason = _mistake(term)
            if reason:
                mistakes.append(Mistake(position, end, reason))
            else:
                terms.append(term)
        position = end
    return Query(tuple(terms), tuple(mistakes))


def _term(found: re.Match[str]) -> Term:
    key = (found["key"] or "").lower()
    operator, value = found["operator"] or "", found["value"] or ""
    if key != "amount" and operator:
        operator, value = "", operator + value
    return Term(key, operator, value.strip('"'), bool(found["minus"]), found.start(), found.end())


def _mistake(term: Term) -> str:
    """Why a term means nothing; empty where it does."""
    if term.key and term.key not in KEYS:
        near = get_close_matches(term.key, KEYS, n=1, cutoff=0.5)
        return f"there is no key {term.key}; " + (f"did you mean {near[0]}?" if near else f"keys: {', '.join(KEYS)}")
    if not term.value:
        return f"{term.key}: wants a value: {KEYS[term.key]}" if term.key else "a minus wants a word"
    if term.key == "amount" and not _NUMBER.match(term.value):
        return "amount: wants a number in major units, e.g. amount:>19.99"
    if term.key == "since" and not _AGE.match(term.value):
        return "since: wants a length of time, e.g. since:10m, 2h or 1d"
    if term.key == "is" and term.value.lower() not in STATES:
        return f"is: knows {', '.join(STATES)}"
    return ""
