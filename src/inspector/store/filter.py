"""From the filter language to SQL: every term becomes a condition with its parameters."""

from collections.abc import Callable, Iterable, Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, localcontext
from fnmatch import fnmatchcase
from typing import Any, Final, NamedTuple

from inspector.core.query import Query, Term
from inspector.model import EXPONENTS, EventType, InspectorError, Verdict, event_type
from inspector.store.copies import IS_COPY

__all__ = ["SEARCHED", "Condition", "Plan", "plan", "ranges", "texts"]

Condition = tuple[str, list[Any]]

_NOTHING: Final[Condition] = ("0", [])
_TERMS, _LENGTH = 200, 10_000  # a filter beyond that was pasted by accident, and SQLite would refuse it
_LARGEST: Final = 2**63 - 1
_INDEXES: Final = ("events_changed", "events_copy", "events_app")
_INDEX_OF_STATE: Final = {"changed": "events_changed", "duplicate": "events_copy", "forwarded": "events_app"}
_USUAL: Final = 2  # decimals of most currencies, and of one that nobody knows
_UNUSUAL: Final = {
    places: [code for code, found in EXPONENTS.items() if found == places]
    for places in sorted(set(EXPONENTS.values()) - {_USUAL})
}
_UNITS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400}
SEARCHED: Final = (
    "connector label event_type native_type native_detail currency verdict reason event_id reference status problem"
).split()
_VERDICTS: Final[Mapping[str, str]] = {
    "verified": "VALID",
    "stale": "EXPIRED",
    "tampered": "INVALID",
    "none": "MISSING",
}


class Plan(NamedTuple):
    """A condition on the events table with its parameters, and the index that leads to the fewest rows."""

    by: str
    condition: str
    parameters: list[Any]


def plan(query: Query, now: float) -> Plan:
    """How to find the rows that all terms let through, by the clock `now` (Unix seconds).

    What is asked of the kind of a row is asked of the kinds. SQLite would not know which index is the best one, as it
    does not know how many rows a value has.
    """
    if len(query.terms) > _TERMS or any(len(term.value) > _LENGTH for term in query.terms):
        return Plan("events_session", *_NOTHING)
    of_kinds, kinds = _all([term for term in query.terms if _of_kind(term)], now)
    of_rows, rows = _all([term for term in query.terms if not _of_kind(term)], now)
    parts = [f"kind IN (SELECT id FROM kinds WHERE {of_kinds})"] if of_kinds else []
    condition = " AND ".join([*parts, *([of_rows] if of_rows else ())]) or "1"
    fitting = {_index(term) for term in query.terms if not term.negated}
    index = next((each for each in _INDEXES if each in fitting), "events_kind" if of_kinds else "events_session")
    return Plan(index, condition, [*kinds, *rows])


def texts(query: Query) -> list[list[str]]:
    """For each term that asks for a text in the row or the body, the texts of which one stands there."""
    asked = [term for term in query.terms if not term.negated and term.key in ("", "id")]
    return [[term.value, *([] if term.key else _named(term.value))] for term in asked]


def ranges(query: Query, now: float) -> list[Condition]:
    """For each term with a bound, the rows beyond it by the index of what it bounds: there may be few."""
    bounded = [term for term in query.terms[:_TERMS] if not term.negated and term.key in _BEYOND]
    return [_BEYOND[term.key](term, now) for term in bounded]


def _of_amount(term: Term, _: float) -> Condition:
    """From the kinds, each of which has a currency."""
    bound, parameters = _bound_of_currency(term)
    kinds = f"(SELECT id AS of_kind, {bound} AS bound FROM kinds)"
    events = f"events INDEXED BY events_amount ON kind = of_kind AND amount {term.operator or '='} bound"
    return f"{kinds} CROSS JOIN {events}", parameters


def _of_time(term: Term, now: float) -> Condition:
    begun = "(SELECT ? AS begun) CROSS JOIN events INDEXED BY events_time ON received_at >= begun"
    return begun, [_moment(term, now)]


def _index(term: Term) -> str:
    """The index that a term asks for because few rows are in it."""
    if term.key == "app" and term.value.lower() not in ("none", "-"):
        return "events_app"
    return _INDEX_OF_STATE.get(term.value.lower(), "") if term.key == "is" else ""


def _of_kind(term: Term) -> bool:
    return term.key in _KIND_KEYS or (term.key == "is" and term.value.lower() in _KIND_STATES)


def _all(terms: Iterable[Term], now: float) -> Condition:
    parts: list[str] = []
    parameters: list[Any] = []
    for term in terms:
        sql, values = _OF_KEY[term.key](term, now)
        parts.append(f"NOT coalesce(({sql}), 0)" if term.negated else f"({sql})")
        parameters += values
    return " AND ".join(parts), parameters


