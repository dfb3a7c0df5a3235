"""The screen on a real workspace: from a request's arrival to its row, a session of 100,000 events, a key to its frame.

Requests come over HTTP from this process and are stored before they are answered; the screen is drawn headless, as
large as a terminal usually is, and something is there once it has been drawn. The references are the aims, in
milliseconds.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import perf_counter
from typing import Final

import aiohttp
from msgspec.structs import replace
from textual.pilot import Pilot

import inspector.app
from inspector.app import InspectorApp
from inspector.app.widgets.detail import Detail
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
ARRIVAL_MS, OPEN_MS, ROW_MS, DETAIL_MS = 100.0, 1_000.0, 50.0, 100.0


class _App(InspectorApp):
    """Tells of every frame."""

    CSS_PATH = str(Path(inspector.app.__file__).parent / "styles" / "inspector.tcss")
    drawn: Callable[[], None] = staticmethod(lambda: None)

    def post_display_hook(self) -> None:
        """Textual's own hook, after a frame."""
        self.drawn()


@asynccontextmanager
async def _screen(place: Path) -> AsyncIterator[tuple[Workspace, _App, Pilot[InspectorError | None], float]]:
    """The app on a workspace that listens; the milliseconds from the opening to the first rows."""
    opened: list[Workspace] = []

    async def opening() -> Workspace:
        workspace = await Workspace.open(Options(data=place, port=0))
        await workspace.listen()
        opened.append(workspace)
        return workspace

    app = _App(opening)
    begun = perf_counter()
    async with app.run_test(size=SIZE) as pilot:
        while not app.screen.query(EventList):
            await pilot.pause(0.001)
        await pilot.pause()
        yield opened[0], app, pilot, (perf_counter() - begun) * 1000
        await app.action_quit()
        await pilot.pause()


def _request(workspace: Workspace) -> CapturedRequest:
    connector = workspace.service.connectors["stripe"]
    sample = next(each for each in samples(folder(), "stripe") if each.name == "payment_intent.succeeded")
    return sign(connector, sample.request, throwaway_settings(connector), workspace.clock())


def _numbered(request: CapturedRequest, number: int) -> CapturedRequest:
    """The same event with ids of its own."""
    body = request.body.replace(b"evt_", b"evt_%d_" % number).replace(b"pi_", b"pi_%d_" % number)
    return replace(request, body=body)


async def _arrivals(place: Path, rate: int) -> list[float]:
    """Milliseconds from sending a request to its row being drawn, sorted; at `rate` a second."""
    async with _screen(place) as (workspace, app, _, _), aiohttp.ClientSession() as client:
        view, request = app.screen.query_one(EventList), _request(workspace)
        headers = {name: value for name, value in request.headers if name.lower() != "host"}
        sent: list[float] = []
        seen: list[float] = []
        every = asyncio.Event()

        def drawn() -> None:
            seen.extend([perf_counter()] * (len(view) - len(seen)))
            if len(seen) == rate * SECONDS:
                every.set()

        app.drawn = drawn

        async def post(number: int, at: float) -> None:
            await asyncio.sleep(max(0.0, at - perf_counter()))
            sent.append(perf_counter())
            body = _numbered(request, number).body
            async with client.post(f"{workspace.address}/stripe", data=body, headers=headers) as answer:
                await answer.read()

        begun = perf_counter()
        await asyncio.gather(*[post(number, begun + number / rate) for number in range(rate * SECONDS)])
        await every.wait()
    return sorted((there - here) * 1000 for here, there in zip(sent, seen, strict=True))


async def _large(place: Path) -> tuple[float, list[float], list[float]]:
    """Milliseconds until a session of 100,000 events is there, and from a key to the row and to the detail that it
    leads to, sorted."""
    workspace = await Workspace.open(Options(data=place, port=0))
    request = _request(workspace)
    for start in range(0, LARGE, 500):
        numbered = [_numbered(request, number) for number in range(start, start + 500)]
        handled = [(each, workspace.service.handle(each, "stripe", {})) for each in numbered]
        await asyncio.gather(*[workspace._store.put(each, "", inspection) for each, inspection in handled])
    await workspace.close()
    rows: list[float] = []
    details: list[float] = []
    async with _screen(place) as (_, app, pilot, opened):
        view, detail = app.screen.query_one(EventList), app.screen.query_one(Detail)
        assert len(view) == LARGE
        for number in range(KEYS):
            await pilot.pause()
            frame = asyncio.Event()
            app.drawn = frame.set
            begun = perf_counter()
            view.action_move(-1, pages=number % 2 == 0)
            await frame.wait()
            rows.append((perf_counter() - begun) * 1000)
            while detail.delivery is None or view.row is None or detail.delivery.number != view.row.delivery:
                frame.clear()
                await frame.wait()
            details.append((perf_counter() - begun) * 1000)
    return opened, sorted(rows), sorted(details)


def _shares(what: str, found: list[float], aim: float) -> Iterator[Figure]:
    for name, share in (("p50", 0.5), ("p99", 0.99)):
        yield Figure(what.format(name), found[int(len(found) * share)], aim, "ms", 1.0, at_most=True)


def measure() -> Iterator[Figure]:
    """Each against its aim."""
    for rate in RATES:
        with tempfile.TemporaryDirectory() as name:
            taken = asyncio.run(_arrivals(Path(name), rate))
        yield from _shares(f"screen: arrival to row {{}} at {rate} a second", taken, ARRIVAL_MS)
    with tempfile.TemporaryDirectory() as name:
        opened, rows, details = asyncio.run(_large(Path(name)))
    yield Figure("screen: 100,000 events opened", opened, OPEN_MS, "ms", 1.0, at_most=True)
    yield from _shares("screen: key to row {}", rows, ROW_MS)
    yield from _shares("screen: key to detail {}", details, DETAIL_MS)
