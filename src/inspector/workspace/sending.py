"""Sending what has come: to the destinations, by hand and by the queue, and as a processor would."""

import secrets
from collections.abc import AsyncIterator, Sequence

from inspector.certificates import trusted
from inspector.core import EventService, sign, throwaway_settings
from inspector.core.destination import check_app
from inspector.core.message import messages
from inspector.core.receiver_path import beyond
from inspector.forwarder import Forwarder, not_sent
from inspector.library import Sample
from inspector.model import (
    CapturedRequest,
    Delivery,
    Destination,
    ForwardAttempt,
    ForwardMode,
    InspectorError,
    Job,
    Notice,
)
from inspector.publisher import Publisher, check_client
from inspector.settings import Settings
from inspector.store import Jobs, Store
from inspector.trigger import compose
from inspector.workspace.changes import Change, Watcher
from inspector.workspace.destinations import chosen, signed
from inspector.workspace.options import Options
from inspector.workspace.queue import ForwardQueue
from inspector.workspace.reading import Reading, completed

__all__ = ["Sending"]


class Sending(Reading):
    """A session whose deliveries are sent on, and that tells what is new in it."""

    def __init__(self, options: Options, service: EventService, settings: Settings, store: Store) -> None:
        super().__init__(options, service, settings, store)
        self.destinations = {each.key: each for each in options.destinations}
        self.down: dict[str, float] = {}  # destinations that do not listen, and since when, in Unix seconds
        self.queue = ForwardQueue(self)
        self._forwarder = Forwarder(self.clock)
        self._publisher = Publisher(self.clock)
        self._watchers: set[Watcher] = set()
        self._untold: list[Notice] = []
        for each in options.destinations:  # a file that is not there is told now, and a client too
            trusted(each)
            if each.is_queue:
                check_client(each)

    @property
    def forward_to(self) -> str | None:
        """Where deliveries go, in a word: the app's address, or how many destinations there are."""
        urls = [each.address for each in self.destinations.values()]
        return f"{len(urls)} destinations" if len(urls) > 1 else next(iter(urls), None)

    @property
    def app_down_since(self) -> float | None:
        """Since when an app has not been listening, in Unix seconds; None where all are there."""
        return min(self.down.values(), default=None)

    @property
    def jobs(self) -> Jobs:
        """What the destinations have still to get."""
        return self._store.jobs

    async def forward(self, delivery: int, where: str | None = None) -> list[ForwardAttempt]:
        """Send a delivery to the destinations that take it, or to the one or the address that is named, and keep the
        attempts. Raises InspectorError where that is none."""
        stored = self._store.delivery(delivery)
        return [await self.attempt(stored, each) for each in chosen(self, stored, where)]

    async def attempt(
        self, delivery: Delivery, destination: Destination, mode: ForwardMode = ForwardMode.VERBATIM
    ) -> ForwardAttempt:
        """Send a delivery, and keep the attempt; `mode` says how the request was made, and what came is signed anew
        for a destination with a secret of its own."""
        try:
            if destination.signs and mode is ForwardMode.VERBATIM:
                delivery, mode = signed(self, delivery, destination), ForwardMode.RESIGNED
            attempt = await self.send(delivery, destination, mode)
        except InspectorError as error:
            attempt = not_sent(delivery.number, destination, self.clock(), error)
        return await self.keep(attempt)

    async def send(self, delivery: Delivery, destination: Destination, mode: ForwardMode) -> ForwardAttempt:
        """Send a delivery as it is given; a message queue gets its events. Never raises, and keeps nothing."""
        if not destination.is_queue:
            rest = beyond(delivery.request.path, delivery.inspection.connector)
            return await self._forwarder.send(delivery.number, delivery.request, destination, mode, rest)
        try:
            anew = self.inspect(delivery)
            inspection = anew if mode is ForwardMode.EDITED else completed(delivery.inspection, anew)
            found = messages(delivery.request, delivery.label, inspection)
            return await self._publisher.send(delivery.number, found, destination, mode)
        except InspectorError as error:
            return not_sent(delivery.number, destination, self.clock(), error)

    async def send_job(self, job: Job, destination: Destination) -> ForwardAttempt:
        """Send a delivery that a destination has still to get. Never raises, and keeps nothing."""
        try:
            if not destination.signs and not destination.is_queue:
                request = job.request or self.jobs.request(job.delivery)  # without what was made of it
                rest = beyond(request.path, job.connector)
                return await self._forwarder.send(job.delivery, request, destination, beyond=rest)
            delivery, mode = self._store.delivery(job.delivery), ForwardMode.VERBATIM
            if destination.signs:
                delivery, mode = signed(self, delivery, destination), ForwardMode.RESIGNED
        except InspectorError as error:
            return not_sent(job.delivery, destination, self.clock(), error)
        return await self.send(delivery, destination, mode)

    async def keep(self, attempt: ForwardAttempt) -> ForwardAttempt:
        """Keep an attempt, and tell of it."""
        await self._store.put_attempt(attempt)
        self.forwarded(attempt.delivery)
        return attempt

    def attempts(self, delivery: int) -> tuple[ForwardAttempt, ...]:
        """The attempts to forward a delivery."""
        return self._store.delivery(delivery).attempts

    async def trigger(self, sample: Sample, changes: Sequence[tuple[str, str]], url: str) -> ForwardAttempt:
        """Send a sample, changed and signed; a throwaway secret signs where none is set. Raises InspectorError."""
        connector, now = self.service.connectors[sample.connector], self.clock()
        settings = self.settings_of(sample.connector)
        if not settings.get(connector.secret):
            settings = {**throwaway_settings(connector), **settings}
        where = check_app(url).url
        request = compose(connector, sample.request, where, secrets.token_hex(8), now, changes)
        return await self.deliver(sign(connector, request, settings, now))

    async def deliver(self, request: CapturedRequest) -> ForwardAttempt:
        """Send a request to its own address, as its processor would. Never raises, and keeps nothing."""
        return await self._forwarder.deliver(request)

    async def changes(self) -> AsyncIterator[Change]:
        """What is new, as it happens. A slow reader gets one change for all that it missed."""
        watcher = Watcher()
        self._watchers.add(watcher)
        while self._untold:
            watcher.told(self._untold.pop(0))
        try:
            while True:
                yield await watcher.next()
        finally:
            self._watchers.discard(watcher)

    def forwarded(self, delivery: int) -> None:
        """An attempt to forward a delivery was stored."""
        for watcher in self._watchers:
            watcher.forwarded(delivery)

    def tell(self, notice: Notice) -> None:
        """Let whoever looks know; what is told before anybody looks waits for the first."""
        for watcher in self._watchers:
            watcher.told(notice)
        if not self._watchers:
            self._untold.append(notice)
