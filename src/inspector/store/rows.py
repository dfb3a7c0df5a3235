"""What is written for a delivery and read for a row of the list."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import msgspec

from inspector.model import (
    CapturedRequest,
    Content,
    ForwardAttempt,
    ForwardMode,
    Inspection,
    Money,
    NormalizedEvent,
    seconds,
)
from inspector.store.kinds import kind_of

__all__ = [
    "ATTEMPT_COLUMNS",
    "DELIVERY_COLUMNS",
    "JOB_COLUMNS",
    "Kept",
    "attempt_of",
    "attempt_values",
    "decode_inspection",
    "encode_inspection",
    "event_rows",
    "job_values",
    "keep",
    "request_of",
]

DELIVERY_COLUMNS: Final = "number, session, label, method, url, headers, body, received_at, peer, inspection"
JOB_COLUMNS: Final = "delivery, destination, connector, about, tries, due"
ATTEMPT_COLUMNS: Final = "delivery, destination, mode, started_at, elapsed, status_code, headers, body, error"

_ENCODE = msgspec.json.Encoder(decimal_format="number").encode
_INSPECTION = msgspec.json.Decoder(Inspection)
_HEADERS = msgspec.json.Decoder(tuple[tuple[str, str], ...])
_replace = msgspec.structs.replace
_LARGEST: Final = 2**63 - 1


class Kept(NamedTuple):
    """A delivery as values: DELIVERY_COLUMNS from `label`, for each of its events EVENT_COLUMNS from `position`, and
    for each of its jobs JOB_COLUMNS from `destination`."""

    received_at: float
    delivery: tuple[Any, ...]
    events: list[tuple[Any, ...]]
    jobs: Sequence[tuple[Any, ...]] = ()


def keep(label: str, request: CapturedRequest, inspection: Inspection, destinations: Sequence[str] = ()) -> Kept:
    """What is kept of a delivery: the raw request, the inspection, a row an event, and a job a destination."""
    received = seconds(request.received_at)
    delivery = (
        label,
        request.method,
        request.url,
        _ENCODE(request.headers),
        request.body,
        received,
        request.peer,
        encode_inspection(inspection),
    )
    jobs = [job_values(inspection, each) for each in destinations]
    return Kept(received, delivery, event_rows(received, label, inspection), jobs)


def job_values(inspection: Inspection, destination: str, tries: int = 0, due: float = 0.0) -> tuple[Any, ...]:
    """JOB_COLUMNS from `destination`."""
    about = " ".join(dict.fromkeys(each for event in inspection.events for each in event.reference.ids))
    return destination, inspection.connector, about, tries, due


def encode_inspection(inspection: Inspection) -> bytes:
    """Without signed texts and sources: as large as the body, and derived from the request whenever somebody looks."""
    bare = _replace(
        inspection,
        verification=_replace(inspection.verification, signed_text=None),
        events=tuple(
            [
                _replace(event, verification=_replace(event.verification, signed_text=None), sources={})
                for event in inspection.events
            ]
        ),
    )
    return _ENCODE(bare)


def decode_inspection(content: bytes) -> Inspection:
    """The inspection as it was stored."""
    return _INSPECTION.decode(content)


def event_rows(received: float, label: str, inspection: Inspection) -> list[tuple[Any, ...]]:
    """A row an event; one row where there is no event, so that nothing that arrived is out of sight."""
    problem = inspection.problems[0].what if inspection.problems else ""
    if not inspection.events:
        verification, verdict = inspection.verification, inspection.verification.verdict.value
        return [
            (
                *(0, 0, received, inspection.connector, label, "", "", "", None, ""),
                *(verdict, verification.reason, None, None, "", "", "", problem),
                kind_of(inspection.connector, label, "", "", "", verdict, "", None, 0, problem != ""),
            )
        ]
    batch = len(inspection.events) > 1
    return [_row(position, batch, received, label, event, problem) for position, event in enumerate(inspection.events)]


def _row(
    position: int, batch: bool, received: float, label: str, event: NormalizedEvent, problem: str
) -> tuple[Any, ...]:
    content = event.event_response.content
    money = _money(content)
    references = event.reference.ids
    fits = money is not None and abs(money.minor_units) < _LARGEST  # a filter stands for anything beyond by it
    kind, status, verdict = event.event_type.value, _status(content), event.verification.verdict.value
    currency = money.currency if money is not None else ""
    facets = (currency, verdict, status, event.test_mode, batch, problem != "")
    return (
        position,
        batch,
        received,
        event.connector,
        label,
        kind,
        event.native_type,
        event.native_detail,
        money.minor_units if money is not None and fits else None,
        currency,
        verdict,
        event.verification.reason,
        event.test_mode,
        event.event_id,
        references[0] if references else "",
        " ".join(references),
        status,
        problem,
        kind_of(event.connector, label, kind, event.native_type, *facets),
    )


def _money(content: Content | None) -> Money | None:
    for name in ("amount", "refund_amount", "dispute_amount", "payout_amount"):
        found = getattr(content, name, None)
        if found is not None:
            return found  # type: ignore[no-any-return]
    return None


def _status(content: Content | None) -> str:
    for name in ("status", "dispute_status", "mandate_status", "payout_status"):
        found = getattr(content, name, None)
        if found is not None:
            return str(found.value)
    return ""


def attempt_values(attempt: ForwardAttempt) -> tuple[Any, ...]:
    """The columns of an attempt."""
    return (
        attempt.delivery,
        attempt.destination,
        attempt.mode.value,
        attempt.started_at,
        attempt.elapsed,
        attempt.status_code,
        _ENCODE(attempt.headers),
        attempt.body,
        attempt.error,
    )


def attempt_of(values: Sequence[Any]) -> ForwardAttempt:
    """An attempt from its columns."""
    delivery, destination, mode, started_at, elapsed, status_code, headers, body, error = values
    return ForwardAttempt(
        delivery=delivery,
        destination=destination,
        mode=ForwardMode(mode),
        started_at=started_at,
        elapsed=elapsed,
        status_code=status_code,
        headers=_HEADERS.decode(headers),
        body=body,
        error=error,
    )


def request_of(method: str, url: str, headers: bytes, body: bytes, received_at: float, peer: str) -> CapturedRequest:
    """The request from its columns."""
    return CapturedRequest(
        method=method, url=url, headers=_HEADERS.decode(headers), body=body, received_at=received_at, peer=peer
    )
