"""What is new, gathered until somebody asks for it."""

import asyncio

import msgspec

__all__ = ["Change", "Watcher"]


class Change(msgspec.Struct, frozen=True):
    """What is new since the last change: whether deliveries arrived, and those whose attempts changed."""

    arrived: bool
    forwarded: frozenset[int]


class Watcher:
    """Gathers what happens until somebody asks for it."""

    def __init__(self) -> None:
        self._event = asyncio.Event()
        self._arrived = False
        self._forwarded: set[int] = set()

    def arrived(self) -> None:
        """A delivery was stored."""
        self._arrived = True
        self._event.set()

    def forwarded(self, number: int) -> None:
        """An attempt to forward a delivery was stored."""
        self._forwarded.add(number)
        self._event.set()

    async def next(self) -> Change:
        """Wait until there is something, and answer with all of it."""
        await self._event.wait()
        self._event.clear()
        change = Change(self._arrived, frozenset(self._forwarded))
        self._arrived, self._forwarded = False, set()
        return change
