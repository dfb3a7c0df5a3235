"""From a sample to a delivery: the sample that a word means, under a new event id, and changed."""

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Final

import msgspec

from inspector.core import Connector, EventService, freshen, set_value
from inspector.core.amounts import Amount
from inspector.core.locate import Message
from inspector.core.read import read, split
from inspector.core.signed_text import as_text
from inspector.library import Sample, samples
from inspector.model import CapturedRequest, Family, InspectorError, event_type

__all__ = ["Candidate", "Field", "candidates", "choose", "compose", "fields"]

_AMOUNTS: Final = ("amount", "refund_amount", "dispute_amount", "payout_amount")
_IDS: Final = (
    *("connector_transaction_id", "connector_refund_id", "connector_dispute_id", "connector_mandate_id"),
    *("connector_payout_id", "merchant_transaction_id", "merchant_refund_id", "merchant_order_id", "email"),
)


class Candidate(msgspec.Struct, frozen=True):
    """A sample with what it holds: the processor's names of its events, and ours."""

    sample: Sample
    native_types: tuple[str, ...]
    event_types: tuple[str, ...]


def candidates(service: EventService, place: Path, connector: str) -> list[Candidate]:
    """The samples of a connector in a folder of connectors. Raises InspectorError for a connector without any."""
    if connector not in service.connectors:
        near = get_close_matches(connector, list(service.connectors), n=1, cutoff=0.5)
        hint = f"Did you mean {near[0]}?" if near else f"There are {', '.join(service.connectors)}"
        raise InspectorError(f"There is no connector {connector!r}", hint=hint, exit_code=2)
    found = [_candidate(service, sample) for sample in samples(place, connector)]
    if not found:
        raise InspectorError(f"There are no samples of {connector}", f"{place / connector / 'samples'} holds none")
    return found


def _candidate(service: EventService, sample: Sample) -> Candidate:
    events = service.parse(sample.request, sample.connector).events
    return Candidate(
        sample,
        tuple(event.native_type for event in events),
        tuple(event.event_type.value for event in events),
    )


def choose(found: Sequence[Candidate], word: str) -> Sample:
    """The sample of that name, else the first with that native event, else with that event type (older names
    included). Raises InspectorError with the nearest."""
    wanted = _current(word)
    for fits in (
        lambda each: each.sample.name == word,
        lambda each: word in each.native_types,
        lambda each: any(kind in each.event_types for kind in wanted),
    ):
        chosen = next((each.sample for each in found if fits(each)), None)
        if chosen is not None:
            return chosen
    connector = found[0].sample.connector
    known = [name for each in found for name in (each.sample.name, *each.native_types, *each.event_types)]
    near = get_close_matches(word, known, n=1, cutoff=0.4)
    hint = f"Did you mean {near[0]}? " if near else ""
    hint += f"inspector trigger {connector} --list shows what there is"
    raise InspectorError(f"There is no sample {word!r} of {connector}", hint=hint, exit_code=2)


def _current(word: str) -> tuple[str, ...]:
    """The event types of that name or older name, in any case; none where there is no such name."""
    try:
        return tuple(each.value for each in event_type(word))
    except InspectorError:
        return ()


def compose(
    connector: Connector,
    request: CapturedRequest,
    url: str,
    token: str,
    now: float,
    changes: Sequence[tuple[str, str]] = (),
) -> CapturedRequest:
    """The request, unsigned, as it goes to an address: under a new event id (made of `token`, hexadecimal), with
    other values at some paths. The query of the sample is kept. Raises InspectorError for a path that is not there.
    """
    if request.query and "?" not in url:
        url = f"{url}?{request.query}"
    request = freshen(connector, msgspec.structs.replace(request, url=url, received_at=now), token, now)
    for path, value in changes:
        request = set_value(connector, request, path, value)
    return request


class Field(msgspec.Struct, frozen=True):
    """A value of a request that one may want to change: its name, its place and what stands there."""

    name: str
    path: str
    text: str


def fields(service: EventService, connector: Connector, request: CapturedRequest) -> list[Field]:
    """The amount, its currency and the ids of the request's first event, in this order, where it holds them."""
    events = service.handle(request, connector.name).events
    if not events:
        return []
    event = events[0]
    family = event.event_response.family
    found: list[Field] = []
    for name in (*_AMOUNTS, *_IDS):
        source = event.sources.get(name)
        if source is None or "," in source.locator or source.locator.startswith(("constant:", "setting:")):
            continue
        if all(source.locator != each.path for each in found):
            found.append(Field(name, source.locator, as_text(source.raw_value)))
        if name in _AMOUNTS and family is not None:
            found += _currency(connector, request, family, name)
    return found


def _currency(connector: Connector, request: CapturedRequest, family: Family, amount: str) -> list[Field]:
    """Where the currency of an amount stands, if the request holds it."""
    message = Message(request, body=request.body)
    read(connector, message)
    message.item = next(iter(split(connector, message)[0]), None)
    candidates = connector.mapping.families[family].candidates
    places = [
        place
        for each in candidates
        if each.target == amount and isinstance(each.convert, Amount)
        for place in each.convert.currency
        if place.place is None
    ]
    return [Field("currency", place.text, as_text(raw)) for place in places if (raw := place.find(message))][:1]
