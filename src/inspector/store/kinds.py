"""Kinds: the few combinations that the many rows have of processor, type, verdict and whatever else is one of a few.

A filter on such a thing is asked of the kinds, of which there are hundreds at most, and one index leads from a kind to
its rows in the order of their arrival. A kind is named by the hash of what it is: whoever writes need not look it up.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import blake2b
from operator import itemgetter
from typing import Any, Final

__all__ = ["EVENT_COLUMNS", "KIND_COLUMNS", "kind_of", "kinds_of"]

EVENT_COLUMNS: Final = (
    "session, delivery, position, batch, received_at, connector, label, event_type, native_type, native_detail, "
    "amount, currency, verdict, reason, test_mode, event_id, object_id, reference, status, problem, kind"
)
_COLUMNS: Final = "connector label event_type native_type currency verdict status test_mode batch".split()
KIND_COLUMNS: Final = f"id, {', '.join(_COLUMNS)}, troubled"
_NAMES: Final = EVENT_COLUMNS.split(", ")
_OF_ROW: Final = itemgetter(*(_NAMES.index(each) for each in ("kind", *_COLUMNS, "problem")))


@lru_cache(maxsize=4096)
def kind_of(*columns: str | int | None) -> int:
    """The id of a kind, by its columns from `connector` on."""
    said = repr([int(each) if isinstance(each, bool) else each for each in columns])
    return int.from_bytes(blake2b(said.encode(), digest_size=8).digest()) >> 1


def kinds_of(rows: Iterable[Sequence[Any]]) -> list[tuple[Any, ...]]:
    """The kinds of rows of EVENT_COLUMNS, each once, as KIND_COLUMNS."""
    return [(*facets, problem != "") for *facets, problem in {_OF_ROW(row) for row in rows}]
