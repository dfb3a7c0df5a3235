"""Conversions: how a value of a payload becomes a value of ours. Each has a name that documents use.

A conversion takes the raw value and the message, and answers with the value, or None where the raw value
says nothing. It raises ValueError, in words, for a value that cannot be what the document says it is.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from decimal import Context, Decimal, InvalidOperation
from typing import Any, Final, Literal, get_args

from inspector.core.locate import Locator, Message, first, locator
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
    "amount",
    "identifier",
    "instant",
    "mapping",
    "minor_units",
    "moment",
    "scalar",
]

Convert = Callable[[Any, Message], Any]

AmountName = Literal[
    "minor-units",
    "major-units",
    "amount-unit-setting",
    "stripe-refunded-now",
    "polar-with-tax",
    "unsigned-major-units",
    "fiat-major-units",
]
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

_MAX_DIGITS: Final = 30  # far beyond any amount of money, far below what is costly
_MAX_DEPTH: Final = 50  # of an object that is kept as it came, far beyond what processors send
_EXACT: Final = Context(prec=4 * _MAX_DIGITS)
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
    number: int | Decimal = raw if type(raw) is int else _decimal(raw)
    if not -(10**14) < number < 10**14:
        raise ValueError(f"{as_text(raw)[:40]!r} is not a Unix time")
    return float(number) / (1000 if how == "unix-milliseconds" else 1)


def _decimal(raw: Any) -> Decimal:
    if isinstance(raw, bool):
        raise ValueError(f"{as_text(raw)!r} is not a number")
    text = as_text(raw).strip()
    try:
        number = Decimal(text) if len(text) <= 2 * _MAX_DIGITS else None
    except InvalidOperation:
        raise ValueError(f"{text[:40]!r} is not a number") from None
    if number is None or not number.is_finite() or abs(number.adjusted()) > _MAX_DIGITS:
        raise ValueError(f"{text[:40]!r} is not an amount")
    return number


class Amount:
    """Turns an amount of a payload into minor units by ISO 4217, exactly or not at all."""

    def __init__(
        self, how: AmountName, currency: Sequence[Locator], exponents: Mapping[str, int], *, bare: bool
    ) -> None:
        self.how, self.currency, self.exponents, self.bare = how, currency, exponents, bare

    def __call__(self, raw: Any, message: Message) -> Money | int | None:
        """Money, or minor units alone where the field is a bare number."""
        return self.of(raw, first(self.currency, message), message)

    def of(self, raw: Any, currency: Any, message: Message) -> Money | int | None:
        """The same, where the currency is at hand."""
        how = self._unit(message) if self.how == "amount-unit-setting" else self.how
        if how is None:
            return None
        if type(currency) is not str or not currency.isascii() or not currency.isalpha() or len(currency) > 5:
            setting = next((place.key for place in self.currency if place.text.startswith("setting:")), "")
            hint = f": set the setting {setting}" if setting else ""
            raise ValueError(f"the amount {as_text(raw)[:40]} has no currency{hint}")
        code = currency.upper()
        own = self.exponents.get(code) if self.exponents else None
        if how == "minor-units" and own is None and type(raw) is int and -(10**18) < raw < 10**18:
            return raw if self.bare else Money(raw, code)
        units = minor_units(raw, code, how, own)
        return units if self.bare else Money(units, code)

    @staticmethod
    def _unit(message: Message) -> AmountName | None:
        units: dict[str, AmountName] = {"minor": "minor-units", "major": "major-units"}
        return units.get(message.settings.get("amount_unit", ""))


_REFUNDED_BEFORE: Final = locator("data.previous_attributes.amount_refunded")


class _RefundedNow(Amount):
    """Stripe's charge.refunded holds the sum of all refunds of the charge: this one is what was added to it.

    https://docs.stripe.com/api/events/object#event_object-data-previous_attributes
    """

    def of(self, raw: Any, currency: Any, message: Message) -> Money | int | None:
        """The difference to the sum before, or the sum itself where the message does not hold that."""
        before = _REFUNDED_BEFORE.find(message)
        now = raw - before if type(raw) is int and type(before) is int else raw
        return super().of(now, currency, message)


_REFUNDED: Final = locator("data.refunded_amount")
_REFUNDED_TAX: Final = locator("data.refunded_tax_amount")
_TAX: Final = locator("data.tax_amount")


class _WithTax(Amount):
    """Polar tells what is refunded before tax, and the tax beside it (https://docs.polar.sh/api-reference/refunds)."""

    def of(self, raw: Any, currency: Any, message: Message) -> Money | int | None:
        """The sum of the two. An order's tax_amount is that of what was sold: only a refund's own is added."""
        tax = (_TAX if _REFUNDED.find(message) is None else _REFUNDED_TAX).find(message)
        return super().of(raw + tax if type(raw) is int and type(tax) is int else raw, currency, message)


class _Unsigned(Amount):
    """Decimal text with commas between thousands, or a minus before what goes back to the payer (bluesnap, nmi)."""

    def of(self, raw: Any, currency: Any, message: Message) -> Money | int | None:
        """The amount without its sign."""
        return super().of(as_text(raw).replace(",", "").removeprefix("-"), currency, message)


_CRYPTO: Final = frozenset(
    "BCH BNB BTC BUSD DAI DASH DOGE ETC ETH EURC EURT LTC MATIC POL SHIB SOL TON TRX USDC USDT XLM XRP".split()
)


class _Fiat(Amount):
    """Decimal text; an amount of a cryptocurrency, which has no minor unit of ISO 4217, says nothing (cryptopay)."""

    def of(self, raw: Any, currency: Any, message: Message) -> Money | int | None:
        """The amount, where its currency is one that states issue."""
        return None if as_text(currency).upper() in _CRYPTO else super().of(raw, currency, message)


_OWN: Final[Mapping[AmountName, tuple[type[Amount], AmountName]]] = {
    "stripe-refunded-now": (_RefundedNow, "minor-units"),
    "polar-with-tax": (_WithTax, "minor-units"),
    "unsigned-major-units": (_Unsigned, "major-units"),
    "fiat-major-units": (_Fiat, "major-units"),
}


def amount(how: AmountName, currency: Sequence[Locator], exponents: Mapping[str, int], *, bare: bool) -> Convert:
    """The conversion of an amount: to Money, or to minor units alone where the field is a bare number."""
    kind, unit = _OWN.get(how, (Amount, how))
    return kind(unit, currency, exponents, bare=bare)


def minor_units(raw: Any, currency: str, how: str, own: int | None) -> int:
    """Minor units of an amount. `own` is the processor's exponent where it differs from ISO 4217's."""
    number = _decimal(raw)
    shift = exponent(currency) - (own if own is not None else exponent(currency))
    scaled = number.scaleb(shift if how == "minor-units" else exponent(currency), _EXACT)
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{as_text(raw)[:40]} has more decimals than {currency}")
    return int(scaled)


AMOUNTS: Final[tuple[AmountName, ...]] = get_args(AmountName)
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
