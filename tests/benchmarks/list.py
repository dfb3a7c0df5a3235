"""The list: how late the event loop is while 1,000 events a second arrive and 100,000 are there, and what a million
of them take.

The rows' words are made up as they are asked for, so that what is measured is the screen, not the store. The
collector runs as it does in the product.
"""

import asyncio
import subprocess
import sys
from array import array
from collections.abc import Iterator, Sequence
from time import perf_counter
from typing import Final

from textual.app import App, ComposeResult

from inspector.app.widgets.event_list import EventList
from inspector.collector import settle
from inspector.model import EventRow
from tests.benchmarks.figures import Figure
from tests.benchmarks.machine import most_memory

__all__ = ["measure"]

THERE, A_SECOND, BATCHES, SECONDS = 100_000, 1_000, 30, 6
AIM_MS: Final = 50.0
MANY, PAGES = 1_000_000, 200
AIM_MB: Final = 150.0


def rows(ids: Sequence[int]) -> list[EventRow]:
    """Rows for these ids."""
    return [
        EventRow(
            each, each, 0, 1_767_268_800.0 + each, "stripe", "", "PAYMENT_INTENT_SUCCESS", "payment_intent.succeeded",
            "", 1999 + each % 7, "EUR", "VALID", "", True, f"evt_{each}", f"pi_{each}", "CHARGED", "",
        )
        for each in ids
    ]  # fmt: skip


class _ListApp(App[None]):
    def compose(self) -> ComposeResult:
        yield EventList(rows)


async def _lags() -> list[float]:
    """Milliseconds by which a tick of 10 ms came late, over the seconds of the feed."""
    app, found = _ListApp(), list[float]()
    async with app.run_test(size=(140, 45)) as pilot:
        view = app.query_one(EventList)
        view.replace(array("q", range(1, THERE + 1)))
        await pilot.pause()
        settle()
        newest, begun, fed = THERE, perf_counter(), 0
        while perf_counter() - begun < SECONDS:
            due = int((perf_counter() - begun) * BATCHES)
            while fed < due:
                size = A_SECOND // BATCHES
                view.append(array("q", range(newest + 1, newest + size + 1)))
                newest, fed = newest + size, fed + 1
            asked = perf_counter()
            await asyncio.sleep(0.01)
            found.append((perf_counter() - asked - 0.01) * 1000)
    return sorted(found)


async def _scrolled() -> None:
    """A million rows, and a way through them page by page, until more has been seen than is kept."""
    app = _ListApp()
    async with app.run_test(size=(140, 45)) as pilot:
        view = app.query_one(EventList)
        view.replace(array("q", range(1, MANY + 1)))
        for _ in range(PAGES):
            view.action_move(-1, pages=True)
            await pilot.pause(0)


def _memory() -> float:
    """The most that a process of its own took for it, in megabytes."""
    told = subprocess.run([sys.executable, "-m", __name__], check=True, capture_output=True, text=True).stdout
    return float(told)


def measure() -> Iterator[Figure]:
    """The median and the 99th percentile against the aim, in milliseconds; and the memory."""
    lags = asyncio.run(_lags())
    for name, place in (("p50", 0.5), ("p99", 0.99)):
        late = max(lags[int(len(lags) * place)], 0.001)
        yield Figure(f"list: loop lag {name} at 1,000 a second, against 50 ms", late, AIM_MS, "ms", 1.0, at_most=True)
    yield Figure("list: memory of a process with 1,000,000 rows", _memory(), AIM_MB, "MB", 1.0, at_most=True)


if __name__ == "__main__":
    asyncio.run(_scrolled())
    sys.stdout.write(str(most_memory()))
