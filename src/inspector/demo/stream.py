"""The stream: samples of every connector, freshly signed; among them what a receiver has to see through."""

import asyncio
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import cycle, islice
from typing import Any, Final

import msgspec

from inspector.core import Bad, Connector, EventService, set_value, sign, spoil
from inspector.core.body import Unreadable, decode_json, encode_json
from inspector.forwarder import Forwarder
from inspector.library import Sample
from inspector.model import CapturedRequest, InspectorError
from inspector.trigger import compose, fields

__all__ = ["Stream", "play"]

_KINDS: Final = (
    *("good", "good", "good", "duplicate", "good", "tampered", "good", "good", "batch", "good", "stale"),
    *("good", "good", "unknown", "good", "good", "unsigned", "good", "good", "forged", "good"),
)
_BAD: Final = {
    "tampered": Bad.CHANGED_BYTE,
    "stale": Bad.STALE,
    "forged": Bad.WRONG_SECRET,
    "unsigned": Bad.MISSING_SIGNATURE,
}
_REFERENCES: Final = ("merchant_transaction_id", "merchant_order_id")


class Stream:
    """Makes one delivery after the other for a receiver at `address`; `settings` gives a connector's secrets.

    The samples come in a shuffled order, connector by connector, so that every processor is seen early.
    """

    def __init__(
        self,
        service: EventService,
        samples: Mapping[str, Sequence[Sample]],
        settings: Callable[[str], Mapping[str, str]],
        address: str,
        chance: random.Random,
    ) -> None:
        self._service = service
        self._settings = settings
        self._address = address
        self._chance = chance
        self._kinds = cycle(_KINDS)
        self._connectors = len(samples)
        self._samples = self._shuffled({name: list(each) for name, each in samples.items() if each})

    def _shuffled(self, samples: dict[str, list[Sample]]) -> Iterator[Sample]:
        """A sample of each connector in turn, without end."""
        for each in samples.values():
            self._chance.shuffle(each)
        names = list(samples)
        while names:
            self._chance.shuffle(names)
            for name in names:
                samples[name].append(samples[name].pop(0))
                yield samples[name][-1]

    def next(self, now: float) -> list[CapturedRequest]:
        """The requests of the next delivery: one, or the same one twice."""
        kind = next(self._kinds)
        for sample in islice(self._samples, 2 * self._connectors):
            try:
                return self._made(kind, sample, now)
            except (InspectorError, Unreadable):
                continue  # this processor has no such thing: a batch, a time in its signature
        return []

    def _made(self, kind: str, sample: Sample, now: float) -> list[CapturedRequest]:
        connector = self._service.connectors[sample.connector]
        settings = self._settings(connector.name)
        request = self._fresh(connector, sample, now)
        if kind in _BAD:
            return [spoil(connector, request, settings, now, _BAD[kind])]
        if kind == "batch":
            request = self._batch(connector, request, sample, now)
        elif kind == "unknown":
            request = _renamed(connector, request)
        signed = sign(connector, request, settings, now)
        return [signed, signed] if kind == "duplicate" else [signed]

    def _fresh(self, connector: Connector, sample: Sample, now: float) -> CapturedRequest:
        """Under a new event id, with a reference of this processor's own: samples share one as if it were one order."""
        token = f"{self._chance.getrandbits(64):016x}"
        changes = [
            (each.path, f"{each.text}-{connector.name}")
            for each in fields(self._service, connector, sample.request)
            if each.name in _REFERENCES
        ]
        return compose(connector, sample.request, f"{self._address}/{connector.name}", token, now, changes)

    def _batch(self, connector: Connector, request: CapturedRequest, sample: Sample, now: float) -> CapturedRequest:
        """Several events in one request, each under an id of its own."""
        place = connector.document.body.items
        if place is None or connector.document.body.format != "json":
            raise InspectorError(f"{connector.title} sends one event a request")
        steps = place.removeprefix("root:").split(".")
        root = decode_json(request.body)
        for _ in range(self._chance.choice((1, 2, 3))):
            _list_at(root, steps).extend(_list_at(decode_json(self._fresh(connector, sample, now).body), steps))
        return msgspec.structs.replace(request, body=encode_json(root))


def _list_at(root: Any, steps: Sequence[str]) -> list[Any]:
    for step in steps:
        root = root.get(step) if isinstance(root, dict) else None
    if not isinstance(root, list):
        raise InspectorError("This request is no batch")
    return root


def _renamed(connector: Connector, request: CapturedRequest) -> CapturedRequest:
    """The event under a name that no document lists."""
    place = connector.document.event.type
    return set_value(connector, request, place if isinstance(place, str) else place[0], "loyalty.points_granted")


async def play(
    stream: Stream,
    clock: Callable[[], float],
    *,
    rate: float = 1.0,
    burst: int = 24,
    count: int | None = None,
) -> None:
    """Send deliveries: a burst, so that there is something to see, then about `rate` a second, until `count`."""
    chance = random.Random(7)  # noqa: S311 - the pauses are no secret
    sent = 0
    sender = Forwarder(clock)
    try:
        while count is None or sent < count:
            for request in stream.next(clock()):
                if (await sender.deliver(request)).error:
                    await asyncio.sleep(1)  # the receiver is gone or busy: the next one may find it again
            sent += 1
            if sent >= burst:
                await asyncio.sleep(chance.uniform(0.4, 1.6) / rate)
    finally:
        await sender.close()
