"""The body: a tree of what it holds, folded and made as one opens it; or the bytes as they came."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container
from textual.widgets import ContentSwitcher, Tree
from textual.widgets.tree import TreeNode

from inspector.app.present import raw_lines
from inspector.app.widgets.lines import LinesView
from inspector.core.locate import Message as Read
from inspector.core.read import read_loosely
from inspector.model import CapturedRequest
from inspector.model.visible import visible

__all__ = ["BodyView"]

_MOST: Final = 1_000  # children of a node that are shown
_LONGEST: Final = 500  # characters of a value
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
    for count, (key, value) in enumerate(_children(node.data)):
        if count == _MOST:
            node.add_leaf(Text("… more; raw shows the whole", style="dim"))
            return
        label = Text(f"{visible(str(key), 120)}  ", style="dim")
        if isinstance(value, dict | list):
            brackets = f"{{{len(value)}}}" if isinstance(value, dict) else f"[{len(value)}]"
            node.add(label.append(brackets, "dim"), value)
        else:
            node.add_leaf(label.append(_leaf(value), "not dim"), value)


def _children(value: Any) -> Iterable[tuple[Any, Any]]:
    return value.items() if isinstance(value, Mapping) else enumerate(value or ())


def _leaf(value: Any) -> str:
    text = value if isinstance(value, str) else msgspec.json.Encoder(decimal_format="number").encode(value).decode()
    return visible(text, _LONGEST)


class BodyView(Container):
    """The tree where the body can be read, the bytes where it cannot, and `b` for the other of the two."""

    BINDINGS = [Binding("b", "toggle_raw", "Tree or raw bytes", show=False)]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._raw = False
        self._readable = False

    def compose(self) -> ComposeResult:
        """Both ways to see a body."""
        with ContentSwitcher(initial="body-raw"):
            tree = _ValueTree("", id="body-tree")
            tree.show_root = False
            tree.guide_depth = 2
            yield tree
            yield LinesView(id="body-raw")

    def show(self, request: CapturedRequest) -> None:
        """Show the body of a request."""
        message = read_loosely(request)
        self._readable = isinstance(message.root, dict | list) and bool(message.root)
        self.query_one("#body-raw", LinesView).show(lambda _: raw_lines(request))
        self._build(message)
        self._switch()

    def _build(self, message: Read) -> None:
        tree = self.query_one(_ValueTree)
        tree.clear()
        tree.root.data = message.root
        if not self._readable:
            return
        _fill(tree.root)
        tree.root.expand()
        level, opened = list(tree.root.children), 0
        for _ in range(_OPEN):
            following: list[TreeNode[Any]] = []
            for node in level:
                if node.allow_expand and opened < _LEAST:
                    _fill(node)
                    node.expand()
                    opened += len(node.children)
                    following += node.children
            level = following

    def _switch(self) -> None:
        shown = "body-raw" if self._raw or not self._readable else "body-tree"
        self.query_one(ContentSwitcher).current = shown

    def action_toggle_raw(self) -> None:
        """The other way to see the body."""
        self._raw = not self._raw
        self._switch()
        self.focus_inner()

    def focus_inner(self) -> None:
        """Put the focus into what is shown."""
        current = self.query_one(ContentSwitcher).current
        self.query_one(f"#{current}").focus()