def _like(text: str) -> str:
    """A LIKE pattern for a whole text, in which a star stands for anything."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_").replace("*", "%")


def _one_of(column: str, values: Iterable[str | int]) -> Condition:
    found = list(values)
    return f"{column} IN ({', '.join('?' * len(found))})", found


def _contains(*columns: str) -> Callable[[Term, float], Condition]:
    """The text anywhere in one of the columns, upper and lower case being the same."""
    condition = " OR ".join(f"{column} LIKE ? ESCAPE '\\'" for column in columns)
    return lambda term, _: (condition, [f"%{_like(term.value)}%"] * len(columns))


def _whole(column: str) -> Callable[[Term, float], Condition]:
    """The whole of a column. Without a star it is compared in the cases that names have, so that indexes help."""

    def condition(term: Term, _: float) -> Condition:
        if "*" in term.value:
            return f"{column} LIKE ? ESCAPE '\\'", [_like(term.value)]
        return _one_of(column, {term.value, term.value.lower(), term.value.upper()})

    return condition


def _word(term: Term, now: float) -> Condition:
    """Anywhere in the row or in the body; an older name of an event type stands for the newer ones."""
    row, parameters = _contains(*SEARCHED)(term, now)
    body = "EXISTS (SELECT 1 FROM deliveries WHERE number = events.delivery AND CAST(body AS TEXT) LIKE ? ESCAPE '\\')"
    kinds, names = _one_of("event_type", _named(term.value))
    return f"{row} OR {kinds} OR {body}", [*parameters, *names, parameters[0]]


def _native(term: Term, now: float) -> Condition:
    """The whole name where there is a star in it, a part of it otherwise."""
    return (_whole if "*" in term.value else _contains)("native_type")(term, now)


def _type(term: Term, _: float) -> Condition:
    """The types of that name or older name; else all that hold the word. A row without an event has no type."""
    kinds = _named(term.value) or _holding(term.value.upper(), (kind.value for kind in EventType))
    unspecified = EventType.WEBHOOK_EVENT_TYPE_UNSPECIFIED.value
    return _one_of("event_type", [*kinds, ""] if unspecified in kinds else kinds)


def _named(name: str) -> list[str]:
    try:
        return [kind.value for kind in event_type(name)]
    except InspectorError:
        return []


def _holding(part: str, names: Iterable[str]) -> list[str]:
    return [name for name in names if fnmatchcase(name, f"*{part.replace('[', '[[]').replace('?', '[?]')}*")]


def _signature(term: Term, _: float) -> Condition:
    word = term.value.lower()
    if word == "unverified":
        return "verdict <> 'VALID'", []
    begun = _VERDICTS.get(word, word.upper().replace("-", "_"))
    verdicts = [verdict.value for verdict in Verdict if verdict.value.startswith(begun)]
    return _one_of("verdict", verdicts)


def _amount(term: Term, _: float) -> Condition:
    """Major units against the minor units that are stored."""
    bound, parameters = _bound_of_currency(term)
    return f"amount {term.operator or '='} {bound}", parameters


def _bound_of_currency(term: Term) -> Condition:
    """The minor units to compare with, exactly, for each number of decimals that a currency has."""
    cases = "".join(f" WHEN currency IN ({', '.join('?' * len(codes))}) THEN ?" for codes in _UNUSUAL.values())
    parameters: list[Any] = []
    for places, codes in _UNUSUAL.items():
        parameters += [*codes, _bound(term, places)]
    return f"CASE{cases} ELSE ? END", [*parameters, _bound(term, _USUAL)]


def _bound(term: Term, places: int) -> int | None:
    """The minor units to compare with; None where nothing is equal to it."""
    with localcontext(prec=100):
        exact = Decimal(term.value).scaleb(places)
        # Beyond a whole number of minor units, > means > the one below and < means < the one above.
        rounding = ROUND_FLOOR if term.operator in (">", "<=") else ROUND_CEILING
        bound = exact.to_integral_value(rounding)
    if not term.operator and (bound != exact or bound > _LARGEST):
        return None
    return min(int(bound), _LARGEST)


def _app(term: Term, _: float) -> Condition:
    """The last answer: a status, a class of them, or that there was none."""
    word = term.value.lower()
    if word in ("none", "-"):
        return "attempts = 0", []
    if word == "error":
        return "attempts > 0 AND app_status IS NULL AND app_error <> ''", []
    if word == "confirmed":
        return "attempts > 0 AND app_status IS NULL AND app_error = ''", []
    if len(word) == 3 and word.endswith("xx") and word[0] in "12345":
        condition, statuses = _one_of("app_status", range(int(word[0]) * 100, int(word[0]) * 100 + 100))
        return f"attempts > 0 AND {condition}", statuses
    if len(word) == 3 and word.isascii() and word.isdecimal():
        return "attempts > 0 AND app_status = ?", [int(word)]
    return "attempts > 0 AND app_status < 0", []  # there is none


def _since(term: Term, now: float) -> Condition:
    return "received_at >= ?", [_moment(term, now)]


def _moment(term: Term, now: float) -> float:
    return now - float(term.value[:-1]) * _UNITS[term.value[-1]]


_STATES: Final[Mapping[str, str]] = {
    "duplicate": IS_COPY,
    "live": "test_mode = 0",
    "test": "test_mode = 1",
    "batch": "batch = 1",
    "problem": "troubled",
    "verified": "verdict = 'VALID'",
    "unverified": "verdict <> 'VALID'",
    "forwarded": "attempts > 0",
    "changed": "changed <> ''",
}

_KIND_KEYS: Final = frozenset(("connector", "label", "type", "native", "signature", "currency", "status"))
_KIND_STATES: Final = frozenset(("live", "test", "batch", "problem", "verified", "unverified"))
_BEYOND: Final[Mapping[str, Callable[[Term, float], Condition]]] = {"amount": _of_amount, "since": _of_time}
_OF_KEY: Final[Mapping[str, Callable[[Term, float], Condition]]] = {
    "": _word,
    "connector": _whole("connector"),
    "label": _whole("label"),
    "type": _type,
    "native": _native,
    "signature": _signature,
    "amount": _amount,
    "currency": _whole("currency"),
    "id": _contains("event_id", "reference"),
    "status": _contains("status"),
    "app": _app,
    "is": lambda term, _: (_STATES[term.value.lower()], []),
    "since": _since,
}
