"""The status line at the top, and the line of lines that stands in for an empty list."""

from rich.text import Text
from textual.widget import Widget

from inspector.app.present import Line
from inspector.app.widgets.styled import STYLES, styles_of

__all__ = ["SpansView"]


class SpansView(Widget):
    """A few lines of spans that are not scrolled."""

    COMPONENT_CLASSES = {f"line--{name}" for name in STYLES}

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id, classes=classes)
        self._lines: list[Line] = []

    def show(self, lines: list[Line]) -> None:
        """Show these lines."""
        if lines != self._lines:
            self._lines = lines
            self.refresh(layout=True)

    def render(self) -> Text:
        """The lines as one text, without any markup in them."""
        styles = styles_of(self)
        text = Text(no_wrap=True, overflow="ellipsis", end="")
        for number, line in enumerate(self._lines):
            if number:
                text.append("\n")
            for span in line:
                text.append(span.text, styles[span.style])
        return text
