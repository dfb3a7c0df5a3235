"""The body: a tree of what it holds, folded and made as one opens it; or the bytes as they came."""

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container
from textual.widgets import ContentSwitcher

from inspector.app.present import Line, Span, raw_lines, tree_of, wrap_lines
from inspector.app.widgets.lines import LinesView
from inspector.app.widgets.value_tree import Steps, ValueTree
from inspector.core.document import BodySpec
from inspector.core.places import item_steps, places
from inspector.model import CapturedRequest, Source

__all__ = ["BodyView"]

_AT_ONCE: Final = 100_000  # bytes that are read while the user waits; more is read beside the screen


class BodyView(Container):
    """The tree where the body can be read, the bytes where it cannot, and `b` for the other of the two."""

    BINDINGS = [Binding("b", "toggle_raw", "Tree or bytes", tooltip="The tree, or the bytes as they came")]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._raw = False
        self._readable = self._reading = False
        self._request: CapturedRequest | None = None
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

    def show(self, request: CapturedRequest, body: BodySpec, sources: Mapping[str, Source], position: int = 0) -> None:
        """Show the body of a request, which the document reads as `body` says, and where an event's fields stand in it.

        A large one is read in a thread, so that the screen goes on. The same one again keeps what is open.
        """
        same = request == self._request and body.unwrap == self._body.unwrap
        elsewhere = position != self._position
        self._body, self._sources, self._position = body, sources, position
        if same:
            self._mark(go=elsewhere)
            return
        self._request, self._reading = request, len(request.body) > _AT_ONCE
        if not self._reading:
            self._present(tree_of(request, body.unwrap), raw_lines(request))
        else:
            self._present(None, [[Span(f"Reading {len(request.body):,} bytes…", "dim")]])
            self.run_worker(self._read(request, body), exclusive=True, group="body")

    async def _read(self, request: CapturedRequest, body: BodySpec) -> None:
        root = await asyncio.to_thread(tree_of, request, body.unwrap)
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
        self._raw = False
        self._switch()
        if steps and not self.query_one(ValueTree).reveal(steps):
            self.notify(f"{'.'.join(steps)} cannot be seen in this body", title=field, markup=False)

    def _switch(self) -> None:
        """Show the one or the other; the focus stays with the body where it is there."""
        shown = "body-raw" if self._raw or not self._readable else "body-tree"
        switcher = self.query_one(ContentSwitcher)
        focused = self.has_focus_within
        switcher.current = shown
        if focused:
            self.focus_inner()

    def action_toggle_raw(self) -> None:
        """The other way to see the body."""
        self._raw = not self._raw
        self._switch()

    def focus_inner(self) -> None:
        """Put the focus into what is shown."""
        current = self.query_one(ContentSwitcher).current
        self.query_one(f"#{current}").focus()
