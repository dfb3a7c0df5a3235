"""The documented JSON answer of `handle`: plain values, absent ones left out of the contents."""

import json
from base64 import b64encode
from collections.abc import Mapping
from typing import Any

import msgspec

from inspector.model import Acknowledgement, Diagnosis, Inspection, NormalizedEvent, Source, Verification
from inspector.model.visible import json_escaped

__all__ = ["answer", "diagnosis_answer", "encode", "event_answer", "expectation", "kept_text", "verification_answer"]


def answer(inspection: Inspection) -> dict[str, Any]:
    """An inspection as `inspector handle` prints it; `error` is null, since an answer was found."""
    return {
        "connector": inspection.connector or None,
        "detected": inspection.detected,
        "source_verified": inspection.source_verified,
        "verification": verification_answer(inspection.verification),
        "events": [event_answer(event) for event in inspection.events],
        "acknowledgement": _acknowledgement(inspection.acknowledgement),
        "problems": [msgspec.to_builtins(problem) for problem in inspection.problems],
        "error": None,
    }


def encode(value: Any) -> bytes:
    """The value as compact JSON in UTF-8, in which nothing speaks to a terminal."""
    try:
        return json_escaped(msgspec.json.encode(value))
    except UnicodeEncodeError:  # a lone surrogate: what became of a byte in a header that is not UTF-8
        return json_escaped(json.dumps(value, separators=(",", ":")).encode())


def event_answer(event: NormalizedEvent) -> dict[str, Any]:
    """One event in the documented frame."""
    return {
        **_plain(_meaning(event)),
        "source_verified": event.source_verified,
        "verification": verification_answer(event.verification),
        "sources": _sources(event.sources),
    }


def _meaning(event: NormalizedEvent) -> dict[str, Any]:
    """What it says, whoever sent it and wherever it was read."""
    return {
        "event_type": event.event_type,
        "native_type": event.native_type,
        "native_detail": event.native_detail or None,
        "event_status": event.event_status,
        "event_id": event.event_id,
        "merchant_event_id": event.merchant_event_id,
        "occurred_at": event.occurred_at,
        "test_mode": event.test_mode,
        "reference": event.reference,
        "event_response": event.event_response,
    }


def diagnosis_answer(diagnosis: Diagnosis) -> dict[str, Any]:
    """Why a signature is not valid, as `inspector handle` and `inspector verify` print it."""
    return {
        "cause": diagnosis.cause,
        "sentence": diagnosis.sentence,
        "what_to_do": diagnosis.advice,
        "certain": diagnosis.certain,
        "ruled_out": list(diagnosis.ruled_out),
        "expected": diagnosis.expected or None,
        "received": diagnosis.received or None,
        "covers": list(diagnosis.covers),
        "does_not_cover": list(diagnosis.uncovered),
    }


def expectation(inspection: Inspection) -> dict[str, Any]:
    """What a sample or a session keeps beside a request: the answer without what differs from run to run."""
    found: dict[str, Any] = _plain(_expected(inspection))
    return found


def kept_text(inspection: Inspection, app: Mapping[str, Any] | None = None) -> bytes:
    """What is expected of a request as it is kept, with what the app answered: sorted, a value a line."""
    values = _expected(inspection) if app is None else {**_expected(inspection), "app": app}
    try:
        return msgspec.json.format(json_escaped(msgspec.json.encode(values, order="sorted")), indent=2) + b"\n"
    except (TypeError, ValueError, OverflowError):  # integers beyond 64 bits, lone surrogates
        text = json.dumps(_plain(values), indent=2, sort_keys=True, ensure_ascii=False) + "\n"
        return json_escaped(text.encode("utf-8", "replace"))


def _expected(inspection: Inspection) -> dict[str, Any]:
    return {
        "connector": inspection.connector or None,
        "events": [_meaning(event) for event in inspection.events],
        "acknowledgement": _acknowledgement(inspection.acknowledgement),
        "problems": list(inspection.problems),
        "verdicts": [event.verification.verdict for event in inspection.events],
    }


def verification_answer(verification: Verification) -> dict[str, Any]:
    """A verdict in the documented frame."""
    return {
        "verdict": verification.verdict.value,
        "scheme": verification.scheme,
        "reason": verification.reason,
        "timestamp": verification.timestamp,
        "age": None if verification.age is None else round(verification.age, 3),
        "covers": list(verification.covers),
    }


def _acknowledgement(acknowledgement: Acknowledgement) -> dict[str, Any]:
    found: dict[str, Any] = {
        "status_code": acknowledgement.status_code,
        "headers": dict(acknowledgement.headers),
    }
    try:
        found["body"] = acknowledgement.body.decode()
    except UnicodeDecodeError:
        found["body_b64"] = b64encode(acknowledgement.body).decode()
    return found


def _sources(sources: Mapping[str, Source]) -> dict[str, Any]:
    return {name: {"locator": source.locator, "raw": _plain(source.raw_value)} for name, source in sources.items()}


def _plain(value: Any) -> Any:
    """Values that JSON has: decimals become the text that they were."""
    return msgspec.to_builtins(value)
