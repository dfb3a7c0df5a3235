"""Lines of spans on the screen: what the list and the tabs have in common."""

from collections.abc import Callable
from typing import Final

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
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
_KEPT: Final = 1_000  # lines that are kept as they were drawn


def styles_of(widget: Widget) -> dict[str, Style]:
    """The Rich style of each name. Only grounds have a background, so that a line on them stays on them."""
    found: dict[str, Style] = {}
    for name in STYLES:
        style = widget.get_component_rich_style(f"line--{name}")
        found[name] = style if name in _GROUNDS else Style(color=style.color, bold=style.bold)
    return found


class StyledView(ScrollView, inherit_bindings=False):
    """A scrolled view that draws lines itself, without border or padding: these a container has. Each style name is a
    component class, so that themes decide.

    Textual keeps what it has drawn by the line of the screen, and all of them change when the view moves by one. So a
    line is kept by what it shows, and with it the cuts that Textual has made of it.
    """

    COMPONENT_CLASSES = {f"line--{name}" for name in STYLES}

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.strips: dict[tuple[int, int, int, str], Strip] = {}
        self._on: dict[str, dict[str, Style]] = {}  # the styles by their names, by that of the ground beneath them

    def notify_style_update(self) -> None:
        """Another theme, or the focus came or went: styles are asked for anew."""
        super().notify_style_update()
        self._on.clear()
        self.strips.clear()

    def spread(self, width: int, height: int) -> None:
        """How large all of it is now. Setting `virtual_size` lays out and draws the whole screen anew; that is needed
        where a scrollbar comes or goes, which is seen to here."""
        size = Size(width, height)
        if size != self.virtual_size:
            self.set_reactive(Widget.virtual_size, size)
            self._scroll_update(size)
        self.refresh()

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines of the screen."""
        return [self.render_line(y).crop(*crop.column_span) for y in crop.line_range]

    def strip(self, number: int, line: Callable[[], Line], left: int, width: int, beneath: str = "plain") -> Strip:
        """A line as a strip of the view's width, on the background of a style. It is drawn once for its `number`."""
        key = (number, left, width, beneath)
        found = self.strips.get(key)
        if found is None:
            if len(self.strips) > _KEPT:
                self.strips.clear()
            styles = self._on.get(beneath) or self._styles_on(beneath)
            segments = [Segment(span.text, styles[span.style]) for span in line() if span.text]
            found = Strip(segments).crop_extend(left, left + width, styles["plain"])
            self.strips[key] = found
        return found

    def _styles_on(self, beneath: str) -> dict[str, Style]:
        """The styles on a ground, as Textual's filters, such as that for NO_COLOR, leave them."""
        named = styles_of(self)
        base = self.rich_style + named[beneath] if beneath != "plain" else self.rich_style
        line = [Segment(name, base + style) for name, style in named.items()]
        for each in self.get_line_filters():
            line = each.apply(line, self.background_colors[1])
        self._on[beneath] = {text: style for text, style, _ in line if style is not None}
        return self._on[beneath]
