"""A request with all that it is judged by, and trials: the same case with one thing changed."""

from collections.abc import Mapping
from typing import Final

import msgspec

from inspector.core.body import Unreadable
from inspector.core.compile import Connector
from inspector.core.locate import Message
from inspector.core.read import read, split, uncompress
from inspector.model import CapturedRequest, Verdict, Verification

__all__ = ["FITS", "Case", "Trial", "judge"]

FITS: Final = frozenset((Verdict.VALID, Verdict.EXPIRED))
"""The verdicts of a right signature."""


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """What one event of a request is judged by: nothing else decides its verdict.

    `now` is in Unix seconds, `keys` are certificates and key sets by their address, `position` is the event's in
    its batch.
    """

    connector: Connector
    request: CapturedRequest
    settings: Mapping[str, str] = {}
    now: float = 0.0
    keys: Mapping[str, bytes] = {}
    position: int = 0


class Trial(msgspec.Struct, frozen=True):
    """A hypothesis: the case that it makes of ours, and the words for when it fits: "It fits" and then `fit`.

    The claim can be checked by anybody: `case` is the same request with the one change that the words name.
    """

    cause: str
    fit: str
    advice: str
    case: Case


def judge(case: Case) -> tuple[Message, Verification]:
    """The verdict on one event, by the connector's own scheme, and what its locators look into."""
    message = Message(case.request, body=case.request.body, settings=case.settings, keys=case.keys)
    connector = case.connector
    try:
        read(connector, message)
    except Unreadable as unreadable:
        return message, _unreadable(case, message, str(unreadable))
    if connector.signs_items:
        items = split(connector, message)[0]
        message.item = items[case.position] if case.position < len(items) else None
        if not isinstance(message.item, dict):
            return message, _unknown(connector, "there is no event at its place")
    return message, connector.scheme.verify(message, case.now)


def _unreadable(case: Case, message: Message, reason: str) -> Verification:
    """A body that cannot be read may still be signed as raw bytes."""
    connector = case.connector
    if connector.signs_items or connector.document.body.unwrap is not None:
        return _unknown(connector, reason)
    try:
        uncompress(message)
    except Unreadable:
        return _unknown(connector, reason)
    return connector.scheme.verify(message, case.now)


def _unknown(connector: Connector, reason: str) -> Verification:
    why = f"The signature cannot be checked: {reason}."
    return Verification(Verdict.UNREADABLE, connector.scheme.name, why, covers=connector.scheme.covers)
