"""Lines of spans on the screen: what the list and the tabs have in common."""

from rich.segment import Segment
from rich.style import Style
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from inspector.app.present import Line

__all__ = ["STYLES", "StyledView", "styles_of"]

STYLES = (
    "plain",
    "dim",
    "strong",
    "accent",
    "good",
    "bad",
    "warn",
    "live",
    "title",
    "cursor",
    "away",
    "found",
    "current",
)
_GROUNDS = ("title", "cursor", "away", "found", "current")


def styles_of(widget: Widget) -> dict[str, Style]:
    """The Rich style of each name. Only grounds have a background, so that a line on them stays on them."""
    found: dict[str, Style] = {}
    for name in STYLES:
        style = widget.get_component_rich_style(f"line--{name}")
        found[name] = style if name in _GROUNDS else Style(color=style.color, bold=style.bold)
    return found


class StyledView(ScrollView, inherit_bindings=False):
    """A scrolled view that draws lines itself. Each style name is a component class, so that themes decide."""

    COMPONENT_CLASSES = {f"line--{name}" for name in STYLES}

    _named: dict[str, Style] | None = None
    _base = Style()

    def notify_style_update(self) -> None:
        """Another theme, or the focus came or went: styles are asked for anew."""
        super().notify_style_update()
        self._named = None

    def strip(self, line: Line, left: int, width: int, beneath: str = "plain") -> Strip:
        """A line as a strip of the view's width, on the background of a style."""
        if self._named is None:
            self._named, self._base = styles_of(self), self.rich_style
        styles = self._named
        base = self._base + styles[beneath] if beneath != "plain" else self._base
        segments = [Segment(span.text, base + styles[span.style]) for span in line if span.text]
        return Strip(segments).crop_extend(left, left + width, base)
