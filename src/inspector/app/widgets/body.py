"""The body: a tree of what it holds, folded and made as one opens it; or the bytes as they came. Both are searched."""

import asyncio
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from textual.app import ComposeResult
from textual.containers import Container
from textual.widgets import ContentSwitcher

from inspector.app.keys import Key, Section
from inspector.app.present import (
    Hits,
    Line,
    Span,
    raw_lines,
    searched,
    text_hits,
    tree_of,
    value_hits,
    wrap_lines,
)
from inspector.app.widgets.lines import LinesView
from inspector.app.widgets.search_bar import SearchBar
from inspector.app.widgets.value_tree import Steps, ValueTree
from inspector.core.document import BodySpec
from inspector.core.places import item_steps, places
from inspector.model import CapturedRequest, Source

__all__ = ["BodyView"]

_AT_ONCE: Final = 100_000  # bytes that are read while the user waits; more is read beside the screen


class BodyView(Container):
    """The tree where the body can be read, the bytes where it cannot, and `b` for the other of the two."""

    BINDINGS = [
        Key(
            "b",
            "toggle_raw",
            "Raw",
            tooltip="The tree, or the bytes as they came",
            id="body_bytes",
            section=Section.DETAIL,
        ),
        Key(
            "slash",
            "search",
            "Find",
            tooltip="Look for names and values in the body",
            id="search",
            section=Section.DETAIL,
        ),
        Key(
            "n",
            "next(1)",
            "Next",
            False,
            tooltip="The next place that was found",
            id="search_next",
            section=Section.DETAIL,
        ),
        Key("N", "next(-1)", "Previous", False, tooltip="The one before", id="search_previous", section=Section.DETAIL),
        Key("escape", "forget", "Stop searching", False, id="search_forget", section=Section.DETAIL),
    ]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._raw = False
        self._readable = self._reading = False
        self._request: CapturedRequest | None = None
        self._opened: CapturedRequest | None = None
        self._root: Any = None
        self._body = BodySpec()
        self._sources: Mapping[str, Source] = {}
        self._position = 0
        self._wanted = ""  # the field whose place is shown as soon as the body is read

    def compose(self) -> ComposeResult:
        """Both ways to see a body."""
        with ContentSwitcher(initial="body-raw"):
            yield ValueTree(id="body-tree")
            yield LinesView(id="body-raw")
        yield SearchBar()

    def show(
        self,
        request: CapturedRequest,
        body: BodySpec,
        sources: Mapping[str, Source],
        position: int = 0,
        opened: CapturedRequest | None = None,
    ) -> None:
        """Show the body of a request, which the document reads as `body` says, and where an event's fields stand in it.

        A large one is read in a thread, so that the screen goes on. The same one again keeps what is open. The tree
        is that of the `opened` request, where the body is encrypted.
        """
        readable = opened or request
        same = request == self._request and readable == self._opened and body.unwrap == self._body.unwrap
        elsewhere = position != self._position
        self._body, self._sources, self._position = body, sources, position
        if same:
            self._mark(go=elsewhere)
            return
        self._request, self._opened, self._reading = request, readable, len(request.body) > _AT_ONCE
        if not self._reading:
            self._present(tree_of(readable, body.unwrap), raw_lines(request))
        else:
            self._present(None, [[Span(f"Reading {len(request.body):,} bytes…", "dim")]])
            self.run_worker(self._read(request, readable, body), exclusive=True, group="body")

    async def _read(self, request: CapturedRequest, readable: CapturedRequest, body: BodySpec) -> None:
        root = await asyncio.to_thread(tree_of, readable, body.unwrap)
        lines = await asyncio.to_thread(raw_lines, request)
        if request is self._request:
            self._reading = False
            self._present(root, lines)

    def _present(self, root: Any, lines: list[Line]) -> None:
        self._readable, self._root = isinstance(root, dict | list) and bool(root), root
        self.query_one("#body-raw", LinesView).show(lambda width: wrap_lines(lines, width))
        self.query_one(ValueTree).show(root)
        self._mark(go=True)
        self._switch()
        if self._wanted:
            self.lead(self._wanted)

    def _mark(self, *, go: bool) -> None:
        """Say at each place which fields came from it; and go to the event of a batch."""
        tree, fields = self.query_one(ValueTree), dict[Steps, list[str]]()
        for field, spots in places(self._sources, self._root, self._body, self._position).items():
            for spot in spots:
                if spot.where == "body":
                    fields.setdefault(spot.steps, []).append(field)
        tree.mark(fields)
        item = item_steps(self._root, self._body, self._position)
        if go and item:
            tree.reveal(item)

    def lead(self, field: str) -> None:
        """Show the place that a field came from, now or when the body has been read."""
        self._wanted = field if self._reading else ""
        if self._reading:
            return
        found = places(self._sources, self._root, self._body, self._position).get(field, ())
        steps = next((spot.steps for spot in found if spot.where == "body"), ())
        self.query_one(SearchBar).drop()
        if self._raw:
            self.action_toggle_raw()
        if steps and not self.query_one(ValueTree).reveal(steps, field):
            self.notify(f"{'.'.join(steps)} cannot be seen in this body", title=field, markup=False)

    def on_search_bar_at(self, message: SearchBar.At) -> None:
        """Mark what is looked for, and show the place where it was found."""
        message.stop()
        self.query_one(ValueTree).highlight(message.pattern)
        if isinstance(message.place, tuple):
            self.query_one(ValueTree).reveal(message.place)
        elif self._request is not None and not self._reading and not self._in_tree:
            lines = raw_lines(self._request, message.pattern, message.place)
            view = self.query_one("#body-raw", LinesView)
            view.show(lambda width: wrap_lines(lines, width), keep=True)
            if message.place is not None:
                view.point(lambda span: span.style == "current")

    @property
    def _hits(self) -> Callable[[re.Pattern[str], int], Hits]:
        """How to find something in what is shown."""
        if self._in_tree:
            root = self._root
            return lambda pattern, _: value_hits(root, pattern)
        request = self._request or CapturedRequest(url="")
        return lambda pattern, length: text_hits(searched(request), pattern, length)

    @property
    def _in_tree(self) -> bool:
        return self._readable and not self._raw

    def _switch(self) -> None:
        """Show the one or the other; the focus stays with the body where it is there."""
        shown = "body-tree" if self._in_tree else "body-raw"
        switcher = self.query_one(ContentSwitcher)
        focused = switcher.has_focus_within
        switcher.current = shown
        if focused:
            self.focus_inner()
        self.query_one(SearchBar).look_into(self._hits)

    def action_toggle_raw(self) -> None:
        """The other way to see the body."""
        self._raw = not self._raw
        self._switch()

    def action_search(self) -> None:
        """Type what to look for."""
        self.query_one(SearchBar).edit()

    def action_next(self, by: int) -> None:
        """The next place that was found, or the one before."""
        self.query_one(SearchBar).go(by)

    def action_forget(self) -> None:
        """Look for nothing any more."""
        self.query_one(SearchBar).action_close()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Without a search there is no next place, and nothing to forget."""
        if action in ("next", "forget"):
            return bool(self.query_one(SearchBar).term)
        return super().check_action(action, parameters)

    def on_search_bar_left(self, message: SearchBar.Left) -> None:
        """Back to the body."""
        message.stop()
        self.focus_inner()

    def focus_inner(self) -> None:
        """Put the focus into what is shown."""
        current = self.query_one(ContentSwitcher).current
        self.query_one(f"#{current}").focus()
