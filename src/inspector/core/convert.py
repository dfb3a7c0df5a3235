"""Conversions: how a value of a payload becomes a value of ours. Each has a name that documents use.

A conversion takes the raw value and the message, and answers with the value, or None where the raw value
says nothing. It raises ValueError, in words, for a value that cannot be what the document says it is.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final, Literal

from inspector.core.locate import Locator, Message, first
from inspector.core.signed_text import as_text
from inspector.model import Money, exponent

__all__ = [
    "AMOUNTS",
    "CONVERSIONS",
    "TIMES",
    "Amount",
    "ConversionName",
    "Convert",
    "TimeName",
    "minor_units",
    "moment",
    "scalar",
]

Convert = Callable[[Any, Message], Any]

AmountName = Literal["minor-units", "major-units", "amount-unit-setting"]
TimeName = Literal["iso-8601", "unix-seconds", "unix-milliseconds"]
ConversionName = Literal[AmountName, TimeName, "text", "id", "expiry-month", "expiry-year"]

_MAX_DIGITS: Final = 30  # far beyond any amount of money, far below what is costly


def scalar(raw: Any, _: Message | None = None) -> str | None:
    """Text as it is, numbers and booleans as text; an object or list says nothing."""
    return None if isinstance(raw, dict | list) else as_text(raw) or None


def _identifier(raw: Any, message: Message) -> str | None:
    """An id, or the id of the object that stands in its place."""
    return scalar(raw.get("id") if isinstance(raw, dict) else raw, message)


def _expiry(raw: Any, position: int) -> str | None:
    """Month and year of an expiry date written M/YYYY."""
    parts = as_text(raw).split("/")
    return parts[position].strip().zfill(2) if len(parts) == 2 else None


def moment(raw: Any, how: TimeName) -> float | None:
    """Unix seconds of a time. A time without a zone is UTC."""
    if how == "iso-8601":
        try:
            found = datetime.fromisoformat(as_text(raw).strip().replace(" UTC", "Z"))
        except ValueError:
            raise ValueError(f"{as_text(raw)[:40]!r} is not an ISO 8601 time") from None
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
    number: int | Decimal = raw if type(raw) is int else _decimal(raw)
    if not -(10**14) < number < 10**14:
        raise ValueError(f"{as_text(raw)[:40]!r} is not a Unix time")
    return float(number) / (1000 if how == "unix-milliseconds" else 1)


def _decimal(raw: Any) -> Decimal:
    if isinstance(raw, bool):
        raise ValueError(f"{as_text(raw)!r} is not a number")
    if type(raw) is int:
        return Decimal(raw)
    try:
        number = Decimal(as_text(raw).strip())
    except (InvalidOperation, ValueError):
        raise ValueError(f"{as_text(raw)[:40]!r} is not a number") from None
    if not number.is_finite() or abs(number.adjusted()) > _MAX_DIGITS:
        raise ValueError(f"{as_text(raw)[:40]!r} is not an amount")
    return number


class Amount:
    """Turns an amount of a payload into minor units by ISO 4217, exactly or not at all."""

    def __init__(
        self, how: AmountName, currency: Sequence[Locator], exponents: Mapping[str, int], *, bare: bool
    ) -> None:
        self.how, self.currency, self.exponents, self.bare = how, currency, exponents, bare

    def __call__(self, raw: Any, message: Message) -> Money | int | None:
        """Money, or minor units alone where the field is a bare number."""
        how = self._unit(message) if self.how == "amount-unit-setting" else self.how
        if how is None:
            return None
        found = first(self.currency, message)
        if type(found) is not str or not found.isascii() or not found.isalpha() or len(found) > 5:
            raise ValueError(f"the amount {as_text(raw)[:40]} has no currency")
        code = found.upper()
        own = self.exponents.get(code) if self.exponents else None
        if how == "minor-units" and own is None and type(raw) is int and -(10**18) < raw < 10**18:
            return raw if self.bare else Money(raw, code)
        units = minor_units(raw, code, how, own)
        return units if self.bare else Money(units, code)

    @staticmethod
    def _unit(message: Message) -> AmountName | None:
        units: dict[str, AmountName] = {"minor": "minor-units", "major": "major-units"}
        return units.get(message.settings.get("amount_unit", ""))


def minor_units(raw: Any, currency: str, how: str, own: int | None) -> int:
    """Minor units of an amount. `own` is the processor's exponent where it differs from ISO 4217's."""
    number = _decimal(raw)
    shift = exponent(currency) - (own if own is not None else exponent(currency))
    scaled = number.scaleb(shift if how == "minor-units" else exponent(currency))
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{as_text(raw)[:40]} has more decimals than {currency}")
    return int(scaled)


AMOUNTS: Final = ("minor-units", "major-units", "amount-unit-setting")
TIMES: Final = ("iso-8601", "unix-seconds", "unix-milliseconds")


def _time(how: TimeName) -> Convert:
    def convert(raw: Any, _: Message) -> int | None:
        found = moment(raw, how)
        return None if found is None else int(found)

    return convert


CONVERSIONS: Final[Mapping[str, Convert]] = {
    "text": scalar,
    "id": _identifier,
    "expiry-month": lambda raw, _: _expiry(raw, 0),
    "expiry-year": lambda raw, _: _expiry(raw, 1),
    "iso-8601": _time("iso-8601"),
    "unix-seconds": _time("unix-seconds"),
    "unix-milliseconds": _time("unix-milliseconds"),
}
