"""A tree of what a body holds: its nodes are made as one opens them, and each says which fields came from it."""

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any, Final, NamedTuple

from rich.style import Style
from rich.text import Text
from textual.events import Click
from textual.widgets import Tree
from textual.widgets.tree import TreeNode

from inspector.app.keys import Key, Section
from inspector.app.messages import LinkFollowed
from inspector.app.present import cell_width, children, leaf
from inspector.core.locate import member
from inspector.model.visible import visible

__all__ = ["Steps", "ValueTree"]

_MOST: Final = 1_000  # children of a node that are shown
_NAME: Final = 120  # characters of a member's name
_OPEN: Final = 3  # levels that are open at first
_LEAST: Final = 60  # nodes at most that are opened by themselves

Steps = tuple[str, ...]


class _Place(NamedTuple):
    """What a node stands for: the keys that lead to it, and the value."""

    steps: Steps
    value: Any


class ValueTree(Tree[_Place]):
    """A tree whose nodes are made when one opens them. Posts LinkFollowed for a field that came from a place."""

    COMPONENT_CLASSES = {"tree--field", "tree--found"}
    BINDINGS = [
        Key("j", "cursor_down", "Down", show=False, id="down", section=Section.MOVING),
        Key("k", "cursor_up", "Up", show=False, id="up", section=Section.MOVING),
        Key("g", "scroll_home", "Top", show=False, id="first", section=Section.MOVING),
        Key("G", "scroll_end", "Bottom", show=False, id="last", section=Section.MOVING),
        Key(
            "enter",
            "open",
            "Field",
            tooltip="To the field that came from here; elsewhere open or fold",
            id="to_field",
            section=Section.DETAIL,
        ),
    ]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__("", id=id)
        self.show_root = False
        self.guide_depth = 2
        self._fields: Mapping[Steps, Sequence[str]] = {}
        self._pattern: re.Pattern[str] | None = None
        self._led = ""

    def show(self, root: Any) -> None:
        """Show a value, its first levels open."""
        self.clear()
        self.root.data = _Place((), root)
        if isinstance(root, dict | list):
            _unfold(self.root)

    def mark(self, fields: Mapping[Steps, Sequence[str]]) -> None:
        """Say at each place which fields came from it."""
        self._fields = fields
        self._invalidate()
        self.refresh()

    def highlight(self, pattern: re.Pattern[str] | None) -> None:
        """Mark what is looked for, wherever it is on the screen."""
        if pattern != self._pattern:
            self._pattern = pattern
            self._invalidate()
            self.refresh()

    def reveal(self, steps: Steps, field: str = "") -> bool:
        """Open the way to a place and put the cursor there, or as near as it goes; whether the place is there.

        `field` is the one whose place it is, and to which the way leads back where several came from there.
        """
        self._led = field
        node = self.root
        for step in steps:
            _fill(node)
            found = next((each for each in node.children if each.data and each.data.steps[-1] == step), None)
            found = found or _beyond(node, step)
            if found is None:
                break
            node.expand()
            node = found
        if node is not self.root:
            _ = self.last_line  # which lays out what has been opened
            self.move_cursor(node)
            self.call_after_refresh(self.scroll_to_node, node, animate=False)
        return node.data is not None and node.data.steps == steps

    def render_label(self, node: TreeNode[_Place], base_style: Style, style: Style) -> Text:
        """The label with its value, and behind it the fields that came from there."""
        label = super().render_label(node, base_style, style)
        if node.data is None:
            return label
        if not node.allow_expand:
            label.append(leaf(node.data.value, self._pattern), base_style + style)
        if self._pattern is not None:
            label.highlight_regex(self._pattern, self.get_component_rich_style("tree--found", partial=True))
        fields = self._fields.get(node.data.steps, ())
        if fields:
            accent = base_style + self.get_component_rich_style("tree--field", partial=True)
            label.append("  →", accent)
            for field in fields:
                label.append(f" {field}", accent + Style(meta={"field": field}))
        return label

    def get_label_width(self, node: TreeNode[_Place]) -> int:
        """How wide the label is, without drawing it: it is asked for every line whenever one is opened."""
        sign = len(self.ICON_NODE) if node.allow_expand else 0
        width = sign + cell_width(str(node.label))
        if node.data is None:
            return width
        if not node.allow_expand:
            width += cell_width(leaf(node.data.value, self._pattern))
        fields = self._fields.get(node.data.steps)
        return width + cell_width(f"  → {' '.join(fields)}") if fields else width

    def on_tree_node_expanded(self, event: Tree.NodeExpanded[_Place]) -> None:
        """Make the children."""
        event.stop()
        _fill(event.node)

    def on_click(self, event: Click) -> None:
        """A click on a field leads to it; one elsewhere is the tree's."""
        field = event.style.meta.get("field")
        if field:
            event.prevent_default().stop()
            self.post_message(LinkFollowed(field))

    def action_open(self) -> None:
        """To the field that came from here; where none did, open or fold."""
        node = self.cursor_node
        if node is None or node.data is None:
            return
        fields = self._fields.get(node.data.steps)
        if fields:
            self.post_message(LinkFollowed(self._led if self._led in fields else fields[0]))
        elif node.allow_expand:
            node.toggle()


def _fill(node: TreeNode[_Place]) -> None:
    if node.children or node.data is None:
        return
    members = iter(children(node.data.value))
    for key, value in islice(members, _MOST):
        _add(node, str(key), value)
    if next(members, None) is not None:
        more = len(node.data.value) - _MOST
        node.add_leaf(Text(f"… {more:,} more; / finds them, b shows the bytes", style="dim"))


def _add(node: TreeNode[_Place], key: str, value: Any, before: int | None = None) -> TreeNode[_Place]:
    """Add a member; its value is part of the label where it is a leaf."""
    above = node.data.steps if node.data is not None else ()
    place, label = _Place((*above, key), value), Text(f"{visible(key, _NAME)}  ", style="dim")
    if isinstance(value, dict | list) and value:
        brackets = f"{{{len(value)}}}" if isinstance(value, dict) else f"[{len(value)}]"
        return node.add(label.append(brackets), place, before=before)
    return node.add(label, place, before=before, allow_expand=False)


def _beyond(node: TreeNode[_Place], step: str) -> TreeNode[_Place] | None:
    """Add one of the members that were too many to be shown, in its place among those that were added so before."""
    value = node.data.value if node.data is not None and len(node.children) > _MOST else None
    among = isinstance(value, list) and step.isdecimal() and int(step) < len(value)
    if not among and not (isinstance(value, dict) and step in value):
        return None
    own = [each.data.steps[-1] for each in node.children[_MOST:] if each.data is not None]
    place = bisect_left(own, int(step), key=int) if among else len(own)
    return _add(node, step, member(value, step), before=_MOST + place)


def _unfold(root: TreeNode[_Place]) -> None:
    """Open the first levels, as long as that does not open too much."""
    _fill(root)
    root.expand()
    level, opened = list(root.children), 0
    for _ in range(_OPEN):
        following: list[TreeNode[_Place]] = []
        for node in level:
            size = len(node.data.value) if node.allow_expand and node.data is not None else 0
            if size and opened + size <= _LEAST:
                _fill(node)
                node.expand()
                opened += size
                following += node.children
        level = following
