"""A store of a million events of 2 KB: to open it, to find something in it, to add to it, and to take away from it.

INSPECTOR_SCALE in the environment is another number of events, for a quick look. The store is written through the
product's own writer, which takes some minutes, and five gigabytes of the folder for temporary files. What is told of a
filter is the time until its first rows are there, as they are on the screen then, and until all of them are.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from itertools import cycle
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final, NamedTuple

from inspector.app import InspectorApp
from inspector.app.widgets.event_list import EventList
from inspector.collector import settle
from inspector.core import parse_query
from inspector.model import Retention
from inspector.store import Store
from inspector.store.schema import open_reader
from inspector.store.words import add_next, open_words, start_over
from inspector.workspace import Options, Workspace
from tests.benchmarks.figures import Figure
from tests.benchmarks.machine import most_memory
from tests.benchmarks.stock import NOW, RARE, Handled, deliveries, put

__all__ = ["measure"]

EVENTS: Final = int(os.environ.get("INSPECTOR_SCALE", "1000000"))
MORE: Final = 20_000  # events that are added
ROUNDS: Final = 5
OPEN_MS, KEY_MS, WORD_MS, PAUSE_MS, MEMORY_MB, RATE = 1_000.0, 50.0, 200.0, 50.0, 150.0, 0.8
TRIMMED: Final = min(20_000, EVENTS // 2)
KEYS: Final = (
    "connector:stripe",
    "type:refund",
    "native:payment*",
    "signature:missing",
    "currency:eur",
    "status:charged",
    "label:shop",
    "amount:12.34",
    "amount:>1",
    "amount:>1000",
    "app:5xx",
    "app:none",
    "is:test",
    "is:forwarded",
    "is:duplicate",
    "since:1d",
    "since:1m",
    "connector:stripe type:success signature:missing",
    "-connector:stripe -connector:square",
)


class Found(NamedTuple):
    """A filter, the milliseconds until its first rows were there and until all were, and how many those are."""

    text: str
    first: float
    all_: float
    rows: int


def measure() -> Iterator[Figure]:
    """Each against its aim; the rate and the opening against those of an empty store."""
    with tempfile.TemporaryDirectory() as name:
        place, large = Path(name), Path(name) / "large"
        asyncio.run(_fill(large, EVENTS))
        yield from _rate(place, large)
        yield from _keys(asyncio.run(_find(large, KEYS)))
        (scanned,) = asyncio.run(_find(large, [RARE]))
        yield Figure("scale: a rare word, all rows, before it was read", scanned.all_, WORD_MS, "ms")
        yield _reading(large)
        yield from _words(large)
        yield from _screen(place, large)
        yield from asyncio.run(_trimming(large))


async def _fill(place: Path, count: int, start: int = 0) -> float:
    """Put so many events into a store; the seconds that the store took."""
    store = Store.open(place, "default")
    with closing(store):
        settle()
        return await put(store, deliveries(count, start))


def _rate(place: Path, large: Path) -> Iterator[Figure]:
    """Events a second in turns: a store that is empty each time, and the large one."""
    taken: list[tuple[float, float]] = []
    for turn in range(ROUNDS):
        start = EVENTS + turn * MORE
        empty = asyncio.run(_fill(place / f"empty-{turn}", MORE, start))
        taken.append((empty, asyncio.run(_fill(large, MORE, start))))
    empty, full = (MORE / median(side) for side in zip(*taken, strict=True))
    yield Figure(f"scale: stored a second where {EVENTS:,} are", full, empty, "/s", RATE)


async def _find(large: Path, texts: Sequence[str]) -> list[Found]:
    """Each filter a few times; the median of its rounds."""
    store, found = Store.open(large, "default"), list[Found]()
    with closing(store):
        for text in texts:
            rounds = [await _once(store, text) for _ in range(ROUNDS)]
            first, all_ = (median(getattr(each, name) for each in rounds) for name in ("first", "all_"))
            found.append(Found(text, first, all_, rounds[0].rows))
    return found


async def _once(store: Store, text: str) -> Found:
    begun, first, rows = perf_counter(), 0.0, 0
    async for piece in store.find(parse_query(text), NOW + EVENTS + ROUNDS * MORE):
        if piece and not first:
            first = perf_counter() - begun
        rows += len(piece)
    whole = perf_counter() - begun
    return Found(text, (first or whole) * 1000, whole * 1000, rows)


def _keys(found: Sequence[Found]) -> Iterator[Figure]:
    """The median and the slowest of the filters."""
    for name, of in (("first rows", "first"), ("all rows", "all_")):
        times = sorted(found, key=lambda each: float(getattr(each, of)))
        aim = 1.0 if of == "first" else None
        middle = getattr(times[len(times) // 2], of)
        yield Figure(f"scale: {len(found)} filters by key, {name}, median", middle, KEY_MS, "ms", aim, at_most=True)
        slowest = times[-1]
        what = f"scale: {slowest.text}, {name}, the slowest"
        yield Figure(what, getattr(slowest, of), KEY_MS, "ms", aim, at_most=True)


def _words(large: Path) -> Iterator[Figure]:
    """A rare word, one of most bodies, one of none, two; an id and the end of it."""
    with closing(Store.open(large, "default")) as store:
        (row,) = store.rows([EVENTS // 2])
    texts = {
        "a rare word": RARE,
        "a common word": "bluehat",
        "a word that is nowhere": "nowhere_at_all",
        "a rare word and a common one": f"{RARE} bluehat",
        "an id": row.object_id,
        "the end of an id, as id:": f"id:{row.object_id[-9:]}",
    }
    for name, each in zip(texts, asyncio.run(_find(large, list(texts.values()))), strict=True):
        yield Figure(f"scale: {name}, first of {each.rows:,} rows", each.first, WORD_MS, "ms", 1.0, at_most=True)
        if each.rows:
            yield Figure(f"scale: {name}, all rows", each.all_, WORD_MS, "ms")


def _reading(large: Path) -> Figure:
    """Have the words read, as the indexer does in the pauses; deliveries a second, beside those that are stored."""
    path = large / "inspector.db"
    with closing(open_reader(path)) as store, closing(open_words(path)) as words:
        start_over(store, words)
        begun = perf_counter()
        while add_next(store, words):
            pass
        taken = perf_counter() - begun
        count = int(words.execute("SELECT delivery FROM read_so_far").fetchone()[0])
    return Figure("scale: words of deliveries read a second, in the pauses", count / taken, 1_000.0, "/s")


def _screen(place: Path, large: Path) -> Iterator[Figure]:
    """Processes of their own that open an empty store and the large one, in turns."""
    pairs = [[_told(each) for each in (place / "nothing", large)] for _ in range(ROUNDS)]
    empty, full = ([each[side] for each in pairs] for side in (0, 1))
    more = median(each[0] for each in full) - median(each[0] for each in empty)
    yield Figure(f"scale: {EVENTS:,} events to first rows, more than none", more, OPEN_MS, "ms", 1.0, at_most=True)
    for name, side, aim in (("", full, 1.0), (" of none", empty, None)):
        memory = median(each[1] for each in side)
        yield Figure(f"scale: memory of the screen{name}, with filters", memory, MEMORY_MB, "MB", aim, at_most=True)


def _told(place: Path) -> list[float]:
    command = [sys.executable, "-m", __name__, str(place)]
    return [float(each) for each in subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()]


async def _shown(place: Path) -> float:
    """Open the screen on a store, and look for a word and by a key; the milliseconds until the first rows."""
    begun = perf_counter()

    async def opening() -> Workspace:
        workspace = await Workspace.open(Options(data=place, port=0))
        await workspace.listen()
        return workspace

    app = InspectorApp(opening)
    async with app.run_test(size=(140, 45)) as pilot:
        while not app.screen.query(EventList):
            await pilot.pause(0.001)
        await pilot.pause()
        taken = (perf_counter() - begun) * 1000
        for text in ("connector:stripe", RARE, ""):
            await pilot.press("slash", *({":": "colon"}.get(each, each) for each in text))
            await pilot.pause(1.0)
            await pilot.press("escape")
        await app.action_quit()
        await pilot.pause()
    return taken


async def _trimming(large: Path) -> list[Figure]:
    """What storing and the loop notice of it: a delivery every few milliseconds, without trimming and with it."""
    store = Store.open(large, "default")
    with closing(store):
        settle()
        some = cycle(deliveries(200, EVENTS * 2))
        before = await _noticed(store, some, lambda rounds: rounds < 500)
        first, begun = store.rows(store.ids(parse_query("since:99999d"), NOW)[:1])[0].delivery, perf_counter()
        store.tend(Retention(seconds=EVENTS), lambda: NOW + EVENTS + TRIMMED, lambda: None)
        left = [first]

        def going(_: int) -> bool:
            left[0] = store._reader.execute("SELECT min(number) FROM deliveries").fetchone()[0]
            return left[0] < first + TRIMMED

        during = await _noticed(store, some, going)
    rate = TRIMMED / (perf_counter() - begun)
    figures = [Figure("scale: trimmed a second, while some arrive", rate, 1_000.0, "/s")]
    for what, times, usual in zip(("loop lag", "answer to a delivery"), during, before, strict=True):
        for name, place in (("p99", int(len(times) * 0.99)), ("max", -1)):
            figures.append(Figure(f"scale: {what} while trimming, {name}", times[place], PAUSE_MS, "ms", 1.0, True))
        figures.append(Figure(f"scale: {what} without, max", usual[-1], PAUSE_MS, "ms"))
    return figures


async def _noticed(
    store: Store, some: Iterator[Handled], going: Callable[[int], bool]
) -> tuple[list[float], list[float]]:
    """Milliseconds by which a tick came late, and from putting a delivery to its being kept, each sorted."""
    lags, answers = list[float](), list[float]()
    while going(len(lags)):
        request, inspection = next(some)
        begun = perf_counter()
        await store.put(request, "", inspection)
        put_at = perf_counter()
        await asyncio.sleep(0.005)
        answers.append((put_at - begun) * 1000)
        lags.append((perf_counter() - put_at - 0.005) * 1000)
    return sorted(lags), sorted(answers)


if __name__ == "__main__":
    shown = asyncio.run(_shown(Path(sys.argv[1])))
    sys.stdout.write(f"{shown} {most_memory()}")
