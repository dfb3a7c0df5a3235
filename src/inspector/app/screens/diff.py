"""Diff: two events side by side."""

from collections.abc import Callable

from textual.app import ComposeResult
from textual.containers import Container
from textual.screen import ModalScreen

from inspector.app.keys import Key, Section
from inspector.app.present import Line
from inspector.app.widgets.lines import LinesView

__all__ = ["DiffScreen"]


class DiffScreen(ModalScreen[None]):
    """Shows what differs, over the list."""

    BINDINGS = [Key("escape,d,q", "dismiss", "Close", id="close", section=Section.DIALOG)]

    def __init__(self, make: Callable[[int], list[Line]]) -> None:
        super().__init__()
        self._make = make

    def compose(self) -> ComposeResult:
        """One page of lines."""
        with Container(classes="page"):
            yield LinesView(id="diff-lines")

    def on_mount(self) -> None:
        """Lay them out."""
        view = self.query_one(LinesView)
        view.show(self._make)
        view.focus()
