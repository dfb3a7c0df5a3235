"""The line in which one types what is looked for in a body, and which of how many places one is at."""

import asyncio
import re
from collections.abc import Callable
from typing import Final

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Static

from inspector.app.keys import Key, Section
from inspector.app.present import Hits, pattern_of

__all__ = ["SearchBar"]

_MOST: Final = 10_000  # places that are gathered of a term
_TYPING: Final = 0.05  # seconds in which another letter may come


class SearchBar(Horizontal):
    """Looks for a term while one types it. It stays as long as something is looked for."""

    BINDINGS = [
        Key("escape", "close", "Close", tooltip="Look for nothing any more", id="search_close", section=Section.DETAIL),
        Key(
            "down",
            "leave",
            "Body",
            False,
            tooltip="Into the body, to the place that was found",
            id="search_leave",
            section=Section.DETAIL,
        ),
    ]

    class At(Message):
        """A place is to be shown; None where nothing is looked for any more, or not yet found."""

        def __init__(self, place: tuple[str, ...] | int | None, pattern: re.Pattern[str] | None) -> None:
            super().__init__()
            self.place = place
            self.pattern = pattern

    class Left(Message):
        """The user is done typing."""

    def __init__(self) -> None:
        super().__init__()
        self._hits: Callable[[re.Pattern[str], int], Hits] | None = None
        self._places: list[tuple[str, ...] | int] = []
        self._at = 0
        self._done = False

    def compose(self) -> ComposeResult:
        """A sign, the line, and what there is to say about it."""
        yield Static("/", classes="bar-sign")
        yield Input(placeholder="look for names and values in this body", compact=True)
        yield Static("", classes="bar-said", markup=False)

    @property
    def term(self) -> str:
        """What is looked for."""
        return self.query_one(Input).value

    def edit(self) -> None:
        """Show the line and type in it."""
        self.display = True
        line = self.query_one(Input)
        line.focus()
        line.select_all()

    def look_into(self, hits: Callable[[re.Pattern[str], int], Hits]) -> None:
        """Look through something else: `hits` finds a pattern, so many characters long, in it."""
        self._hits = hits
        if self.term:
            self._begin()

    def _begin(self) -> None:
        term = self.term
        pattern = pattern_of(term) if term else None
        self.workers.cancel_group(self, "search")
        self._places, self._at, self._done = [], 0, False
        self.post_message(self.At(None, pattern))
        self._say()
        if pattern is not None and self._hits is not None:
            self.run_worker(self._gather(self._hits(pattern, len(term)), pattern), group="search")

    async def _gather(self, hits: Hits, pattern: re.Pattern[str]) -> None:
        """Let the screen go on meanwhile; the first place is shown as soon as it is found."""
        await asyncio.sleep(_TYPING)
        for hit in hits:
            if hit is None:
                self._say()
                await asyncio.sleep(0)
                continue
            self._places.append(hit)
            if len(self._places) == 1:
                self.post_message(self.At(hit, pattern))
            if len(self._places) == _MOST:
                break
        else:
            self._done = True
        self._say()

    def _say(self) -> None:
        """Which of how many; or that there is none."""
        words = "not in this body" if self._done else "looking …"
        if self._places:
            words = f"{self._at + 1:,} of {len(self._places):,}{'' if self._done else '+'}"
        said = self.query_one(".bar-said", Static)
        said.set_class(self._done and not self._places, "wrong")
        said.update(words if self.term else "")

    def go(self, by: int) -> None:
        """The next place that was found, or the one before; behind the last comes the first."""
        if self._places:
            self._at = (self._at + by) % len(self._places)
            self.post_message(self.At(self._places[self._at], pattern_of(self.term)))
            self._say()

    def drop(self) -> None:
        """Look for nothing any more."""
        if self.term:
            with self.prevent(Input.Changed):
                self.query_one(Input).value = ""
            self._begin()
        self.display = False

    def on_input_changed(self, event: Input.Changed) -> None:
        """Every letter looks anew."""
        event.stop()
        self._begin()

    @on(Input.Submitted)
    def action_leave(self) -> None:
        """Into the body; n and N go on from there."""
        self.display = bool(self.term)
        self.post_message(self.Left())

    def action_close(self) -> None:
        """Look for nothing, and back into the body."""
        self.drop()
        self.post_message(self.Left())
