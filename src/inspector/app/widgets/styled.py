"""Lines of spans on the screen: what the list and the tabs have in common."""

from rich.segment import Segment
from rich.style import Style
from textual.scroll_view import ScrollView
from textual.strip import Strip

from inspector.app.present import Line

__all__ = ["STYLES", "StyledView"]

STYLES = ("plain", "dim", "strong", "accent", "good", "bad", "warn", "live", "title", "cursor", "away")


class StyledView(ScrollView, inherit_bindings=False):
    """A scrolled view that draws lines itself. Each style name is a component class, so that themes decide."""

    COMPONENT_CLASSES = {f"line--{name}" for name in STYLES}
    DEFAULT_CSS = """
    StyledView {
        .line--dim { color: $text-muted; }
        .line--strong { text-style: bold; }
        .line--accent { color: $text-accent; }
        .line--good { color: $text-success; }
        .line--bad { color: $text-error; }
        .line--warn { color: $text-warning; }
        .line--live { color: $text-error; text-style: bold; }
        .line--title { color: $text; background: $accent-muted; text-style: bold; }
        .line--cursor { background: $primary-muted; }
        .line--away { background: $surface-lighten-1; }
    }
    """

    def styles_by_name(self) -> dict[str, Style]:
        """The Rich style of each name, by the theme of the moment."""
        return {name: self.get_component_rich_style(f"line--{name}", partial=True) for name in STYLES}

    def strip(self, line: Line, left: int, width: int, beneath: str = "plain") -> Strip:
        """A line as a strip of the view's width, on the background of a style."""
        styles = self.styles_by_name()
        base = self.rich_style + styles[beneath] if beneath != "plain" else self.rich_style
        segments = [Segment(span.text, base + styles[span.style]) for span in line if span.text]
        return Strip(segments).crop_extend(left, left + width, base)
