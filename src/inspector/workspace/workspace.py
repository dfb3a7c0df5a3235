"""The use cases: open, receive, forward, look. The workspace owns the clock and the tasks, and joins the adapters."""

import asyncio
from collections.abc import Callable, Collection, Coroutine, Mapping
from typing import Final

from msgspec.structs import replace

from inspector.collector import settle
from inspector.core import Connector, EventService, parse_query
from inspector.core.destination import decide
from inspector.library import folder, load_connectors
from inspector.model import (
    Acknowledgement,
    Answering,
    AnswerMode,
    CapturedRequest,
    Destination,
    Inspection,
    InspectorError,
    Remaining,
)
from inspector.receiver import Receiver
from inspector.settings import Settings, load_settings
from inspector.store import Store
from inspector.workspace.answers import Answers, answer_of_app, answer_to, hurried, taken
from inspector.workspace.attach import announce, follow_store, running, withdraw
from inspector.workspace.backlog import backlog
from inspector.workspace.destinations import check_rules
from inspector.workspace.health import watch_app
from inspector.workspace.needs import explained, needs
from inspector.workspace.options import Options
from inspector.workspace.reach import Reach
from inspector.workspace.refusals import Refusals
from inspector.workspace.remap import follow, remapped
from inspector.workspace.secrets import follow_secrets, verify_unset
from inspector.workspace.sending import Sending
from inspector.workspace.turn import Turn

__all__ = ["Workspace"]

_AT_ONCE: Final = 200  # deliveries that are written together when a document has changed
_WAITING: Final = parse_query("signature:key-needed")

SettingsFor = Callable[[Mapping[str, Connector]], Settings]


class Workspace(Sending):
    """One session that is open: its store, its receiver, and the way to the app."""

    def __init__(self, options: Options, service: EventService, settings: Settings, store: Store) -> None:
        super().__init__(options, service, settings, store)
        self.address = ""
        self.attached = False
        self.auto_forward = options.auto_forward
        self.answers = Answers(self.clock, options.answer)
        self.refusals = Refusals(self.tell)
        self._receiver = Receiver(self.receive, self.clock, options.max_body, lambda: self.public_url is not None)
        self._turn = Turn(self._first_look)
        self.reach = Reach(self, self._receiver.token)
        self._tasks: set[asyncio.Task[object]] = set()
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
        """The address under which the world reaches the receiver: the tunnel's, or the one that the user named."""
        return self.reach.state.url or None

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
            port = await self._receiver.start(self.options.host, self.options.port, spare=self.options.spare)
        except InspectorError:
            other = running(self.options.data) if attach else None
            if other is None or other.address != f"http://{host}:{self.options.port}":
                raise
            self.address, self.attached = other.address, True
            self._start(follow_store(self._store.version, self._watchers))
            return self.address
        self.address = f"http://{host}:{port}"
        announce(self.options.data, self.address, self._receiver.token)
        self._store.tend(self.options.retention, self.clock, self._trimmed)
        for notice in backlog(self):
            self.tell(notice)
        self.queue.start()
        self._start(self._verify_waiting())
        self._start(follow(self, folder(self.options.connectors)))
        self._start(verify_unset(self))
        self._start(follow_secrets(self))
        self._start(self.reach.begin())
        settle()
        return self.address

    async def close(self) -> None:
        """Answer what is in flight, write what is waiting, and close."""
        await self._receiver.stop()
        withdraw(self.options.data)
        await self.queue.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.reach.stop()
        await self._forwarder.close()
        await self._publisher.close()
        await self._keys.close()
        self._store.close()

    async def receive(self, request: CapturedRequest, connector: str | None, label: str) -> Acknowledgement:
        """Inspect a request, keep it, and answer as its processor wants. InspectorError where it cannot be kept."""
        inspection = await self._turn.inspected(request, connector or self.options.connector, label)
        taking = [each for each in self.destinations.values() if decide(each, request, label, inspection).goes]
        answering = self.answers.take()
        first = taking.pop(0) if answering.mode is AnswerMode.APP and taking else None
        queued = [each.key for each in taking] if self.auto_forward else []
        try:
            number = await self._store.put(request, label, inspection, queued)
        except InspectorError as error:
            self.refusals.refused(error)
            raise
        self.refusals.kept()
        self.queue.wake(queued)
        if needs(inspection):
            self._start(self.verify(number))
        for watcher in self._watchers:
            watcher.arrived()
        return await self._answer_of(number, first, answering) if first else answer_to(inspection, answering)

    async def _answer_of(self, number: int, app: Destination, answering: Answering) -> Acknowledgement:
        """What the app answers to a delivery, or what stands for it. What it missed it gets later, where its sender
        does not send it again."""
        delivery = self._store.delivery(number)
        attempt = await self.attempt(delivery, hurried(app, answering))
        answer = answer_of_app(attempt, delivery.inspection, answering)
        connector = self.service.connectors.get(delivery.inspection.connector)
        if attempt.error and taken(connector, answer):
            await self.queue.missed(delivery, app, attempt)
        return answer

    def _first_look(self, request: CapturedRequest, connector: str | None, label: str) -> Inspection:
        def settings(name: str) -> dict[str, str]:
            return self.settings_of(name, label)

        return self.service.handle(request, connector, settings, keys=self._keys.known())

    async def delete_session(self, name: str) -> None:
        """Delete a session with all its deliveries, also those that were just about to be sent. InspectorError."""
        await super().delete_session(name)
        self.queue.forget()

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

    async def _verify_waiting(self) -> None:
        """Deliveries whose keys could not be had when they came."""
        for row in self.rows(self.ids(_WAITING)):
            await self.verify(row.delivery)

    async def remaining(self, upto: int) -> Remaining:
        """What is left of the rows up to an id, of which the oldest may have been taken away."""
        return await self._store.remaining(upto)

    def _trimmed(self) -> None:
        for watcher in self._watchers:
            watcher.trimmed()

    def _start(self, work: Coroutine[None, None, object]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
