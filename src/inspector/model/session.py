"""What a kept request is checked by: the outcome that is expected of it, and where another one was found."""

from typing import Any

import msgspec

__all__ = ["Difference"]


class Difference(msgspec.Struct, frozen=True):
    """One place where the outcome is not the expected one. None stands for null and for nothing at all.

    `path` is written in the path language: events.0.event_response.payment.status.
    """

    path: str
    expected: Any
    found: Any
