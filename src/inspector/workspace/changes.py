"""What is new, gathered until somebody asks for it."""

import asyncio

import msgspec

from inspector.model import Notice

__all__ = ["Change", "Watcher"]


class Change(msgspec.Struct, frozen=True):
    """What is new since the last change: whether deliveries arrived, which were forwarded and which verified later.

    `elsewhere`: another process has written, so that any row may say something else. `trimmed`: some of the oldest are
    not there any more.
    """

    arrived: bool
    elsewhere: bool
    forwarded: frozenset[int]
    verified: frozenset[int]
    notices: tuple[Notice, ...] = ()
    trimmed: bool = False


class Watcher:
    """Gathers what happens until somebody asks for it."""

    def __init__(self) -> None:
        self._event = asyncio.Event()
        self._arrived = self._elsewhere = self._trimmed = False
        self._forwarded: set[int] = set()
        self._verified: set[int] = set()
        self._notices: list[Notice] = []

    def arrived(self, *, elsewhere: bool = False) -> None:
        """A delivery was stored, or another process has written."""
        self._arrived = True
        self._elsewhere |= elsewhere
        self._event.set()

    def forwarded(self, number: int) -> None:
        """An attempt to forward a delivery was stored."""
        self._forwarded.add(number)
        self._event.set()

    def verified(self, number: int) -> None:
        """A delivery has a verdict now, which had to wait for a key."""
        self._verified.add(number)
        self._event.set()

    def trimmed(self) -> None:
        """Some of the oldest deliveries were taken away."""
        self._trimmed = True
        self._event.set()

    def told(self, notice: Notice) -> None:
        """Something that a person should know."""
        self._notices.append(notice)
        self._event.set()

    async def next(self) -> Change:
        """Wait until there is something, and answer with all of it."""
        await self._event.wait()
        self._event.clear()
        forwarded, verified = frozenset(self._forwarded), frozenset(self._verified)
        change = Change(self._arrived, self._elsewhere, forwarded, verified, tuple(self._notices), self._trimmed)
        self._arrived = self._elsewhere = self._trimmed = False
        self._forwarded, self._verified, self._notices = set(), set(), []
        return change
