"""The queue: what has arrived goes to each destination in the order in which it came, and waits in the store for it.

What a destination answers ends its turn: what the processor would not take as received is tried again later, and the
next one goes on, as it would in production. While nothing listens there, nothing overtakes and nothing is counted:
the whole queue waits, and goes on as soon as something does.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Collection
from contextlib import suppress
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple

from inspector.core.retry import judge, retries_of
from inspector.model import Delivery, Destination, Failure, ForwardAttempt, InspectorError, Job, Notice
from inspector.workspace.health import listens

if TYPE_CHECKING:
    from inspector.workspace.sending import Sending

__all__ = ["ForwardQueue"]

_TOGETHER: Final = 64  # jobs that are looked up at once
_UNWRITTEN: Final = 256  # tries that may be on their way to the disk: so many are made again after kill -9
_GLANCE: Final = 1.0  # seconds between two looks at what has become due
_MISSING: Final = 0.25  # seconds between two looks for a destination that does not listen
_AGAIN: Final = 3  # how often what was cut off is sent again at once
_OFTEN: Final = 0.5  # seconds between two counts
_GRACE: Final = 5.0  # seconds that what is on its way has, to be answered, when the workspace closes


class ForwardQueue:
    """The jobs of all destinations. Nothing is lost with it: what it knows is in the store."""

    def __init__(self, workspace: "Sending") -> None:
        self._workspace = workspace
        self._lanes = {key: _Lane(workspace, each) for key, each in workspace.destinations.items()}
        self._workers: list[asyncio.Task[None]] = []
        self._counted: tuple[int, float] = (0, -_OFTEN)
        self.paused = False

    @property
    def waiting(self) -> int:
        """How many jobs there are, counted anew twice a second at most: there may be many."""
        now = asyncio.get_running_loop().time()
        if now - self._counted[1] >= _OFTEN:
            with suppress(InspectorError):  # the screen asks when it is drawn, and nothing may go wrong there
                self._counted = (sum(self._workspace.jobs.waiting().values()), now)
        return self._counted[0]

    def start(self) -> None:
        """Send what waits, and what will."""
        for lane in self._lanes.values():
            self._workers += [asyncio.create_task(lane.work()) for _ in range(lane.destination.concurrency)]

    def wake(self, destinations: Collection[str] | None = None) -> None:
        """There is something for these destinations; None: for any."""
        for key in self._lanes if destinations is None else destinations:
            self._lanes[key].woken.set()

    def pause(self, paused: bool) -> None:
        """Send nothing for a while, or go on. What arrives is kept for then."""
        self.paused = paused
        for lane in self._lanes.values():
            lane.paused = paused
        self.wake()

    async def missed(self, delivery: Delivery, destination: Destination, attempt: ForwardAttempt) -> None:
        """Let a destination get later what it has not answered, where its sender believes that it has it: at once where
        nothing or perhaps nothing came through, else when it would be tried again."""
        workspace, connector = self._workspace, delivery.inspection.connector
        at_once = attempt.failure in (Failure.NOT_THERE, Failure.CUT_OFF)
        left = retries_of(destination.retries, workspace.service.connectors.get(connector))
        if at_once or left:
            due = 0.0 if at_once else workspace.clock() + left[0]
            await workspace.jobs.add(delivery, destination.key, 0 if at_once else 1, due)
            self.wake((destination.key,))

    async def hasten(self, delivery: int) -> int:
        """Try a delivery again now, wherever it waits; how many destinations those are."""
        found = await self._workspace.jobs.hasten(delivery, self._workspace.clock())
        self.wake()
        return found

    async def cancel(self, delivery: int) -> int:
        """Try a delivery no more; how many destinations had still to get it."""
        found = await self._workspace.jobs.cancel(delivery)
        self.forget()
        return found

    def forget(self) -> None:
        """Look up anew what is to be sent."""
        for lane in self._lanes.values():
            lane.forget()

    async def close(self) -> None:
        """Begin nothing more, and wait a moment for the answers that are on their way."""
        for lane in self._lanes.values():
            lane.closing.set()
            lane.woken.set()
        if self._workers:
            await asyncio.wait(self._workers, timeout=_GRACE)
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)


class _Ended(NamedTuple):
    """What came of a job, and when it is tried again; None where it is not."""

    job: Job
    attempt: ForwardAttempt
    due: float | None


class _Lane:
    """The jobs of one destination, each payment's in order."""

    def __init__(self, workspace: "Sending", destination: Destination) -> None:
        self.destination = destination
        self.woken = asyncio.Event()
        self.closing = asyncio.Event()
        self.paused = False
        self.sent: dict[int, Job] = {}  # and not answered yet
        self._workspace = workspace
        self._answered: set[int] = set()  # and not written yet
        self._unwritten: set[int] = set()  # of them, which the store could not take so far
        self._window: deque[Job] = deque()
        self._cut_off: Counter[int] = Counter()
        schedules = [retries_of(destination.retries, each) for each in (None, *workspace.service.connectors.values())]
        self._longest = max(chain.from_iterable(schedules), default=0.0)  # seconds between two tries
        self._there = asyncio.Event()
        self._there.set()

    def forget(self) -> None:
        """Look up anew what is to be sent."""
        self._window.clear()

    async def work(self) -> None:
        """Send one job after the other, until nothing more is to be begun."""
        while not self.closing.is_set():
            try:
                if (job := await self._take()) is not None:
                    await self._send(job)
            except InspectorError as error:  # the store cannot be read or written
                self._workspace.tell(Notice(error.title, error.detail, bad=True))
                await _within(self.closing, _GLANCE)

    async def _send(self, job: Job) -> None:
        self.sent[job.delivery] = job
        try:
            attempt = await self._workspace.send_job(job, self.destination)
            if self._again(job, attempt):
                self.forget()  # it comes first again
                if attempt.failure is Failure.NOT_THERE and self._there.is_set():
                    await self._until_it_listens(attempt)
            else:
                await self._end(job, attempt)
        finally:
            del self.sent[job.delivery]
            self.woken.set()  # what is about the same payment may go now

    async def _take(self) -> Job | None:
        """The first job that may be sent, once there is one; None where nothing more is to be begun."""
        while True:
            await self._there.wait()
            if self.closing.is_set():
                return None
            if not self.paused and (job := self._next()) is not None:
                return job
            self.woken.clear()
            await _within(self.woken, _GLANCE)

    def _next(self) -> Job | None:
        """The first job that is due and about nothing that another one, which came before it, is about."""
        busy = self.sent.keys() | self._answered
        if not self._window:
            now, key = self._workspace.clock(), self.destination.key
            due = self._workspace.jobs.due(key, now, self._longest, _TOGETHER + len(busy))
            self._window.extend(each for each in due if each.delivery not in busy)
        about = {each for job in self.sent.values() for each in job.about.split()}
        for place, job in enumerate(self._window):
            own = job.about.split()
            if about.isdisjoint(own):
                del self._window[place]
                return job
            about.update(own)
        return None

    def _again(self, job: Job, attempt: ForwardAttempt) -> bool:
        """Whether the job keeps its turn: nothing was sent, or perhaps nothing has come through."""
        if attempt.failure is Failure.CUT_OFF:
            self._cut_off[job.delivery] += 1
            return self._cut_off[job.delivery] < _AGAIN
        return attempt.failure is Failure.NOT_THERE

    async def _until_it_listens(self, attempt: ForwardAttempt) -> None:
        """Wait for the destination. The attempt that found nobody there stands for all that would have."""
        workspace, destination = self._workspace, self.destination
        self._there.clear()
        workspace.down.setdefault(destination.key, workspace.clock())
        try:
            await workspace.keep(attempt)
            while not await _within(self.closing, _MISSING) and not await listens(destination):
                pass
        finally:
            workspace.down.pop(destination.key, None)
            self._there.set()

    async def _end(self, job: Job, attempt: ForwardAttempt) -> None:
        """Keep what came of it, and when it is tried again. The next one need not wait for the disk."""
        self._cut_off.pop(job.delivery, None)
        connector = self._workspace.service.connectors.get(job.connector)
        left = retries_of(self.destination.retries, connector)[job.tries :]
        found = judge(connector, attempt)
        due = None if found.accepted or found.late or not left else self._workspace.clock() + left[0]
        self._answered.add(job.delivery)
        written = self._write(_Ended(job, attempt, due))
        if len(self._answered) > _UNWRITTEN:
            await asyncio.wait([written])

    def _write(self, ended: "_Ended") -> "asyncio.Future[None]":
        written = asyncio.ensure_future(self._workspace.jobs.tried(*ended))
        written.add_done_callback(partial(self._written, ended))
        return written

    def _written(self, ended: "_Ended", written: "asyncio.Future[None]") -> None:
        if written.cancelled():
            return
        delivery, error = ended.job.delivery, written.exception()
        if isinstance(error, InspectorError):  # it stays among the answered, so that it is not sent again and again
            if delivery not in self._unwritten:
                self._unwritten.add(delivery)
                self._workspace.tell(Notice(error.title, error.detail, bad=True))
            if not self.closing.is_set():
                asyncio.get_running_loop().call_later(_GLANCE, self._write, ended)
            return
        self._answered.discard(delivery)
        self._unwritten.discard(delivery)
        self._workspace.forwarded(delivery)


async def _within(event: asyncio.Event, seconds: float) -> bool:
    """Whether something happens within so many seconds."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
    return event.is_set()
