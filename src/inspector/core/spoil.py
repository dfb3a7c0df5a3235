"""Bad on purpose: what a processor never sends, and an app has to refuse.

Each kind is one function in a table. Whatever is made is not VALID by the settings that it was made with: where a
scheme cannot have a kind, because its signature holds no time or does not protect the body, that is said instead.
"""

from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from typing import Any, Final

import msgspec

from inspector.core.compile import Connector
from inspector.core.compose import set_value, sign
from inspector.core.service import EventService
from inspector.core.signatures.clock import duration
from inspector.core.signed_text import as_text
from inspector.model import CapturedRequest, Inspection, InspectorError, Verdict

__all__ = ["DAY", "Bad", "garbled", "is_signed", "spoil"]

DAY: Final = 86_400.0  # seconds
_TELLING: Final = ("amount", "refund_amount", "dispute_amount", "payout_amount", "event_id", "native_type")
_TRIES: Final = 5  # places of the body at which a value is looked for


class Bad(StrEnum):
    """A way to be bad."""

    CHANGED_BYTE = "changed-byte"
    """A value of the body was changed after signing: one byte, where the body holds the value as it is."""
    STALE = "stale"
    """Rightly signed, but long ago."""
    WRONG_SECRET = "wrong-secret"  # noqa: S105 - a kind, not a password
    """Signed by somebody who has another secret."""
    MISSING_SIGNATURE = "missing-signature"
    """Sent without what the processor signs with."""


def spoil(
    connector: Connector,
    request: CapturedRequest,
    settings: Mapping[str, str],
    now: float,
    bad: Bad,
    age: float = DAY,
) -> CapturedRequest:
    """The request, signed or not, made bad in one way. `age` (seconds) is how long ago a stale one was signed.

    Raises InspectorError where the processor's signature cannot be bad in that way, or nothing can be signed.
    """
    if not is_signed(connector, request, settings, now):
        raise InspectorError(f"{connector.title} does not sign this event, so an app cannot tell", exit_code=2)
    made = _MAKE[bad](connector, request, settings, now, age)
    found = _inspect(connector, made, settings, now).verification
    if found.verdict is not Verdict.VALID:
        return made
    if bad is not Bad.STALE:
        raise InspectorError(f"{connector.title} would accept it all the same", exit_code=2)
    if found.timestamp is None:
        raise InspectorError(f"{connector.title}'s signature is not judged by age, so it is never stale", exit_code=2)
    raise InspectorError(
        f"{connector.title} accepts a signature that is {duration(age)} old",
        hint="Make it older; where the processor sets no tolerance, the setting tolerance_seconds is one",
        exit_code=2,
    )


def is_signed(connector: Connector, request: CapturedRequest, settings: Mapping[str, str], now: float) -> bool:
    """Whether the processor signs this event at all. Raises InspectorError where there is nothing to sign with."""
    good = sign(connector, request, settings, now)
    return _inspect(connector, good, settings, now).verification.verdict is not Verdict.UNSIGNED


def _inspect(connector: Connector, request: CapturedRequest, settings: Mapping[str, str], now: float) -> Inspection:
    return EventService({connector.name: connector}).handle(request, connector.name, settings, now)


def _changed_byte(
    connector: Connector, request: CapturedRequest, settings: Mapping[str, str], now: float, _: float
) -> CapturedRequest:
    """A telling value changed, so that the body stays readable: an app that does not verify would believe it."""
    signed = sign(connector, request, settings, now)
    before = _inspect(connector, signed, settings, now)
    for changed in _changes(connector, signed, before):
        after = _inspect(connector, changed, settings, now)
        if after.verification.verdict is Verdict.INVALID and len(after.events) == len(before.events):
            return changed
    raise InspectorError(
        f"{connector.title}'s signature does not protect what the body says", hint="Try wrong-secret", exit_code=2
    )


def _changes(connector: Connector, signed: CapturedRequest, inspection: Inspection) -> Iterator[CapturedRequest]:
    """The request with another value, where its events have one that tells something, or that the signature covers."""
    for place, raw in _values(inspection):
        text = as_text(raw)
        yield from _one_byte(signed, text)
        try:
            yield set_value(connector, signed, place, _other(text))
        except InspectorError:
            continue


def _values(inspection: Inspection) -> Iterator[tuple[str, Any]]:
    for event in inspection.events[:1]:
        covered = [name for name, each in event.sources.items() if each.locator in event.verification.covers]
        for name in (*_TELLING, *covered):
            source = event.sources.get(name)
            # What is joined from several places stands in none of them; headers and settings are not the body.
            if source is not None and "," not in source.locator and ":" not in source.locator.removeprefix("root:"):
                yield source.locator, source.raw_value


def _one_byte(request: CapturedRequest, text: str) -> Iterator[CapturedRequest]:
    """The request with the last byte of a value changed, wherever the body holds the value."""
    value, start = text.encode("utf-8", "replace"), 0
    if not value or not text[-1].isascii() or not text[-1].isalnum():
        return
    for _ in range(_TRIES):
        start = request.body.find(value, start) + 1
        if not start:
            return
        end = start - 1 + len(value)
        body = request.body[: end - 1] + _other(text)[len(text) - 1 :].encode()[:1] + request.body[end:]
        yield msgspec.structs.replace(request, body=body)


def _other(text: str) -> str:
    """Another text: the last digit counted on, or another last letter."""
    if text[-1:].isdecimal():
        return f"{text[:-1]}{(int(text[-1]) + 1) % 10}"
    return f"{text[:-1]}{'y' if text.endswith('x') else 'x'}"


def _stale(
    connector: Connector, request: CapturedRequest, settings: Mapping[str, str], now: float, age: float
) -> CapturedRequest:
    return sign(connector, request, settings, now - age)


def _wrong_secret(
    connector: Connector, request: CapturedRequest, settings: Mapping[str, str], now: float, _: float
) -> CapturedRequest:
    """Signed with another secret of the same form; where no secret is shared, or another one, a signature of nobody."""
    secret = settings.get(connector.secret, "")
    other = {name: text for name, text in settings.items() if name != "previous_secret"}
    try:
        forged = sign(connector, request, {**other, connector.secret: _wrong(secret)}, now)
    except InspectorError:  # what the other secret is cannot be used
        forged = None
    if forged is not None and _inspect(connector, forged, settings, now).verification.verdict is not Verdict.VALID:
        return forged
    return sign(connector, request, settings, now, garbled)


def garbled(signature: Mapping[str, str]) -> Mapping[str, str | None]:
    """What is put into the message, with a character of the signature changed: the longest of the texts is that."""
    place = max(signature, key=lambda each: len(signature[each]), default="")
    return {**signature, place: _wrong(signature[place])} if signature else {}


def _wrong(secret: str) -> str:
    """Another text of the same form: hexadecimal and base64 stay what they are."""
    place = max(len(secret) - 6, 0)
    return f"{secret[:place]}{'B' if secret[place : place + 1] == 'A' else 'A'}{secret[place + 1 :]}"


def _missing_signature(
    connector: Connector, request: CapturedRequest, settings: Mapping[str, str], now: float, _: float
) -> CapturedRequest:
    return sign(connector, request, settings, now, dict.fromkeys)


Make = Callable[[Connector, CapturedRequest, Mapping[str, str], float, float], CapturedRequest]

_MAKE: Final[Mapping[Bad, Make]] = {
    Bad.CHANGED_BYTE: _changed_byte,
    Bad.STALE: _stale,
    Bad.WRONG_SECRET: _wrong_secret,
    Bad.MISSING_SIGNATURE: _missing_signature,
}
