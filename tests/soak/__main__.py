"""The screen under load: `python -m tests.soak [--minutes 60] [--rate 200] [--out FILE]`. Needs Linux's /proc.

Deliveries come at a steady rate, whether those before them were answered or not, and an answer's time counts from the
moment at which its delivery was due. Every ten seconds a key is pressed, and a delivery is looked for on the screen.
"""

import argparse
import asyncio
import os
import sys
import tempfile
from array import array
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from time import perf_counter
from typing import Final

import aiohttp
import msgspec

from inspector.store import Store
from inspector.workspace import Workspace
from tests.soak.deliveries import Answered, Deliveries, Stored, own_headers
from tests.soak.figures import Report, Sample, share, table
from tests.soak.watched import Watched, watched

_CONNECTIONS: Final = 32
_EVERY: Final = 10.0  # seconds between two samples
_HELP: Final = b"At the right stands what"
_SETTLED: Final = 0.3  # seconds between two keys
_GLANCE: Final = 3.0  # seconds in which a row is drawn or has gone
_TURNS: Final = 5
_UNHEARD: Final = (aiohttp.ClientError, OSError, TimeoutError)


class Load:
    """Sends deliveries at a rate. `taken` has the milliseconds of each answer in the order of the answers, `late` those
    by which a delivery was sent too late at most, since somebody last asked: then this machine had no time for us."""

    def __init__(self, deliveries: Deliveries, client: aiohttp.ClientSession, rate: float) -> None:
        self._deliveries = deliveries
        self._client = client
        self._rate = rate
        self._open: set[asyncio.Task[None]] = set()
        self.sent = self.refused = 0
        self.late = 0.0
        self.answered = Answered()
        self.taken = array("f")

    async def run(self, seconds: float) -> None:
        """Send for that long, and wait for every answer."""
        begun = perf_counter()
        for turn in range(int(seconds * self._rate)):
            due = begun + turn / self._rate
            if (early := due - perf_counter()) > 0:
                await asyncio.sleep(early)
            self.late = max(self.late, (perf_counter() - due) * 1000)
            self.start(due)
        await asyncio.gather(*self._open)

    def start(self, due: float, native: str = "") -> None:
        """Send the next delivery, behind whoever goes on; one that bears a `native` type is of that type."""
        task = asyncio.create_task(self._send(self.sent, due, native))
        self.sent += 1
        self._open.add(task)
        task.add_done_callback(self._open.discard)

    async def _send(self, number: int, due: float, native: str) -> None:
        now = Workspace.clock()
        request = self._deliveries.named(number, now, native) if native else self._deliveries.make(number, now)
        try:
            async with self._client.post(request.url, data=request.body, headers=own_headers(request)) as answer:
                await answer.read()
        except _UNHEARD:
            self.refused += 1
            return
        self.taken.append((perf_counter() - due) * 1000)
        if answer.ok:
            self.answered.add(number, request.body)
        else:
            self.refused += 1


class Watching:
    """Takes samples of a screen under a load."""

    def __init__(self, screen: Watched, load: Load) -> None:
        self._screen = screen
        self._load = load
        self._begun = perf_counter()
        self.samples: list[Sample] = []

    async def run(self, seconds: float) -> None:
        """Take samples for that long."""
        while perf_counter() - self._begun < seconds - _EVERY:
            begun, answers = perf_counter(), len(self._load.taken)
            worked, drawn = self._screen.worked, self._screen.drawn
            self._load.late = 0.0
            await asyncio.sleep(_EVERY)
            key, row = await self._key(), await self._row()
            taken = self._load.taken[answers:]
            sample = Sample(
                at=perf_counter() - self._begun,
                sent=self._load.sent,
                memory=self._screen.memory / 1024**2,
                work=(self._screen.worked - worked) / (perf_counter() - begun),
                p50=share(taken, 0.5),
                p99=share(taken, 0.99),
                longest=max(taken, default=0.0),
                late=self._load.late,
                key=key,
                row=row,
                drawn=self._screen.drawn - drawn,
            )
            self.samples.append(sample)
            _say(_line(sample))

    async def _key(self) -> float | None:
        """From ? to the help on the screen; ? closes it again, and then somebody reads a little."""
        self._screen.press(b"?")
        try:
            _, took = await self._screen.draws(_HELP)
        except TimeoutError:
            return None
        for key in (b"?", b"k", b"k", b"3", b"1", b"G"):
            await asyncio.sleep(_SETTLED)
            self._screen.press(key)
        await asyncio.sleep(_SETTLED)
        return took

    async def _row(self) -> float | None:
        """From sending a delivery to its row on the screen. One that others have pushed off before there was a frame
        cannot be seen: there are more."""
        for turn in range(_TURNS):
            native = f"soak.seen_{len(self.samples):05d}_{turn}"
            self._load.start(perf_counter(), native)
            with suppress(TimeoutError):
                return (await self._screen.draws(native.encode(), _GLANCE))[1]
        return None


def _line(sample: Sample) -> str:
    def seen(taken: float | None) -> str:
        return "not seen" if taken is None else f"{taken:.0f} ms"

    return (
        f"{sample.at:6.0f} s  {sample.sent:9,}  {sample.memory:7.1f} MiB  {sample.work:4.0%}"
        f"  answers {sample.p50:.1f} {sample.p99:.1f} {sample.longest:.1f} ms  sent late {sample.late:.0f} ms"
        f"  key {seen(sample.key)}  row {seen(sample.row)}  drawn {sample.drawn:,}"
    )


async def _soak(data: Path, minutes: float, rate: float) -> Report:
    deliveries = Deliveries()
    environment = {**_environment(data), **deliveries.variables}
    async with (
        watched("listen", "--port", "0", "--data", data, environment=environment) as (screen, address),
        aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=_CONNECTIONS), timeout=aiohttp.ClientTimeout(total=60)
        ) as client,
    ):
        deliveries.address = address
        load = Load(deliveries, client, rate)
        watching = Watching(screen, load)
        await asyncio.gather(watching.run(minutes * 60), load.run(minutes * 60))
        screen.press(b"q")
        code = await screen.ended()
    begun = perf_counter()
    Store.open(data, "reopened").close()
    reopened = (perf_counter() - begun) * 1000
    quarter = len(load.taken) // 4
    return Report(
        rate=rate,
        minutes=minutes,
        samples=watching.samples,
        answers=[_shares(load.taken[:quarter]), _shares(load.taken[-quarter:])],
        refused=load.refused,
        exit_code=code,
        reopened=reopened,
        stored=Stored.read(data / "inspector.db", load.answered),
    )


def _shares(taken: "array[float]") -> tuple[float, float, float]:
    return share(taken, 0.5), share(taken, 0.99), max(taken, default=0.0)


def _environment(home: Path) -> Mapping[str, str]:
    """Nothing of whoever starts this."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("INSPECTOR_", "XDG_"))}
    return {**kept, "HOME": str(home), "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main() -> int:
    """Exit code 1 where something was refused, lost, doubled or damaged, or the screen did not answer."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description="The screen under load, for an hour.")
    parser.add_argument("--minutes", type=float, default=60.0, help="how long (60)")
    parser.add_argument("--rate", type=float, default=200.0, help="deliveries a second (200)")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write what was found there, as JSON")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        report = asyncio.run(_soak(Path(place), chosen.minutes, chosen.rate))
    if chosen.out is not None:
        chosen.out.write_bytes(msgspec.json.format(msgspec.json.encode(report)))
    _say(table(report))
    return int(not report.sound)


if __name__ == "__main__":
    sys.exit(main())
