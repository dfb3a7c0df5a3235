"""Help: every key of the screen beneath, made from its bindings, and the words of the filter."""

from collections.abc import Iterable

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from inspector.core.query import KEYS

__all__ = ["HelpScreen"]

_SIGNS = {"slash": "/", "backslash": "\\", "question_mark": "?", "ctrl+p": "ctrl+p"}


class HelpScreen(ModalScreen[None]):
    """Groups of bindings, by the part of the screen that they belong to."""

    BINDINGS = [Binding("escape,question_mark,q", "dismiss", "Close")]

    def __init__(self, groups: Iterable[tuple[str, Iterable[Binding]]]) -> None:
        super().__init__()
        self._groups = [(title, list(bindings)) for title, bindings in groups]

    def compose(self) -> ComposeResult:
        """A table a group."""
        with VerticalScroll(id="help"):
            for title, bindings in self._groups:
                yield Static(Text(title, style="bold"), classes="help-title")
                yield Static(_table((_keys(each), each.tooltip or each.description) for each in bindings))
            yield Static(Text("Filter", style="bold"), classes="help-title")
            yield Static(_table((f"{key}:", meaning) for key, meaning in KEYS.items()))
            yield Static(Text("words match anywhere, also in the body; - negates; quotes hold blanks together", "dim"))


def _keys(binding: Binding) -> str:
    return " ".join(_SIGNS.get(key, key) for key in binding.key.split(","))


def _table(rows: Iterable[tuple[str, str]]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(min_width=16)
    table.add_column()
    for key, meaning in rows:
        table.add_row(Text(key, style="bold"), Text(meaning))
    return table
