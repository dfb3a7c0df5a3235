"""The screen on a real workspace: from a request's arrival to its row, a session of 100,000 events, a key to its frame.

Requests come over HTTP from this process and are stored before they are answered; the screen is drawn headless, as
large as a terminal usually is. The references are the aims, in milliseconds; a key is told beside an empty pause.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import perf_counter
from typing import Final

import aiohttp
from textual.pilot import Pilot

from inspector.app import InspectorApp
from inspector.app.widgets.event_list import EventList
from inspector.core import sign, throwaway_settings
from inspector.library import folder, samples
from inspector.model import CapturedRequest, InspectorError
from inspector.workspace import Options, Workspace
from tests.benchmarks.figures import Figure

__all__ = ["measure"]

SIZE: Final = (140, 45)
RATES: Final = (50, 500)
SECONDS: Final = 6
LARGE: Final = 100_000
KEYS: Final = 100
ARRIVAL_MS, OPEN_MS = 100.0, 1_000.0


@asynccontextmanager
async def _screen(place: Path) -> AsyncIterator[tuple[Workspace, Pilot[InspectorError | None], float]]:
    """The app on a workspace that listens; the milliseconds from the opening to the first rows."""
    opened: list[Workspace] = []

    async def opening() -> Workspace:
        workspace = await Workspace.open(Options(data=place, port=0))
        await workspace.listen()
        opened.append(workspace)
        return workspace

    app = InspectorApp(opening)
    begun = perf_counter()
    async with app.run_test(size=SIZE) as pilot:
        while not app.screen.query(EventList):
            await pilot.pause(0.001)
        await pilot.pause()
        yield opened[0], pilot, (perf_counter() - begun) * 1000
        await app.action_quit()
        await pilot.pause()


def _request(workspace: Workspace) -> CapturedRequest:
    connector = workspace.service.connectors["stripe"]
    sample = next(each for each in samples(folder(), "stripe") if each.name == "payment_intent.succeeded")
    return sign(connector, sample.request, throwaway_settings(connector), workspace.clock())


async def _arrivals(place: Path, rate: int) -> list[float]:
    """Milliseconds from sending a request to its row being part of the list, sorted; at `rate` a second."""
    async with _screen(place) as (workspace, pilot, _), aiohttp.ClientSession() as client:
        view, request = pilot.app.screen.query_one(EventList), _request(workspace)
        headers = {name: value for name, value in request.headers if name.lower() != "host"}
        sent: list[float] = []
        seen: list[float] = []

        async def post(at: float) -> None:
            await asyncio.sleep(max(0.0, at - perf_counter()))
            sent.append(perf_counter())
            async with client.post(f"{workspace.address}/stripe", data=request.body, headers=headers) as answer:
                await answer.read()

        async def look() -> None:
            while len(seen) < rate * SECONDS:
                now = perf_counter()
                seen.extend([now] * (len(view) - len(seen)))
                await asyncio.sleep(0.001)

        begun = perf_counter()
        posts = [asyncio.create_task(post(begun + number / rate)) for number in range(rate * SECONDS)]
        await asyncio.gather(look(), *posts)
    return sorted((there - here) * 1000 for here, there in zip(sent, seen, strict=True))


async def _large(place: Path) -> tuple[float, list[float], list[float]]:
    """Milliseconds until a session of 100,000 events is there, those of a key while one scrolls in it, and those that
    the test's own waiting takes without a key; both sorted."""
    workspace = await Workspace.open(Options(data=place, port=0))
    request = _request(workspace)
    inspection = workspace.service.handle(request, "stripe", {})
    for _ in range(0, LARGE, 500):
        await asyncio.gather(*[workspace._store.put(request, "", inspection) for _ in range(500)])
    await workspace.close()
    taken: list[float] = []
    waited: list[float] = []
    async with _screen(place) as (_, pilot, opened):
        view = pilot.app.screen.query_one(EventList)
        assert len(view) == LARGE
        for number in range(KEYS):
            begun = perf_counter()
            await pilot.pause()
            waited.append((perf_counter() - begun) * 1000)
            begun = perf_counter()
            view.action_move(-1, pages=number % 2 == 0)
            await pilot.pause()
            taken.append((perf_counter() - begun) * 1000)
    return opened, sorted(taken), sorted(waited)


def measure() -> Iterator[Figure]:
    """Each against its aim."""
    for rate in RATES:
        with tempfile.TemporaryDirectory() as name:
            taken = asyncio.run(_arrivals(Path(name), rate))
        for what, share in (("p50", 0.5), ("p99", 0.99)):
            found = taken[int(len(taken) * share)]
            yield Figure(
                f"screen: arrival to row {what} at {rate} a second", found, ARRIVAL_MS, "ms", 1.0, at_most=True
            )
    with tempfile.TemporaryDirectory() as name:
        opened, keys, waited = asyncio.run(_large(Path(name)))
    yield Figure("screen: 100,000 events opened", opened, OPEN_MS, "ms", 1.0, at_most=True)
    late = int(KEYS * 0.99)
    yield Figure("screen: key to frame p99 / a pause", keys[late], waited[late], "ms")
