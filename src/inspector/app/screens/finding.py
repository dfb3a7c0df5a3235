"""Which rows are wanted, and finding them: at once where there are few, beside the screen where there are many."""

import asyncio
from array import array
from bisect import bisect_right
from collections.abc import AsyncGenerator, Collection
from contextlib import aclosing
from typing import Final

import msgspec
from msgspec.structs import replace

from inspector.core.query import Query, parse_query
from inspector.model import ARRIVAL, Order, Remaining
from inspector.workspace import Workspace

__all__ = ["Finder", "Wanted"]

_EVERYTHING: Final = Query()
_FIRSTS: Final = parse_query("-is:duplicate").terms
_AT_ONCE: Final = 5_000  # rows that are looked through while the user waits
_ALL_AT_ONCE: Final = 100_000  # rows of which none is looked at
_OFTEN: Final = 0.1  # seconds between two looks at what has been found so far


class Wanted(msgspec.Struct, frozen=True):
    """The filter and whether it is in force, whether copies are folded, the order, and up to which id rows are
    cleared away."""

    query: Query = _EVERYTHING
    filtering: bool = True
    folded: bool = False
    order: Order = ARRIVAL
    cleared: int = 0

    @property
    def in_force(self) -> Query:
        """What a row has to fulfil."""
        terms = self.query.terms if self.filtering else ()
        return Query((*terms, *_FIRSTS)) if self.folded else Query(terms)

    def sorted_by(self, column: str) -> "Wanted":
        """By a column; by the one that it is sorted by already, the other way round."""
        if column == self.order.column:
            return replace(self, order=Order(column, not self.order.descending))
        return replace(self, order=Order(column))


class Finder:
    """Finds the rows of a session. Each row is counted once, when it is seen first: `checked` is the newest of them."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.total = self.checked = 0

    def begin(self) -> None:
        """Another session: nothing has been seen of it."""
        self.total = self.checked = 0

    def catch_up(self) -> "array[int]":
        """The rows since it was last asked, whatever the filter."""
        came = self.workspace.ids(_EVERYTHING, self.checked)
        if came:
            self.checked = came[-1]
            self.total += len(came)
        return came

    def count(self) -> None:
        """Count the rows since it was last asked, which may be very many."""
        last = self.workspace.last_id()
        self.total += self.workspace.total(self.checked, last)
        self.checked = max(last, self.checked)

    async def forget(self) -> Remaining:
        """Count anew what was seen and is left."""
        checked, total = self.checked, self.total
        found = await self.workspace.remaining(checked)
        self.total += found.count - total
        return found

    def quick(self, wanted: Wanted) -> bool:
        """Whether the rows are found in a moment: there are few, or not too many and they are wanted as they came."""
        all_ = wanted.order == ARRIVAL and not wanted.in_force.terms
        return self.total <= (_ALL_AT_ONCE if all_ else _AT_ONCE)

    def beyond(self, wanted: Wanted, before: int) -> "array[int]":
        """Those of the wanted rows that came after `before` and have been seen."""
        found = self.workspace.ids(wanted.in_force, before)
        return found[: bisect_right(found, self.checked)]

    def now(self, wanted: Wanted, marks: Collection[int]) -> "array[int]":
        """The wanted rows that have been seen, and of those that are cleared away the marked."""
        return self._seen(self.workspace.ids(wanted.in_force, 0, wanted.order), wanted, self.checked, marks)

    async def soon(self, wanted: Wanted, marks: Collection[int]) -> AsyncGenerator[tuple["array[int]", bool], None]:
        """The same, looked for beside the loop, and whether that is all: as long as more is looked for, it is told what
        has been found so far, from the newest on. What comes meanwhile is at the end."""
        checked, time = self.checked, asyncio.get_running_loop().time
        found: list[array[int]] = []
        told = time() - _OFTEN

        def so_far() -> "array[int]":
            ids = array("q")
            for piece in reversed(found):
                ids.extend(piece)
            ids = self._seen(ids, wanted, checked, marks)
            ids.extend(self.beyond(wanted, checked))
            return ids

        async with aclosing(self.workspace.find(wanted.in_force, wanted.order)) as pieces:
            async for piece in pieces:
                found.append(piece)
                if any(found) and time() - told >= _OFTEN:
                    yield so_far(), False
                    told = time()
        yield so_far(), True

    @staticmethod
    def _seen(found: "array[int]", wanted: Wanted, checked: int, marks: Collection[int]) -> "array[int]":
        """The writer goes on meanwhile: what is newer comes as an arrival. In place, as there may be very many."""
        if wanted.order == ARRIVAL:
            del found[bisect_right(found, checked) :]
            begin = bisect_right(found, wanted.cleared)
            found[:begin] = array("q", [each for each in found[:begin] if each in marks])
            return found
        return array("q", [each for each in found if wanted.cleared < each <= checked or each in marks])
