"""A store to measure: deliveries of 2 KB made of several processors' samples, each with ids and words of its own."""

import asyncio
import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from random import Random
from string import ascii_letters, digits
from time import perf_counter
from typing import Any, Final, NamedTuple

from msgspec.structs import replace

from inspector.core import EventService, sign, throwaway_settings
from inspector.library import folder, load_connectors, samples
from inspector.model import CapturedRequest, Inspection
from inspector.store import Store

__all__ = ["BATCH", "NOW", "RARE", "Handled", "deliveries", "put"]

NOW: Final = 1_767_225_600.0
BATCH: Final = 500
RARE: Final = "zanzibar"
"""A word of one body in 100,000."""
_SIZE: Final = 2048
_FREQUENCY: Final = 100_000
_UNSIGNED: Final = 97  # one delivery in so many has no signature
_COPIED: Final = 499  # one in so many is the one before it, sent again
_SAMPLES: Final = (
    ("stripe", "payment_intent.succeeded"),
    ("stripe", "payment_intent.created"),
    ("square", "payment.updated.completed"),
    ("square", "refund.updated.completed"),
    ("adyen", "CAPTURE.success"),
)
_WORDS: Final = tuple(a + b for a in ("blue", "red", "small", "old", "wool") for b in ("hat", "sock", "cup", "bag"))

Handled = tuple[CapturedRequest, Inspection]


class _Template(NamedTuple):
    """A sample, its content, and the ids in it."""

    connector: str
    request: CapturedRequest
    content: dict[str, Any]
    ids: Sequence[str]


def deliveries(count: int, start: int = 0) -> Iterator[Handled]:
    """Signed deliveries, one a second, with what the Event Service answers to each. The same ones on every run."""
    service = EventService(load_connectors(folder()))
    settings = {name: throwaway_settings(service.connectors[name]) for name, _ in _SAMPLES}
    templates = [_template(service, *each) for each in _SAMPLES]
    random = Random(start)
    made: Handled | None = None
    for number in range(start, start + count):
        if made and not number % _COPIED:
            yield replace(made[0], received_at=NOW + number), made[1]
            continue
        template = templates[number % len(templates)]
        connector, at = template.connector, NOW + number
        request = _numbered(template, number, random)
        if number % _UNSIGNED:
            request = sign(service.connectors[connector], request, settings[connector], at)
        made = replace(request, received_at=at), service.handle(request, connector, settings[connector], at)
        yield made


def _template(service: EventService, connector: str, name: str) -> _Template:
    request = next(each.request for each in samples(folder(), connector) if each.name == name)
    (event,) = service.handle(request, connector, {}, NOW).events
    ids = dict.fromkeys([*event.reference.ids, (event.event_id or "").partition(":")[0]])
    return _Template(connector, request, json.loads(request.body), tuple(ids))


def _numbered(template: _Template, number: int, random: Random) -> CapturedRequest:
    missing = max(0, _SIZE - len(template.request.body)) // 8
    words = random.choices(_WORDS, k=missing)
    if number % _FREQUENCY == _FREQUENCY // 2:
        words.append(RARE)
    body = json.dumps({**template.content, "note": " ".join(words)})
    for each in template.ids:
        begin, mark, _ = each.rpartition("_")
        fresh = begin + mark + "".join(random.choices(ascii_letters + digits, k=len(each) - len(begin + mark)))
        body = body.replace(each, fresh)
    return replace(template.request, body=body.encode())


async def put(store: Store, made: Iterable[Handled]) -> float:
    """Put deliveries into a store, batch by batch; the seconds that the store took for it, not the making of them."""
    taken, made = 0.0, iter(made)
    while some := list(islice(made, BATCH)):
        begun = perf_counter()
        await asyncio.gather(*[store.put(request, "", inspection) for request, inspection in some])
        taken += perf_counter() - begun
    return taken
