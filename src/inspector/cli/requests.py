"""Requests as lines of JSON: the interface for programs, one request a line in and one answer a line out."""

import json
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from math import isfinite
from typing import Any, Final

import msgspec

from inspector.cli.clock import moment
from inspector.core import EventService
from inspector.core.answer import answer, diagnosis_answer
from inspector.model import CapturedRequest, Headers, Inspection, Problem, Verdict

__all__ = ["RequestLine", "answer_line", "answered", "connector_of", "error_answer", "inspect"]

Scalar = str | int | float | bool | None
Value = Scalar | list[Scalar]


class RequestLine(msgspec.Struct, kw_only=True):
    """One line of input. What is left out or null: POST, no headers, an empty body, no secret, received now."""

    connector: str | None = None
    method: str | None = None
    url: str | None = None
    headers: dict[str, Value] | list[tuple[str, Value]] | None = None
    body: str | None = None
    body_b64: str | None = None
    secret: str | None = None
    settings: dict[str, Any] | None = None
    capture_method: Any = None  # for processors whose payload does not tell; none of the present ones asks
    received_at: str | float | None = None
    merchant_event_id: str | None = None


_KEYS: Final = frozenset(RequestLine.__struct_fields__)


def answer_line(service: EventService, line: bytes, now: float) -> dict[str, Any]:
    """The documented answer to one line; to a line that cannot be read, the same frame with `error`. Never raises.

    `now` (Unix seconds) stands in for `received_at` where the line does not have it.
    """
    try:
        raw = _decode(line)
        given = msgspec.convert(raw, RequestLine)
        request = _request(given, now)
        settings = _settings(given)
        inspection = inspect(service, request, given.connector, settings, given.merchant_event_id)
        if given.connector is not None and given.connector not in service.connectors:
            return error_answer(" ".join(f"{each.what} {each.hint}" for each in inspection.problems))
        if not raw.keys() <= _KEYS:
            strange = tuple(_strange(key) for key in raw if key not in _KEYS)
            inspection = msgspec.structs.replace(inspection, problems=inspection.problems + strange)
        found = answered(service, request, inspection, settings)
        msgspec.json.encode(found)
    except (ValueError, RecursionError) as error:
        return error_answer(_in_words(error, line))
    return found


def inspect(
    service: EventService,
    request: CapturedRequest,
    connector: str | None,
    settings: Any,
    merchant_event_id: str | None = None,
) -> Inspection:
    """Handle a request at the moment it was received: by the connector that is named, else by the path, else
    by what the documents recognise. `detected` holds where the caller named none."""
    name = connector or connector_of(service, request)
    inspection = service.handle(request, name, settings, merchant_event_id=merchant_event_id)
    if connector is None and name is not None:
        return msgspec.structs.replace(inspection, detected=True)
    return inspection


def answered(
    service: EventService,
    request: CapturedRequest,
    inspection: Inspection,
    settings: Mapping[str, str],
    others: Callable[[], Mapping[str, Mapping[str, str]]] = dict,
) -> dict[str, Any]:
    """The documented answer; where the signature is not valid, with `diagnosis`: why not. It is made only then.

    `others` gives the settings of all accounts that are configured; a keyring may have to be asked for them.
    """
    found = answer(inspection)
    if inspection.verification.verdict is Verdict.VALID or not inspection.connector:
        return found
    why = service.diagnose(request, inspection.connector, settings, others=others())
    return found if why is None else {**found, "diagnosis": diagnosis_answer(why)}


def connector_of(service: EventService, request: CapturedRequest) -> str | None:
    """The connector that the path names, as on the receiver: /stripe, /stripe/checkout."""
    name = request.path.split("/")[1]
    return name if name in service.connectors else None


def error_answer(what: str) -> dict[str, Any]:
    """The frame of an answer with nothing in it but the error."""
    return {
        "connector": None,
        "detected": False,
        "source_verified": False,
        "verification": None,
        "events": [],
        "acknowledgement": None,
        "problems": [],
        "error": what,
    }


def _decode(line: bytes) -> dict[str, Any]:
    if not line.strip():
        raise ValueError("the line is empty")
    try:
        raw = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raw = json.loads(line)  # lone surrogates, NaN, a byte-order mark; and its messages name the place
    if not isinstance(raw, dict):
        raise ValueError("a request is a JSON object")
    return raw


def _request(given: RequestLine, now: float) -> CapturedRequest:
    if given.body is not None and given.body_b64 is not None:
        raise ValueError("give body or body_b64, not both")
    return CapturedRequest(
        method=(given.method or "POST").upper(),
        url=given.url or "http://127.0.0.1/",
        headers=_headers(given.headers or {}),
        body=_body(given),
        received_at=now if given.received_at is None else _received(given.received_at),
    )


def _body(given: RequestLine) -> bytes:
    if given.body_b64 is None:
        # A byte that is no UTF-8 reaches us as a lone surrogate where the sender is Python's surrogateescape.
        return (given.body or "").encode("utf-8", "surrogateescape")
    try:
        return b64decode(given.body_b64, validate=True)
    except Base64Error as error:
        raise ValueError(f"body_b64 is not base64: {error}") from None


def _headers(headers: Mapping[str, Value] | list[tuple[str, Value]]) -> Headers:
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    found: list[tuple[str, str]] = []
    for name, value in pairs:
        found += [(name, _text(each)) for each in (value if isinstance(value, list) else [value]) if each is not None]
    return tuple(found)


def _settings(given: RequestLine) -> dict[str, str]:
    settings = {name: _text(value) for name, value in (given.settings or {}).items() if value is not None}
    return settings if given.secret is None else {"secret": given.secret, **settings}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _received(text: str | float) -> float:
    try:
        found = moment(text)
    except ValueError as error:
        raise ValueError(f"received_at: {error}") from None
    if not isfinite(found):
        raise ValueError(f"received_at: {text} is not a moment")
    return found


def _strange(key: str) -> Problem:
    near = get_close_matches(key, _KEYS, n=1, cutoff=0.6)
    hint = f"Did you mean {near[0]}?" if near else ""
    return Problem(f"input: {key[:80]}", "A request line has no such key; it was passed over.", hint)


def _in_words(error: Exception, line: bytes) -> str:
    if isinstance(error, RecursionError):
        return "the request is nested too deep to be answered"
    if isinstance(error, json.JSONDecodeError):
        return f"the line is not JSON: {error.msg} at column {error.colno}"
    if isinstance(error, UnicodeError):
        return "the line is not UTF-8 text"
    if isinstance(error, msgspec.ValidationError) and "`$.body`" in str(error):
        return "body is text: the exact bytes count for a signature, so give the JSON as a string"
    return str(error).replace("`$.", "`").replace(" - at ", " in ")
