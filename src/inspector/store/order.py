"""From a column of the list to SQL's order. What is alike keeps the order in which it arrived."""

from collections.abc import Mapping
from typing import Final

from inspector.model import EXPONENTS, Order

__all__ = ["sorting"]

_PLACES: Final = {
    places: ", ".join(f"'{code}'" for code, each in EXPONENTS.items() if each == places)
    for places in sorted(set(EXPONENTS.values()))
}
_MAJOR: Final = " ".join(f"WHEN currency IN ({codes}) THEN amount / 1e{places}" for places, codes in _PLACES.items())
_EXPRESSIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "time": (),
    "processor": ("connector", "label"),
    "type": ("event_type",),
    "native": ("native_type", "native_detail"),
    "amount": (f"amount IS NULL, CASE {_MAJOR} ELSE amount / 1e2 END",),
    "signature": ("verdict",),
    "app": ("attempts = 0, app_status", "app_seconds"),
    "copies": ("event_id IS NULL, count(*) OVER (PARTITION BY connector, event_id)", "event_id"),
}
"""What a column is sorted by. In front of a comma stands what puts the empty ones last, whichever way it goes."""


def sorting(order: Order) -> str:
    """The terms of ORDER BY. KeyError for a column that is none."""
    way = " DESC" if order.descending else ""
    expressions = _EXPRESSIONS[order.column]
    return ", ".join([*(f"{each}{way}" for each in expressions), "id" if expressions else f"id{way}"])
