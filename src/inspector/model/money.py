"""Amounts as whole minor units of a currency: never a float.

Exponents are those of ISO 4217 (list one, https://www.six-group.com/dam/download/financial-information/
data-center/iso-currrency/lists/list-one.xml); a currency that is not listed here has two decimals.
"""

from collections.abc import Mapping
from typing import Final

import msgspec

__all__ = ["EXPONENTS", "Money", "exponent"]

EXPONENTS: Final[Mapping[str, int]] = {
    **dict.fromkeys(
        "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(),
        0,
    ),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
    **dict.fromkeys("CLF UYW".split(), 4),
}
"""The currencies whose number of decimals is not two."""


def exponent(currency: str) -> int:
    """How many decimals the currency has: 0 for JPY, 2 for EUR, 3 for KWD."""
    return EXPONENTS.get(currency, 2)


class Money(msgspec.Struct, frozen=True):
    """An amount in minor units (cents, yen, fils) with its ISO 4217 currency code in capitals."""

    minor_units: int
    currency: str

    def __str__(self) -> str:
        places = exponent(self.currency)
        digits = f"{abs(self.minor_units):0{places + 1}d}"
        whole, rest = (digits[:-places], digits[-places:]) if places else (digits, "")
        sign = "-" if self.minor_units < 0 else ""
        return f"{sign}{whole}{'.' if rest else ''}{rest} {self.currency}".rstrip()
