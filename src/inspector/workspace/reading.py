"""What can be seen of a session: rows, deliveries, and what is derived from them again."""

import time
from array import array
from collections.abc import AsyncGenerator, Mapping, Sequence

from msgspec.structs import replace

from inspector.core import EventService, Query
from inspector.core.timeline import Moment, Timeline, timeline
from inspector.keys import Keys
from inspector.model import (
    ARRIVAL,
    Delivery,
    EventRow,
    Inspection,
    InspectorError,
    Order,
    Verification,
    seconds,
)
from inspector.settings import Settings
from inspector.store import LAST, SessionSummary, Store
from inspector.workspace.options import Options

__all__ = ["Reading", "completed"]


class Reading:
    """A session to look at. Reads take microseconds and are done in place."""

    def __init__(self, options: Options, service: EventService, settings: Settings, store: Store) -> None:
        self.options = options
        self.service = service
        self.settings = settings
        self._store = store
        self._keys = Keys(options.data / "keys", self.clock)

    @staticmethod
    def clock() -> float:
        """The time, in Unix seconds. Nothing else in Inspector asks for it."""
        return time.time()  # noqa: TID251 - this is the clock

    @property
    def keys(self) -> Mapping[str, bytes]:
        """The certificates and key sets that were fetched, by their address."""
        return self._keys.known()

    @property
    def session(self) -> str:
        """The name of the session."""
        return self.options.session

    @property
    def public_url(self) -> str | None:
        """The address under which the world reaches the receiver."""
        return self.options.public_url

    def settings_of(self, connector: str, label: str = "") -> dict[str, str]:
        """The settings of an account, with the address that the processor knows where one is named."""
        found = self.settings.of(connector, label)
        if self.public_url and "notification_url" not in found:
            path = f"/{connector}/{label}" if label else f"/{connector}"
            found["notification_url"] = self.public_url.rstrip("/") + path
        return found

    def ids(self, query: Query, after: int = 0, order: Order = ARRIVAL) -> "array[int]":
        """The ids of the rows that a filter lets through, beyond `after`, in an order."""
        return self._store.ids(query, self.clock(), after, order)

    def find(self, query: Query, order: Order = ARRIVAL) -> AsyncGenerator["array[int]", None]:
        """The same for all rows, looked for beside the loop, and in the order of arrival piece by piece, the newest
        first. Ends early where it is cancelled."""
        return self._store.find(query, self.clock(), order)

    def rows(self, ids: Sequence[int]) -> list[EventRow]:
        """The rows of these ids."""
        return self._store.rows(ids)

    def rows_of(self, deliveries: Sequence[int]) -> "array[int]":
        """The ids of the rows of these deliveries."""
        return self._store.rows_of(deliveries)

    def total(self, after: int = 0, upto: int = LAST) -> int:
        """How many rows the session has, or has between two ids: beyond the one, and with the other."""
        return self._store.total(after, upto)

    def last_id(self) -> int:
        """The id of the newest row; 0 for none."""
        return self._store.last_id()

    def delivery(self, number: int) -> Delivery:
        """A delivery, with signed texts and sources. Raises InspectorError for a number that is not there."""
        stored = self._store.delivery(number)
        return replace(stored, inspection=completed(stored.inspection, self.inspect(stored)))

    async def timeline(self, delivery: int, position: int) -> Timeline:
        """The story of the payment that an event of a delivery is about, as far as the session has it."""
        stored = self._store.delivery(delivery)
        events = stored.inspection.events
        if position >= len(events):
            return timeline([])
        event = events[position]
        own = Moment(delivery, position, seconds(stored.request.received_at), event)
        return timeline(await self._store.related(event.reference.ids) or [own])

    def open_session(self, name: str) -> None:
        """Look at another session, and keep in it what arrives from now on."""
        self.options = replace(self.options, session=name)
        self._store.switch(name)

    async def rename_session(self, old: str, new: str) -> None:
        """Give a session another name. Raises InspectorError for a name that is taken."""
        await self._store.rename(old, new)
        if self.session == old:
            self.options = replace(self.options, session=new)

    async def delete_session(self, name: str) -> None:
        """Delete a session with all its deliveries. Raises InspectorError for the one that is open."""
        if name == self.session:
            raise InspectorError("This session is open", hint="Open another one first")
        await self._store.delete(name)

    def sessions(self) -> list[SessionSummary]:
        """Every session of the store."""
        return self._store.sessions()

    def inspect(self, delivery: Delivery) -> Inspection:
        """The inspection made anew from the raw request, by the settings of today and the clock of its receipt."""
        connector = delivery.inspection.connector or None
        return self.service.handle(
            delivery.request,
            connector,
            self.settings_of(connector, delivery.label) if connector else None,
            keys=self.keys,
        )


def completed(stored: Inspection, anew: Inspection) -> Inspection:
    """What was found when the request came, with what is not stored: signed texts, and where the fields came from."""
    whole = replace(stored, verification=_with_text(stored.verification, anew.verification))
    if len(stored.events) != len(anew.events):
        return whole
    return replace(
        whole,
        events=tuple(
            replace(event, sources=new.sources, verification=_with_text(event.verification, new.verification))
            for event, new in zip(stored.events, anew.events, strict=True)
        ),
    )


def _with_text(stored: Verification, anew: Verification) -> Verification:
    return replace(stored, signed_text=anew.signed_text)
