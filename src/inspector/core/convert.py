"""Conversions: how a value of a payload becomes a value of ours. Each has a name that documents use.

A conversion takes the raw value and the message, and answers with the value, or None where the raw value
says nothing. It raises ValueError, in words, for a value that cannot be what the document says it is.
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, Final, Literal, get_args

from inspector.core.amounts import AmountName, decimal
from inspector.core.locate import Message
from inspector.core.signed_text import as_text

__all__ = [
    "CONVERSIONS",
    "TIMES",
    "ConversionName",
    "Convert",
    "TimeName",
    "identifier",
    "instant",
    "mapping",
    "moment",
    "scalar",
]

Convert = Callable[[Any, Message], Any]

TimeName = Literal["iso-8601", "unix-seconds", "unix-milliseconds", "malaysian-time"]
FiuuName = Literal["fiuu-token", "fiuu-card-brand", "fiuu-card-last4"]
ConversionName = Literal[
    AmountName,
    TimeName,
    "text",
    "id",
    "last-four",
    "last-segment",
    "full-name",
    "month",
    "expiry-month",
    "expiry-year",
    FiuuName,
]

_MAX_DEPTH: Final = 50  # of an object that is kept as it came, far beyond what processors send
_MALAYSIA: Final = timezone(timedelta(hours=8))  # all year since 1982


def scalar(raw: Any, _: Message | None = None) -> str | None:
    """Text as it is, numbers and booleans as text; an object or list says nothing."""
    return None if isinstance(raw, dict | list) else as_text(raw) or None


def mapping(raw: Any, _: Message | None = None) -> Mapping[str, Any] | None:
    """An object as it is; an empty one says nothing, nor does one that is nested too deep to be stored."""
    return raw if isinstance(raw, dict) and raw and _shallow(raw, _MAX_DEPTH) else None


def _shallow(raw: Any, depth: int) -> bool:
    for each in raw.values() if type(raw) is dict else raw:
        if (type(each) is dict or type(each) is list) and (depth == 0 or not _shallow(each, depth - 1)):
            return False
    return True


def identifier(raw: Any, message: Message) -> str | None:
    """An id, or the id of the object that stands in its place."""
    return raw if type(raw) is str else scalar(raw.get("id") if isinstance(raw, dict) else raw, message)


_EXPIRY: Final = re.compile(r"(?P<month>\d\d?) ?/ ?(?P<year>\d{4}|\d\d)|(?P<mm>0[1-9]|1[0-2])(?P<yy>\d\d)", re.ASCII)


def _expiry(raw: Any, *, year: bool) -> str | None:
    """Month or year of an expiry date written M/YYYY, MM/YY or MMYY."""
    found = _EXPIRY.fullmatch(as_text(raw).strip())
    if found is None:
        return None
    text = (found["year"] or found["yy"]) if year else (found["month"] or found["mm"])
    return f"20{text}" if year and len(text) == 2 else text.zfill(2)


def _last_four(raw: Any, _: Message) -> str | None:
    """The last four digits of a masked card number."""
    found = as_text(raw)[-4:]
    return found if len(found) == 4 and found.isascii() and found.isdecimal() else None


def _last_segment(raw: Any, _: Message) -> str | None:
    """The last part of an address's path: the id in a link."""
    return as_text(raw).partition("?")[0].rstrip("/").rpartition("/")[2] or None


_NAMES: Final = ("first_name given_name firstName givenName".split(), "last_name surname lastName familyName".split())


def _full_name(raw: Any, _: Message) -> str | None:
    """First and last name of the object that holds them, whatever it calls them; a text is the name itself."""
    if not isinstance(raw, dict):
        return scalar(raw)
    parts = [next((name for key in keys if (name := scalar(raw.get(key)))), "") for keys in _NAMES]
    return " ".join(filter(None, parts)) or None


def moment(raw: Any, how: TimeName) -> float | None:
    """Unix seconds of a time. A time without a zone is UTC, or Malaysian where the processor writes it so (fiuu)."""
    if how in ("iso-8601", "malaysian-time"):
        try:
            found = datetime.fromisoformat(as_text(raw).strip().replace(" UTC", "Z"))
        except ValueError:
            raise ValueError(f"{as_text(raw)[:40]!r} is not an ISO 8601 time") from None
        zone = UTC if how == "iso-8601" else _MALAYSIA
        return (found if found.tzinfo else found.replace(tzinfo=zone)).timestamp()
    number: int | Decimal = raw if type(raw) is int else decimal(raw)
    if not -(10**14) < number < 10**14:
        raise ValueError(f"{as_text(raw)[:40]!r} is not a Unix time")
    return float(number) / (1000 if how == "unix-milliseconds" else 1)


TIMES: Final[tuple[TimeName, ...]] = get_args(TimeName)


def instant(how: TimeName) -> Convert:
    """The conversion of a time to a datetime, in UTC."""

    def convert(raw: Any, _: Message) -> datetime | None:
        found = moment(raw, how)
        try:
            return None if found is None else datetime.fromtimestamp(found, UTC)
        except OSError as error:  # what the platform cannot count
            raise ValueError(str(error)) from None

    return convert


def _time(how: TimeName) -> Convert:
    def convert(raw: Any, _: Message) -> int | None:
        found = moment(raw, how)
        return None if found is None else int(found)

    return convert


def _fiuu_extra(member: str) -> Convert:
    """A member of Fiuu's extraP: a JSON text inside a form field, or an object where the body is JSON."""

    def convert(raw: Any, _: Message) -> str | None:
        try:
            found = json.loads(raw) if isinstance(raw, str) else raw
        except (ValueError, RecursionError):
            raise ValueError(f"{as_text(raw)[:40]!r} is not JSON") from None
        return scalar(found.get(member)) if isinstance(found, dict) else None

    return convert


CONVERSIONS: Final[Mapping[str, Convert]] = {
    "text": scalar,
    "id": identifier,
    "last-four": _last_four,
    "last-segment": _last_segment,
    "full-name": _full_name,
    "month": lambda raw, _: as_text(raw).zfill(2),
    "expiry-month": lambda raw, _: _expiry(raw, year=False),
    "expiry-year": lambda raw, _: _expiry(raw, year=True),
    "iso-8601": _time("iso-8601"),
    "unix-seconds": _time("unix-seconds"),
    "unix-milliseconds": _time("unix-milliseconds"),
    "malaysian-time": _time("malaysian-time"),
    "fiuu-token": _fiuu_extra("token"),
    "fiuu-card-brand": _fiuu_extra("ccbrand"),
    "fiuu-card-last4": _fiuu_extra("cclast4"),
}
