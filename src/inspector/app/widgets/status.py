"""A few lines of spans that are not scrolled: what to do next, and the status line at the top."""

from collections.abc import Callable

from rich.style import Style
from rich.text import Text
from textual.widget import Widget

from inspector.app.present import Line
from inspector.app.widgets.styled import STYLES, styles_of

__all__ = ["SpansView", "StatusLine"]


class SpansView(Widget):
    """Shows lines of spans."""

    COMPONENT_CLASSES = {f"line--{name}" for name in STYLES}

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._lines: list[Line] = []
        self._named: dict[str, Style] | None = None

    def notify_style_update(self) -> None:
        """Another theme: styles are asked for anew."""
        super().notify_style_update()
        self._named = None

    def show(self, lines: list[Line]) -> None:
        """Show these lines."""
        if lines != self._lines:
            grown = len(lines) != len(self._lines)
            self._lines = lines
            self.refresh(layout=grown)

    def render(self) -> Text:
        """The lines as one text, without any markup in them."""
        if self._named is None:
            self._named = styles_of(self)
        text = Text(no_wrap=True, overflow="ellipsis", end="")
        for number, line in enumerate(self._lines):
            if number:
                text.append("\n")
            for span in line:
                text.append(span.text, self._named[span.style])
        return text


class StatusLine(SpansView):
    """One line that `make` makes for the width at hand, every second anew."""

    def __init__(self, make: Callable[[int], Line]) -> None:
        super().__init__(id="status")
        self._make = make

    def on_mount(self) -> None:
        """Keep it true."""
        self.set_interval(1.0, self.renew)

    def on_resize(self) -> None:
        """Another width."""
        self.renew()

    def renew(self) -> None:
        """Make the line anew."""
        self.show([self._make(self.size.width)])
