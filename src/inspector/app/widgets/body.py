"""The body: a tree of what it holds, folded and made as one opens it; or the bytes as they came."""

import asyncio
from typing import Any, Final

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container
from textual.widgets import ContentSwitcher, Tree
from textual.widgets.tree import TreeNode

from inspector.app.present import Line, Span, children, leaf, raw_lines, tree_of, wrap_lines
from inspector.app.widgets.lines import LinesView
from inspector.core.document import UnwrapSpec
from inspector.model import CapturedRequest
from inspector.model.visible import visible

__all__ = ["BodyView"]

_AT_ONCE: Final = 100_000  # bytes that are read while the user waits; more is read beside the screen
_MOST: Final = 1_000  # children of a node that are shown
_OPEN: Final = 3  # levels that are open at first
_LEAST: Final = 60  # nodes at most that are opened by themselves


class _ValueTree(Tree[Any]):
    """A tree whose nodes are made when one opens them."""

    BINDINGS = [
        Binding("j", "cursor_down", "Down", show=False),
        Binding("k", "cursor_up", "Up", show=False),
        Binding("g", "scroll_home", "Top", show=False),
        Binding("G", "scroll_end", "Bottom", show=False),
    ]

    def on_tree_node_expanded(self, event: Tree.NodeExpanded[Any]) -> None:
        """Make the children."""
        event.stop()
        _fill(event.node)


def _fill(node: TreeNode[Any]) -> None:
    if node.children:
        return
    for count, (key, value) in enumerate(children(node.data)):
        if count == _MOST:
            node.add_leaf(Text("… more; b shows the bytes", style="dim"))
            return
        label = Text(f"{visible(str(key), 120)}  ", style="dim")
        if isinstance(value, dict | list) and value:
            brackets = f"{{{len(value)}}}" if isinstance(value, dict) else f"[{len(value)}]"
            node.add(label.append(brackets, "dim"), value)
        else:
            node.add_leaf(label.append(leaf(value), "not dim"), value)


def _unfold(root: TreeNode[Any]) -> None:
    """Open the first levels, as long as that does not open too much."""
    _fill(root)
    root.expand()
    level, opened = list(root.children), 0
    for _ in range(_OPEN):
        following: list[TreeNode[Any]] = []
        for node in level:
            if node.allow_expand and opened < _LEAST:
                _fill(node)
                node.expand()
                opened += len(node.children)
                following += node.children
        level = following


class BodyView(Container):
    """The tree where the body can be read, the bytes where it cannot, and `b` for the other of the two."""

    BINDINGS = [Binding("b", "toggle_raw", "Tree or bytes", tooltip="The tree, or the bytes as they came")]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._raw = False
        self._readable = False
        self._request: CapturedRequest | None = None

    def compose(self) -> ComposeResult:
        """Both ways to see a body."""
        with ContentSwitcher(initial="body-raw"):
            tree = _ValueTree("", id="body-tree")
            tree.show_root = False
            tree.guide_depth = 2
            yield tree
            yield LinesView(id="body-raw")

    def show(self, request: CapturedRequest, wrapped: UnwrapSpec | None = None) -> None:
        """Show the body of a request; a large one is read in a thread, so that the screen goes on."""
        self._request = request
        if len(request.body) <= _AT_ONCE:
            self._present(tree_of(request, wrapped), raw_lines(request))
            return
        self._present(None, [[Span(f"Reading {len(request.body):,} bytes…", "dim")]])
        self.run_worker(self._read(request, wrapped), exclusive=True, group="body")

    async def _read(self, request: CapturedRequest, wrapped: UnwrapSpec | None) -> None:
        root = await asyncio.to_thread(tree_of, request, wrapped)
        lines = await asyncio.to_thread(raw_lines, request)
        if request is self._request:
            self._present(root, lines)

    def _present(self, root: Any, lines: list[Line]) -> None:
        self._readable = isinstance(root, dict | list) and bool(root)
        self.query_one("#body-raw", LinesView).show(lambda width: wrap_lines(lines, width))
        tree = self.query_one(_ValueTree)
        tree.clear()
        tree.root.data = root
        if self._readable:
            _unfold(tree.root)
        self._switch()

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
