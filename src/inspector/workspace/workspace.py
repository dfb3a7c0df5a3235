"""The use cases: open, receive, forward, look. The workspace owns the clock and the tasks, and joins the adapters."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Collection, Coroutine, Mapping, Sequence
from typing import Final

from msgspec.structs import replace

from inspector.collector import settle
from inspector.core import Connector, EventService, parse_query, sign, throwaway_settings
from inspector.core.destination import check_destination, decide
from inspector.forwarder import Forwarder, not_sent
from inspector.library import Sample, folder, load_connectors
from inspector.model import (
    Acknowledgement,
    AnswerMode,
    CapturedRequest,
    Delivery,
    Destination,
    ForwardAttempt,
    ForwardMode,
    InspectorError,
    Notice,
)
from inspector.receiver import Receiver
from inspector.settings import Settings, load_settings
from inspector.store import Store
from inspector.trigger import compose
from inspector.workspace.answers import answer_of_app, answer_to
from inspector.workspace.attach import announce, follow_store, running, withdraw
from inspector.workspace.changes import Change, Watcher
from inspector.workspace.destinations import check_rules, chosen, signed
from inspector.workspace.health import watch_app
from inspector.workspace.needs import explained, needs
from inspector.workspace.options import Options
from inspector.workspace.reading import Reading
from inspector.workspace.remap import follow, remapped
from inspector.workspace.secrets import follow_secrets, verify_unset

__all__ = ["Workspace"]

_PATIENCE: Final = 10.0  # seconds that the app has to answer where its answer is the processor's
_AT_ONCE: Final = 200  # deliveries that are written together when a document has changed
_WAITING: Final = parse_query("signature:key-needed")

SettingsFor = Callable[[Mapping[str, Connector]], Settings]


class Workspace(Reading):
    """One session that is open: its store, its receiver, and the way to the app."""

    def __init__(self, options: Options, service: EventService, settings: Settings, store: Store) -> None:
        super().__init__(options, service, settings, store)
        self.address = ""
        self.attached = False
        self.down: dict[str, float] = {}  # destinations that do not listen, and since when, in Unix seconds
        self.auto_forward = options.auto_forward
        self.answer_mode = options.answer
        self.destinations = {each.key: each for each in options.destinations}
        self._forwarder = Forwarder(self.clock)
        for each in options.destinations:
            self._forwarder.trust(each)  # a file that is not there is told now
        self._receiver = Receiver(self.receive, self.clock, options.max_body)
        self._queue: asyncio.Queue[int] = asyncio.Queue()
        self._tasks: set[asyncio.Task[object]] = set()
        self._watchers: set[Watcher] = set()
        self._missed = False  # whether the last key could not be had

    @classmethod
    async def open(cls, options: Options, settings: SettingsFor = load_settings) -> "Workspace":
        """Compile the connectors, ask for their settings, open the store; nothing listens yet. InspectorError."""
        service = EventService(load_connectors(folder(options.connectors)))
        if options.connector is not None and options.connector not in service.connectors:
            known = ", ".join(service.connectors)
            raise InspectorError(f"There is no connector {options.connector!r}", f"There are {known}", exit_code=2)
        found = settings(service.connectors)
        check_rules(options.destinations, service.connectors, found.source)
        store = Store.open(options.data, options.session)
        try:
            return cls(options, service, found, store)
        except BaseException:
            store.close()
            raise

    @property
    def public_url(self) -> str | None:
        """The address under which the world reaches the receiver, where the user named one."""
        return self.options.public_url

    @property
    def forward_to(self) -> str | None:
        """Where deliveries go, in a word: the app's address, or how many destinations there are."""
        several = len(self.destinations) > 1
        return f"{len(self.destinations)} destinations" if several else next(iter(self._urls), None)

    @property
    def _urls(self) -> list[str]:
        return [each.url for each in self.destinations.values()]

    @property
    def app_down_since(self) -> float | None:
        """Since when an app has not been listening, in Unix seconds; None where all are there."""
        return min(self.down.values(), default=None)

    async def listen(self, *, attach: bool = False) -> str:
        """Start the receiver. Returns its address; raises InspectorError where the port is taken.

        With `attach`, a receiver of another process on the same data folder will do, too: what it stores is told of.
        """
        host = f"[{self.options.host}]" if ":" in self.options.host else self.options.host
        # A keyring may be slow, or ask its user: no delivery waits for it.
        await asyncio.to_thread(self.settings.prepare)
        for each in self.destinations.values():
            self._start(watch_app(self, each))
        try:
            port = await self._receiver.start(self.options.host, self.options.port)
        except InspectorError:
            other = running(self.options.data) if attach else None
            if other is None or other.address != f"http://{host}:{self.options.port}":
                raise
            self.address, self.attached = other.address, True
            self._start(follow_store(self._store.version, self._watchers))
            return self.address
        self.address = f"http://{host}:{port}"
        announce(self.options.data, self.address, self._receiver.token)
        self._start(self._forward_queued())
        self._start(self._verify_waiting())
        self._start(follow(self, folder(self.options.connectors)))
        self._start(verify_unset(self))
        self._start(follow_secrets(self))
        settle()
        return self.address

    async def close(self) -> None:
        """Answer what is in flight, write what is waiting, and close."""
        await self._receiver.stop()
        withdraw(self.options.data)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._forwarder.close()
        await self._keys.close()
        self._store.close()

    async def receive(self, request: CapturedRequest, connector: str | None, label: str) -> Acknowledgement:
        """Inspect a request, keep it, and answer as its processor wants. InspectorError where it cannot be kept."""
        connector = connector or self.options.connector

        def settings(name: str) -> dict[str, str]:
            return self.settings_of(name, label)

        inspection = self.service.handle(request, connector, settings, keys=self._keys.known())
        number = await self._store.put(request, label, inspection)
        if needs(inspection):
            self._start(self.verify(number))
        for watcher in self._watchers:
            watcher.arrived()
        taking = [each for each in self.destinations.values() if decide(each, request, label, inspection).goes]
        if self.answer_mode is AnswerMode.APP and taking:
            soon = replace(taking[0], timeout=min(taking[0].timeout, _PATIENCE))
            return answer_of_app(await self.attempt(self._store.delivery(number), soon))
        if self.auto_forward and taking:
            self._queue.put_nowait(number)
        return answer_to(inspection, self.answer_mode)

    async def verify(self, number: int) -> None:
        """Check a delivery's signatures anew, by the settings of today and the clock of its receipt. The keys that they
        need are fetched; its sender has the answer already."""
        needed = needs(self.inspect(self._store.delivery(number)))
        problems = [problem for address in needed if (problem := await self._keys.fetch(address))]
        stored = self._store.delivery(number)
        inspection = replace(self.inspect(stored), detected=stored.inspection.detected)
        if problems:
            self._missed, inspection = True, explained(inspection, f" It could not be had: {problems[0]}.")
        elif self._missed and not needs(inspection):
            self._missed = False
            self._start(self._verify_waiting())
        await self._store.put_inspection(replace(stored, inspection=inspection))
        for watcher in self._watchers:
            watcher.verified(number)

    async def inspect_anew(self, connectors: Collection[str]) -> tuple[int, int]:
        """Inspect the deliveries of these connectors by the documents in force; how many, and how many differ now."""
        other = 0
        numbers = self._store.deliveries_of(connectors)
        for start in range(0, len(numbers), _AT_ONCE):
            writing = []
            for number in numbers[start : start + _AT_ONCE]:
                stored = self._store.delivery(number)
                delivery, changed = remapped(stored, self.inspect(stored))
                other += bool(changed)
                if changed or stored.before is not None:
                    writing.append(self._store.put_inspection(delivery, changed))
                    for watcher in self._watchers:
                        watcher.verified(number)
                await asyncio.sleep(0)
            await asyncio.gather(*writing)
        return len(numbers), other

    def tell(self, notice: Notice) -> None:
        """Let whoever looks know."""
        for watcher in self._watchers:
            watcher.told(notice)

    async def _verify_waiting(self) -> None:
        """Deliveries whose keys could not be had when they came."""
        for row in self.rows(self.ids(_WAITING)):
            await self.verify(row.delivery)

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
            attempt = await self._forwarder.send(delivery, destination, mode)
        except InspectorError as error:
            attempt = not_sent(delivery.number, destination, self.clock(), error)
        await self._store.put_attempt(attempt)
        for watcher in self._watchers:
            watcher.forwarded(delivery.number)
        return attempt

    async def trigger(self, sample: Sample, changes: Sequence[tuple[str, str]], url: str) -> ForwardAttempt:
        """Send a sample, changed and signed; a throwaway secret signs where none is set. Raises InspectorError."""
        connector, now = self.service.connectors[sample.connector], self.clock()
        settings = self.settings_of(sample.connector)
        if not settings.get(connector.secret):
            settings = {**throwaway_settings(connector), **settings}
        where = check_destination(url).url
        request = compose(connector, sample.request, where, secrets.token_hex(8), now, changes)
        return await self.deliver(sign(connector, request, settings, now))

    async def deliver(self, request: CapturedRequest) -> ForwardAttempt:
        """Send a request to its own address, as its processor would. Never raises, and keeps nothing."""
        return await self._forwarder.deliver(request)

    async def _forward_queued(self) -> None:
        """Deliveries reach the app in the order in which they came."""
        while True:
            stored = self._store.delivery(await self._queue.get())
            for destination in chosen(self, stored):
                await self.attempt(stored, destination)

    async def changes(self) -> AsyncIterator[Change]:
        """What is new, as it happens. A slow reader gets one change for all that it missed."""
        watcher = Watcher()
        self._watchers.add(watcher)
        try:
            while True:
                yield await watcher.next()
        finally:
            self._watchers.discard(watcher)

    def _start(self, work: Coroutine[None, None, object]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
