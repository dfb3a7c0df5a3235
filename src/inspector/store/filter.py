"""From the filter language to SQL: every term becomes a condition with its parameters."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from inspector.core.query import Query, Term
from inspector.model import EventType, InspectorError, event_type

__all__ = ["conditions"]

Condition = tuple[str, list[Any]]

_UNITS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_SEARCHED: Final = (
    "connector label event_type native_type native_detail currency verdict event_id references_ status problem"
).split()
_SYNONYMS: Final[Mapping[str, str]] = {
    "verified": "VALID",
    "stale": "EXPIRED",
    "tampered": "INVALID",
    "none": "MISSING",
    "no-secret": "NO_SECRET",
}
_SAME_EVENT: Final = (
    "FROM events AS other WHERE other.session = events.session AND other.connector = events.connector "
    "AND other.event_id = events.event_id"
)
_LAST_ATTEMPT: Final = (
    "SELECT {} FROM attempts WHERE attempts.delivery = events.delivery ORDER BY attempts.id DESC LIMIT 1"
)


def conditions(query: Query, now: float) -> Condition:
    """One SQL condition on the events table for all terms, by the clock `now` (Unix seconds)."""
    parts: list[str] = []
    parameters: list[Any] = []
    for term in query.terms:
        sql, values = _TERMS[term.key](term, now)
        parts.append(f"NOT coalesce(({sql}), 0)" if term.negated else f"({sql})")
        parameters += values
    return " AND ".join(parts) or "1", parameters


def _like(text: str) -> str:
    """A LIKE pattern for a text anywhere; a star in it stands for anything."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped.replace('*', '%')}%"


def _contains(column: str) -> Callable[[Term, float], Condition]:
    return lambda term, _: (f"{column} LIKE ? ESCAPE '\\'", [_like(term.value)])


def _word(term: Term, _: float) -> Condition:
    pattern = _like(term.value)
    columns = " OR ".join(f"{column} LIKE ? ESCAPE '\\'" for column in _SEARCHED)
    body = (
        "EXISTS (SELECT 1 FROM deliveries WHERE number = events.delivery "
        "AND (CAST(body AS TEXT) LIKE ? ESCAPE '\\' OR CAST(headers AS TEXT) LIKE ? ESCAPE '\\' "
        "OR url LIKE ? ESCAPE '\\'))"
    )
    return f"{columns} OR {body}", [pattern] * (len(_SEARCHED) + 3)


def _whole(column: str) -> Callable[[Term, float], Condition]:
    return lambda term, _: (f"{column} LIKE ? ESCAPE '\\'", [_like(term.value)[1:-1]])


def _native(term: Term, now: float) -> Condition:
    """The whole name where there is a star in it, a part of it otherwise."""
    return (_whole if "*" in term.value else _contains)("native_type")(term, now)


def _type(term: Term, now: float) -> Condition:
    try:
        kinds = event_type(term.value)
    except InspectorError:
        return _contains("event_type")(term, now)
    if kinds == (EventType.WEBHOOK_EVENT_TYPE_UNSPECIFIED,):
        return "event_type IN (?, '')", [kinds[0].value]
    return f"event_type IN ({', '.join('?' * len(kinds))})", [kind.value for kind in kinds]


def _signature(term: Term, now: float) -> Condition:
    word = term.value.lower()
    if word == "unverified":
        return "verdict <> 'VALID'", []
    if word in ("valid", "verified"):
        return "verdict = 'VALID'", []
    wanted = _SYNONYMS.get(word, word.upper().replace("-", "_"))
    return "verdict LIKE ?", [wanted + "%"]


def _amount(term: Term, _: float) -> Condition:
    """Compared in minor units, for each number of decimals that a currency may have."""
    operator = term.operator or "="
    value = Decimal(term.value)
    groups = (
        (0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"),
        (3, "BHD IQD JOD KWD LYD OMR TND"),
        (4, "CLF UYW"),
    )
    cases = " ".join(
        f"WHEN currency IN ({', '.join(repr(code) for code in codes.split())}) THEN {10**places}"
        for places, codes in groups
    )
    scaled = f"(? * CASE {cases} ELSE 100 END)"
    return f"amount IS NOT NULL AND amount {operator} {scaled}", [float(value)]


def _app(term: Term, _: float) -> Condition:
    word = term.value.lower()
    status = f"({_LAST_ATTEMPT.format('status_code')})"
    if word in ("none", "-"):
        return "NOT EXISTS (SELECT 1 FROM attempts WHERE attempts.delivery = events.delivery)", []
    if word == "error":
        return f"({_LAST_ATTEMPT.format('error')}) <> ''", []
    if len(word) == 3 and word.endswith("xx") and word[0].isdecimal():
        return f"{status} / 100 = ?", [int(word[0])]
    return f"CAST({status} AS TEXT) = ?", [word]


def _since(term: Term, now: float) -> Condition:
    return "received_at >= ?", [now - int(term.value[:-1]) * _UNITS[term.value[-1]]]


_STATES: Final[Mapping[str, str]] = {
    "duplicate": f"event_id IS NOT NULL AND EXISTS (SELECT 1 {_SAME_EVENT} AND other.id < events.id)",
    "live": "test_mode = 0",
    "test": "test_mode = 1",
    "batch": "batch = 1",
    "problem": "problem <> ''",
    "verified": "verdict = 'VALID'",
    "unverified": "verdict <> 'VALID'",
    "forwarded": "EXISTS (SELECT 1 FROM attempts WHERE attempts.delivery = events.delivery)",
}

_TERMS: Final[Mapping[str, Callable[[Term, float], Condition]]] = {
    "": _word,
    "connector": _whole("connector"),
    "label": _whole("label"),
    "type": _type,
    "native": _native,
    "signature": _signature,
    "amount": _amount,
    "currency": _whole("currency"),
    "id": lambda term, _: (
        "event_id LIKE ? ESCAPE '\\' OR references_ LIKE ? ESCAPE '\\'",
        [_like(term.value)] * 2,
    ),
    "status": _contains("status"),
    "app": _app,
    "is": lambda term, _: (_STATES[term.value.lower()], []),
    "since": _since,
}
