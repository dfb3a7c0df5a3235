"""In which order the rows of a list stand."""

from typing import Final

import msgspec

__all__ = ["ARRIVAL", "Order"]


class Order(msgspec.Struct, frozen=True):
    """By a column of the list: time, processor, type, native, amount, signature, app or copies."""

    column: str = "time"
    descending: bool = False


ARRIVAL: Final = Order()
"""As they came, the newest at the end."""
