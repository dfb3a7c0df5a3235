"""The processor's behaviour, simulated against an app: it retries as it documents, and what can go wrong does.

Time is compressed: hours between two tries are waited for in moments, and told as hours. Chance is seeded, so that a
run can be had again.
"""

import asyncio
import heapq
from collections import deque
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from itertools import count
from random import Random

import msgspec
from msgspec.structs import replace

from inspector.certificates import trusted
from inspector.core import Connector, sign
from inspector.core.retry import judge, timeout_of
from inspector.forwarder import Forwarder
from inspector.library import Sample
from inspector.model import CapturedRequest, Destination, ForwardAttempt
from inspector.trigger import compose

__all__ = ["Simulation", "Trouble", "Try"]

_PATIENCE = 30.0  # seconds that an app has where the processor does not say how long it waits


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """What goes wrong. Probabilities from 0 to 1, times in seconds of the simulated clock.

    `every` is the time from one event to the next (0: all at once), `delay` the most that one is late by, `outage` how
    long the app cannot be reached, from the first event on.
    """

    duplicates: float = 0.0
    lost: float = 0.0
    reorder: float = 0.0
    delay: float = 0.0
    outage: float = 0.0
    every: float = 1.0


class Try(msgspec.Struct, frozen=True):
    """One delivery of an event. `at` is in seconds of the simulated clock, `number` counts the tries from 1.

    `what` is a try, a copy of what was received already, or lost: sent by the processor, and never with the app, which
    is also what an outage does. `next` is when it is sent again; None where it is not.
    """

    at: float
    event: int
    sample: str
    number: int
    what: str
    attempt: ForwardAttempt | None
    received: bool
    why: str
    next: float | None = None
    changed: bool = False

    @property
    def given_up(self) -> bool:
        """Whether the processor sends it no more, and believes that the app does not have it."""
        return not self.received and self.next is None and self.what != "copy"


class Simulation:
    """A processor that sends events to an app, and believes what it answers."""

    def __init__(
        self,
        connector: Connector,
        samples: Sequence[Sample],
        settings: Mapping[str, str],
        destination: Destination,
        clock: Callable[[], float],
        schedule: Sequence[float],
        trouble: Trouble,
        seed: int,
        compression: float,
    ) -> None:
        self.connector, self.destination, self.schedule, self.seed = connector, destination, schedule, seed
        self.names = [each.name for each in samples]
        self._settings, self._clock, self._trouble, self._compression = settings, clock, trouble, compression
        self._chance = Random(seed)  # noqa: S311 - a run has to be the same again
        self._samples = samples
        self._requests = [self._made(each, destination.url) for each in samples]
        self._patience = timeout_of(connector) or _PATIENCE
        self._sender = Forwarder(clock)
        trusted(destination)  # a file that is not there is told now
        self._now = 0.0
        self._turn = count()
        self._due: list[tuple[float, int, int, int]] = []  # when, turn, event, number of the try
        self._held: deque[tuple[float, int, int, int]] = deque()
        self._holding: int | None = None
        self._answers: dict[int, int | None] = {}

    def _made(self, sample: Sample, url: str) -> CapturedRequest:
        """An event of its own: its id comes from the seed."""
        token = f"{self._chance.getrandbits(64):016x}"
        return compose(self.connector, sample.request, url, token, self._clock())

    async def run(self) -> AsyncGenerator[Try, None]:
        """Every delivery as it happens, until each event is received or given up."""
        for place, at in enumerate(self._begin()):
            self._later(at, place, 1)
        try:
            while self._due:
                at, turn, event, number = heapq.heappop(self._due)
                if self._holding not in (None, event) and event not in self._answers:
                    self._held.append((at, turn, event, number))
                    continue
                await asyncio.sleep(max(0.0, at - self._now) / self._compression)
                self._now = max(self._now, at)
                yield await self._try(event, number)
        finally:
            await self._sender.close()

    def _begin(self) -> list[float]:
        """When each event is sent first."""
        trouble, chance = self._trouble, self._chance
        times = [place * trouble.every + chance.random() * trouble.delay for place in range(len(self._requests))]
        for place in range(1, len(times)):
            if chance.random() < trouble.reorder:
                times[place - 1], times[place] = times[place], times[place - 1]
        return times

    def _later(self, at: float, event: int, number: int) -> None:
        heapq.heappush(self._due, (at, next(self._turn), event, number))

    async def _try(self, event: int, number: int) -> Try:
        sample, at, again = self._samples[event].name, self._now, event in self._answers
        chance_of_loss = self._trouble.lost if number == 1 and not again else 0.0
        if at < self._trouble.outage or self._chance.random() < chance_of_loss:
            why = "the app cannot be reached" if at < self._trouble.outage else "lost on the way"
            return Try(at, event, sample, number, "lost", None, False, why, self._fail(event, number))
        request = sign(self.connector, self._requests[event], self._settings, self._clock())
        attempt = await self._sender.deliver(request, replace(self.destination, timeout=self._patience))
        self._now += attempt.elapsed
        found = judge(self.connector, attempt)
        if again:
            changed = (self._answers[event] or 0) // 100 != (attempt.status_code or 0) // 100
            return Try(at, event, sample, number, "copy", attempt, found.accepted, found.why, changed=changed)
        if found.accepted:
            self._succeed(event, attempt)
        due = None if found.accepted else self._fail(event, number)
        return Try(at, event, sample, number, "try", attempt, found.accepted, found.why, due)

    def _succeed(self, event: int, attempt: ForwardAttempt) -> None:
        """Received; by chance it comes once more all the same."""
        self._answers[event] = attempt.status_code
        if self._chance.random() < self._trouble.duplicates:
            self._later(self._now + self._chance.random() * 60, event, 2)
        self._release(event)

    def _fail(self, event: int, number: int) -> float | None:
        """Not received: when it is tried again, and whether all that is later waits for it."""
        if number > len(self.schedule):
            self._release(event)
            return None
        due = self._now + self.schedule[number - 1]
        if self.connector.document.retries.holds_back and self._holding is None:
            self._holding = event
        self._later(due, event, number + 1)
        return due

    def _release(self, event: int) -> None:
        """What was held back goes on, in its order."""
        if self._holding == event:
            self._holding = None
            for at, turn, each, number in self._held:
                heapq.heappush(self._due, (max(at, self._now), turn, each, number))
            self._held.clear()
