"""Amounts of a payload become whole minor units, exactly or not at all."""

from collections.abc import Mapping, Sequence
from decimal import Context, Decimal, InvalidOperation
from typing import Any, Final, Literal, get_args

from inspector.core.locate import Locator, Message, first, locator
from inspector.core.signed_text import as_text
from inspector.model import Money, exponent

__all__ = ["AMOUNTS", "Amount", "AmountName", "amount", "decimal", "minor_units"]

AmountName = Literal[
    "minor-units",
    "major-units",
    "amount-unit-setting",
    "stripe-refunded-now",
    "polar-with-tax",
    "unsigned-major-units",
    "fiat-major-units",
]

AMOUNTS: Final[tuple[AmountName, ...]] = get_args(AmountName)

_MAX_DIGITS: Final = 30  # far beyond any amount of money, far below what is costly
_EXACT: Final = Context(prec=4 * _MAX_DIGITS)


def decimal(raw: Any) -> Decimal:
    """A number of a payload, exactly. Raises ValueError, in words, for what is none or is out of all bounds."""
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


def amount(how: AmountName, currency: Sequence[Locator], exponents: Mapping[str, int], *, bare: bool) -> Amount:
    """The conversion of an amount: to Money, or to minor units alone where the field is a bare number."""
    kind, unit = _OWN.get(how, (Amount, how))
    return kind(unit, currency, exponents, bare=bare)


def minor_units(raw: Any, currency: str, how: str, own: int | None) -> int:
    """Minor units of an amount. `own` is the processor's exponent where it differs from ISO 4217's."""
    number = decimal(raw)
    shift = exponent(currency) - (own if own is not None else exponent(currency))
    scaled = number.scaleb(shift if how == "minor-units" else exponent(currency), _EXACT)
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{as_text(raw)[:40]} has more decimals than {currency}")
    return int(scaled)
