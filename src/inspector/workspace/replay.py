"""Replay: what has come is sent once more, in its order, at a pace, and each answer stands beside the recorded one."""

import asyncio
import math
import time
from collections import Counter, deque
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Final

import msgspec

from inspector.model import Delivery, Destination, ForwardAttempt, ForwardMode, InspectorError, seconds
from inspector.workspace.destinations import signed

if TYPE_CHECKING:
    from inspector.workspace.sending import Sending

__all__ = ["Pace", "Replayed", "Tally", "read_pace", "replay"]

Sign = Callable[[Delivery, Destination], Delivery]
"""Signs a delivery now for a destination. Raises InspectorError where it cannot."""

_AT_ONCE: Final = 64  # deliveries that are on their way together where a pace is to be kept


class Pace(msgspec.Struct, frozen=True):
    """How fast: so many times as fast as they came, or so many a second; else each when the one before is answered."""

    speed: float | None = None
    rate: float | None = None

    @property
    def is_kept(self) -> bool:
        """Whether a delivery has its time, whatever has been answered by then."""
        return self.speed is not None or self.rate is not None

    def offset(self, place: int, since: float) -> float:
        """When the delivery at a place is sent, in seconds from the first; `since` is how long after it it came."""
        if self.rate is not None:
            return place / self.rate
        return since / self.speed if self.speed is not None else 0.0


def read_pace(text: str) -> Pace:
    """10x, ten times as fast as they came; 50/s, so many a second; nothing: each when the one before is answered.

    Raises InspectorError.
    """
    words = text.replace(" ", "").lower()
    if not words:
        return Pace()
    try:
        number = float(words.removesuffix("/s").removesuffix("x"))
        if 0 < number < math.inf and words.endswith(("x", "/s")):
            return Pace(rate=number) if words.endswith("/s") else Pace(speed=number)
    except ValueError:
        pass
    raise InspectorError(f"{text!r} is no pace", hint="Write 10x, 50/s, or nothing", exit_code=2)


class Replayed(msgspec.Struct, frozen=True):
    """A delivery that was sent once more. `recorded` is the status of the last attempt that is stored of it; None
    where nobody answered, or it was never forwarded (`was_forwarded`)."""

    delivery: Delivery
    attempt: ForwardAttempt

    @property
    def was_forwarded(self) -> bool:
        """Whether there is an answer to compare with."""
        return bool(self.delivery.attempts)

    @property
    def recorded(self) -> int | None:
        """The status that was recorded."""
        return self.delivery.attempts[-1].status_code if self.delivery.attempts else None

    @property
    def differs(self) -> bool:
        """Whether the answer is of another class than the recorded one: 2xx and 5xx, an answer and none. What a message
        queue has confirmed is as good as 2xx."""
        return self.was_forwarded and _good_as(self.attempt) != _good_as(self.delivery.attempts[-1])


def _good_as(attempt: ForwardAttempt) -> str:
    return "2xx" if attempt.confirmation else attempt.kind


class Tally:
    """What came of a replay so far, and how far it is."""

    def __init__(self, total: int) -> None:
        self.total = total
        self._begun = time.perf_counter()
        self._classes: Counter[str] = Counter()
        self._elapsed: list[float] = []
        self._differing = self._compared = self._as_they_came = 0

    @property
    def done(self) -> int:
        """How many are answered."""
        return len(self._elapsed)

    def add(self, each: Replayed) -> None:
        """One more is answered."""
        self._classes[each.attempt.kind] += 1
        self._elapsed.append(each.attempt.elapsed)
        self._compared += each.was_forwarded
        self._differing += each.differs
        self._as_they_came += each.attempt.mode is ForwardMode.VERBATIM

    def progress(self) -> str:
        """How far it is, and for how long it will go on."""
        left = (time.perf_counter() - self._begun) / max(self.done, 1) * (self.total - self.done)
        return f"{self.done:,} of {self.total:,}" + (f", {left:,.0f} s left" if self.done else "")

    def words(self) -> str:
        """All of it in a few lines."""
        if not self.done:
            return "Nothing was answered"
        took = time.perf_counter() - self._begun
        times, end = sorted(self._elapsed), self.done - 1
        median, slow = (times[round(end * part)] * 1000 for part in (0.5, 0.95))
        answers = ", ".join(f"{number:,} {name}" for name, number in sorted(self._classes.items()))
        return (
            f"{self.done:,} sent in {took:,.1f} s: {answers}; half within {median:,.0f} ms, 95 % within"
            f" {slow:,.0f} ms\n{self._against_recorded()}; {self._as_they_came:,} as they came, the others signed now"
        )

    def _against_recorded(self) -> str:
        if not self._compared:
            return "no answer is recorded to compare with"
        return f"{self._differing:,} of {self._compared:,} with another answer than the recorded one"

    def failed(self, expect: str | None) -> bool:
        """Whether something is not as it is expected."""
        if expect == "recorded":
            return self._differing > 0 or not self._compared
        if expect == "accepted":
            return self._classes["2xx"] + self._classes["confirmed"] < self.done
        return self._classes["no answer"] > 0


async def replay(
    workspace: "Sending",
    deliveries: Sequence[int],
    destination: Destination,
    pace: Pace,
    *,
    anew: bool,
    sign: Sign | None = None,
) -> AsyncGenerator[Replayed, None]:
    """Send stored deliveries to a destination, and tell of each once it is answered, in their order. Nothing of it is
    stored. With `anew` they are signed now, by `sign` where it is not to be the workspace; what nobody could sign goes
    as it came, and its attempt says so."""
    signing, free = sign or partial(signed, workspace), asyncio.Semaphore(_AT_ONCE if pace.is_kept else 1)
    running: deque[asyncio.Task[Replayed]] = deque()

    async def send(stored: Delivery) -> Replayed:
        try:
            made, mode = stored, ForwardMode.VERBATIM
            if anew or destination.signs:
                with suppress(InspectorError):
                    made, mode = signing(stored, destination), ForwardMode.RESIGNED
            return Replayed(stored, await workspace.send(made, destination, mode))
        finally:
            free.release()

    try:
        async for stored in _in_time(workspace, deliveries, pace):
            await free.acquire()
            running.append(asyncio.create_task(send(stored)))
            while running and running[0].done():
                yield running.popleft().result()
        while running:
            yield await running.popleft()
    finally:
        for task in running:
            task.cancel()


async def _in_time(workspace: "Sending", deliveries: Sequence[int], pace: Pace) -> AsyncGenerator[Delivery, None]:
    """Each delivery when its time has come."""
    loop = asyncio.get_running_loop()
    begun, since, before = loop.time(), 0.0, math.inf
    for place, number in enumerate(deliveries):
        stored = workspace.delivery(number)
        came = seconds(stored.request.received_at)
        since, before = since + max(0.0, came - before), came  # where it begins again, the time goes on
        await asyncio.sleep(max(0.0, begun + pace.offset(place, since) - loop.time()))
        yield stored
