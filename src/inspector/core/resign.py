"""Signing anew what was received, so that it has the same verdict under other settings."""

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from inspector.core.body import Unreadable
from inspector.core.compile import Connector
from inspector.core.compose import Alter, canonical, sign
from inspector.core.locate import Message
from inspector.core.read import read
from inspector.core.signatures.sealed import Sealed
from inspector.core.signatures.several import Several
from inspector.core.spoil import DAY, garbled
from inspector.model import CapturedRequest, Inspection, InspectorError, Verdict, seconds

__all__ = ["opened", "resign", "with_body"]


def resign(
    connector: Connector, request: CapturedRequest, settings: Mapping[str, str], found: Inspection
) -> CapturedRequest:
    """The request signed with other settings at the moment of its receipt, so that the verdicts of `found` hold again.

    What was stale is stale by as much, what was invalid has a wrong signature, what had none has none. What could not
    be checked, for want of a secret or a key, is signed as if it had been valid. Raises InspectorError where it cannot
    be signed. What was encrypted and is opened is encrypted again.
    """
    if found.verification.scheme == Sealed.name:
        return _sealed(connector, request, settings)
    events = [event.verification for event in found.events] if connector.signs_items else []
    verifications = events or [found.verification]
    stale = next((each for each in verifications if each.verdict is Verdict.EXPIRED), None)
    age = 0.0 if stale is None else stale.age or DAY
    now = seconds(request.received_at) - age
    signed = sign(connector, request, settings, now, _as_it_was(each.verdict for each in verifications))
    return with_body(signed, signed.body)


def _as_it_was(verdicts: Iterable[Verdict]) -> Alter:
    """Puts a good signature, a wrong one, or none into one item after the other."""
    remaining = iter(verdicts)

    def alter(signature: Mapping[str, str]) -> Mapping[str, str | None]:
        return _ALTER.get(next(remaining, Verdict.VALID), dict)(signature)

    return alter


def opened(connector: Connector, request: CapturedRequest, settings: Mapping[str, str]) -> CapturedRequest:
    """The request with its body decrypted, and without what it was sealed with; as it is where it is not sealed, or
    cannot be opened."""
    message = Message(request, body=request.body, settings=settings)
    if not connector.opens:
        return request
    try:
        read(connector, message)
    except Unreadable:
        return request
    if message.body == request.body:
        return request
    kept = tuple(pair for pair in request.headers if pair[0].lower() not in _seals(connector))
    return with_body(msgspec.structs.replace(request, headers=kept), message.body)


def _seals(connector: Connector) -> set[str]:
    """The headers that nonce and tag of an encrypted body stand in."""
    signature = connector.document.signature
    specs = [each for each in (signature if isinstance(signature, list) else [signature]) if each.scheme == "sealed"]
    return {place.partition(":")[2].lower() for each in specs for place in (each.iv, each.tag)}


def _sealed(connector: Connector, request: CapturedRequest, settings: Mapping[str, str]) -> CapturedRequest:
    """The request encrypted as its processor does; one that no key opened stays as it is. Raises InspectorError."""
    request = opened(connector, request, settings)
    if any(name.lower() in _seals(connector) for name, _ in request.headers):
        return request
    scheme = connector.scheme
    schemes = [each for _, each in scheme.schemes] if isinstance(scheme, Several) else [scheme]
    made = next((each.seal(request.body, settings) for each in schemes if isinstance(each, Sealed)), None)
    if made is None:
        raise InspectorError(f"{connector.title} cannot be encrypted: there is no usable key")
    body, places = made
    return with_body(
        request.with_headers({canonical(each.partition(":")[2]): text for each, text in places.items()}), body
    )


def with_body(request: CapturedRequest, body: bytes) -> CapturedRequest:
    """The request with another body, whose length its header tells, where it has one."""
    changed = msgspec.structs.replace(request, body=body)
    return changed.with_headers({"Content-Length": str(len(body))}) if request.header("content-length") else changed


_ALTER: Final[Mapping[Verdict, Alter]] = {Verdict.INVALID: garbled, Verdict.MISSING: dict.fromkeys}
