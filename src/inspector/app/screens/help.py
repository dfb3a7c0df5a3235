"""Help: every key of the screen beneath, made from its bindings, and the words of the filter."""

from collections.abc import Iterable

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from inspector.app.keys import meaning
from inspector.core.query import KEYS

__all__ = ["HelpScreen"]

_SIGNS = {"slash": "/", "backslash": "\\", "question_mark": "?", "up": "↑", "down": "↓", "left": "←", "right": "→"}


class HelpScreen(ModalScreen[None]):
    """Groups of bindings, by the part of the screen that they belong to."""

    BINDINGS = [
        Binding("escape,question_mark,q", "dismiss", "Close"),
        Binding("j", "move(1)", "Down", show=False),
        Binding("k", "move(-1)", "Up", show=False),
    ]

    def __init__(self, groups: Iterable[tuple[str, Iterable[Binding]]]) -> None:
        super().__init__()
        self.groups = [(title, list(bindings)) for title, bindings in groups]

    def compose(self) -> ComposeResult:
        """A table a group."""
        with VerticalScroll(id="help"):
            for title, bindings in self.groups:
                yield Static(Text(title, style="bold"), classes="help-title")
                yield Static(_table((_keys(each), meaning(each)) for each in bindings))
            yield Static(Text("Words of the filter", style="bold"), classes="help-title")
            yield Static(_table((f"{key}:", words) for key, words in KEYS.items()))
            yield Static(Text("words match anywhere, also in the body; - negates; quotes hold blanks together", "dim"))

    def action_move(self, by: int) -> None:
        """Up and down as in the list."""
        self.query_one(VerticalScroll).scroll_relative(y=by, animate=False)


def _keys(binding: Binding) -> str:
    return " ".join(_SIGNS.get(key, key) for key in binding.key.split(","))


def _table(rows: Iterable[tuple[str, str]]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(min_width=14, no_wrap=True)
    table.add_column()
    for key, words in rows:
        table.add_row(Text(key, style="bold"), Text(words))
    return table
