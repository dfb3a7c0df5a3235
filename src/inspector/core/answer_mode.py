"""Answer modes as people write them, in a flag, in inspector.toml and on the screen, and in words."""

from functools import reduce
from typing import Final

from msgspec.structs import replace

from inspector.core.signatures.clock import duration
from inspector.core.span import seconds_in
from inspector.model import Answering, AnswerMode, InspectorError

__all__ = ["answering_words", "read_answering"]

_NAMED: Final = {
    "ack": Answering(),
    "reject": Answering(AnswerMode.REJECT),
    "reject-unverified": Answering(AnswerMode.REJECT),
    "app": Answering(AnswerMode.APP),
    "outage": Answering(AnswerMode.STATUS, 503),
}
_STATUSES: Final = range(200, 600)


def read_answering(text: str) -> Answering:
    """ack, reject, app, outage or a status; on what terms stands after colons: 503:10min for so long, 503:20 for so
    many deliveries, app:5s:ack for the time that the app has, and what stands for its answer. Raises InspectorError."""
    word, *terms = [each.strip() for each in text.lower().split(":")]
    try:
        begun = _NAMED.get(word) or Answering(AnswerMode.STATUS, _status(word))
        return reduce(_with, terms, begun)
    except ValueError as error:
        hint = "Write ack, reject, app, app:5s:ack, outage, a status such as 429, 503:10min or 503:20"
        raise InspectorError(f"{text!r} is no answer mode", str(error), hint, exit_code=2) from None


def _with(answering: Answering, term: str) -> Answering:
    """With one term more."""
    lasting = not term.isdecimal() and term != "ack"
    if answering.mode is AnswerMode.STATUS and term != "ack" and not answering.ends:
        return replace(answering, seconds=_lasting(term)) if lasting else replace(answering, first=_count(term))
    if answering.mode is AnswerMode.APP:
        if lasting:
            return replace(answering, timeout=_lasting(term))
        return replace(answering, fallback=None if term == "ack" else _status(term))
    raise ValueError(f"{term!r} does not belong there")


def _status(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or len(text) > 3 or int(text) not in _STATUSES:
        raise ValueError(f"{text!r} is no status from 200 to 599")
    return int(text)


def _count(text: str) -> int:
    if len(text) > 9 or int(text) == 0:
        raise ValueError(f"{text} is no number of deliveries")
    return int(text)


def _lasting(text: str) -> float:
    seconds = seconds_in(text)
    if not 0 < seconds < 366 * 86_400:
        raise ValueError(f"{text} is no time to wait for")
    return seconds


def answering_words(answering: Answering) -> str:
    """What the processor gets."""
    if answering.mode is AnswerMode.ACK:
        return "what it wants"
    if answering.mode is AnswerMode.REJECT:
        return "401 unless verified"
    if answering.mode is AnswerMode.APP:
        timely = f" in {answering.timeout:g} s" if answering.timeout else ""
        other = "what it wants" if answering.fallback is None else str(answering.fallback)
        return f"what the app answers{timely}" + (f", else {other}" if answering.fallback != 502 else "")
    if answering.first is not None:
        return f"{answering.status} to {answering.first:,} more"
    return str(answering.status) + (f" for {duration(answering.seconds)}" if answering.seconds is not None else "")
