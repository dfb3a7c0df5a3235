"""How much of what arrived is kept."""

from collections.abc import Collection

import msgspec

__all__ = ["Remaining", "Retention"]


class Retention(msgspec.Struct, frozen=True):
    """What is older than so many seconds goes, and what is oldest where the store takes more than so many bytes. None:
    everything stays."""

    seconds: float | None = None
    size: int | None = None

    def __bool__(self) -> bool:
        return self.seconds is not None or self.size is not None


class Remaining(msgspec.Struct, frozen=True):
    """What is left of rows of which the oldest were taken away: how many there are, the id from which on they are all
    there, and the ids before it that are there because they have still to be sent."""

    count: int
    first: int
    waiting: Collection[int]
