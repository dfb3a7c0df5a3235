"""Help: every key of the screen beneath, made from its bindings, and the words of the filter."""

from collections.abc import Iterable, Mapping, Sequence

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from inspector.app.keys import Key, Section, meaning, shown
from inspector.core.query import KEYS

__all__ = ["HelpScreen"]


class HelpScreen(ModalScreen[None]):
    """Bindings, by what they are for. One that several parts of the screen have is told of once."""

    BINDINGS = [
        Key("escape,question_mark,q", "dismiss", "Close", id="close", section=Section.DIALOG),
        Key("j", "move(1)", "Down", show=False, id="down", section=Section.MOVING),
        Key("k", "move(-1)", "Up", show=False, id="up", section=Section.MOVING),
    ]

    def __init__(self, bindings: Iterable[Key]) -> None:
        super().__init__()
        self.groups = _grouped(bindings)

    def compose(self) -> ComposeResult:
        """A table a group."""
        with VerticalScroll(id="help"):
            yield Static(Text('At the right stands what [keys] of inspector.toml calls it: mark = "M"', "dim"))
            for title, bindings in self.groups.items():
                yield Static(Text(title, style="bold"), classes="help-title")
                yield Static(_table((shown(each), meaning(each), each.id or "") for each in bindings))
            yield Static(Text("Words of the filter", style="bold"), classes="help-title")
            yield Static(_table((f"{key}:", words, "") for key, words in KEYS.items()))
            yield Static(Text("words match anywhere, also in the body; - negates; quotes hold blanks together", "dim"))

    def action_move(self, by: int) -> None:
        """Up and down as in the list."""
        self.query_one(VerticalScroll).scroll_relative(y=by, animate=False)


def _grouped(bindings: Iterable[Key]) -> Mapping[Section, Sequence[Key]]:
    """The first binding of each name, by section."""
    first: dict[str, Key] = {}
    for each in bindings:
        first.setdefault(each.id or each.action, each)
    found = ((section, [each for each in first.values() if each.section is section]) for section in Section)
    return {section: group for section, group in found if group}


def _table(rows: Iterable[tuple[str, str, str]]) -> Table:
    table = Table.grid(padding=(0, 2), expand=True)
    table.add_column(min_width=14, no_wrap=True, style="bold")
    table.add_column(ratio=1)
    table.add_column(style="dim", no_wrap=True, min_width=14)
    for row in rows:
        table.add_row(*(Text(text) for text in row))
    return table
