"""The filter: a line to type in, mistakes underlined with their reason, and how many rows are hidden."""

from collections.abc import Iterable
from typing import Final

from rich.highlighter import Highlighter
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.suggester import Suggester
from textual.widgets import Input, Static

from inspector.app.keys import Key, Section
from inspector.app.present import cell_width, plural
from inspector.core.completion import complete
from inspector.core.query import KEYS, Query, parse_query

__all__ = ["FilterBar"]

_REMEMBERED: Final = 50  # filters


class _Underline(Highlighter):
    """Underlines what the filter does not understand."""

    def highlight(self, text: Text) -> None:
        for mistake in parse_query(text.plain).mistakes:
            text.stylize("underline red", mistake.start, mistake.end)


class _Completion(Suggester):
    """Completes the word that is being typed; → takes it."""

    def __init__(self, connectors: Iterable[str]) -> None:
        super().__init__(use_cache=True, case_sensitive=True)
        self._connectors = tuple(connectors)

    async def get_suggestion(self, value: str) -> str | None:
        return complete(value, self._connectors)


class FilterBar(Horizontal):
    """Says which rows are wanted while one types."""

    BINDINGS = [
        Key(
            "escape",
            "clear",
            "Clear",
            tooltip="Clear the filter, and back to the list",
            id="filter_clear",
            section=Section.FILTER,
        ),
        Key(
            "down",
            "leave",
            "List",
            False,
            tooltip="Back to the list, with the filter as it is",
            id="filter_leave",
            section=Section.FILTER,
        ),
        Key(
            "up",
            "earlier",
            "Earlier",
            False,
            tooltip="An earlier filter; → takes what is offered",
            id="filter_earlier",
            section=Section.FILTER,
        ),
    ]

    class Changed(Message):
        """Another filter."""

        def __init__(self, query: Query) -> None:
            super().__init__()
            self.query_ = query

    class Left(Message):
        """The user is done with the filter."""

    def __init__(self, connectors: Iterable[str] = ()) -> None:
        super().__init__()
        self._connectors = connectors
        self._hidden = 0
        self._told = self._said = ""
        self._earlier: list[str] = []

    def compose(self) -> ComposeResult:
        """A sign, the line, and what there is to say about it."""
        yield Static("/", id="filter-sign")
        yield Input(
            placeholder="words or " + " ".join(f"{key}:" for key in KEYS),
            highlighter=_Underline(),
            suggester=_Completion(self._connectors),
            compact=True,
        )
        yield Static("", id="filter-said", markup=False)

    @property
    def text(self) -> str:
        """What stands in the line."""
        return self.query_one(Input).value

    def edit(self) -> None:
        """Show the line and type in it."""
        self._show()
        self.query_one(Input).focus()

    def put(self, text: str) -> None:
        """Another filter, from elsewhere."""
        self._show()
        self.query_one(Input).value = text

    def say(self, shown: int, hidden: int, off: str, how: str) -> None:
        """How many rows the filter lets through and hides, or why a term means nothing. `off` says that it is off,
        where it is, and `how` what shows the hidden rows where it is not the filter that hides them."""
        mistakes = parse_query(self.text).mistakes
        counts = f"{off} · {plural(shown, 'row')}" if off else f"{shown:,} shown · {hidden:,} hidden"
        if hidden and not self.text.strip():
            counts = f"{shown:,} shown · {hidden:,} hidden{how}"
        self._hidden = hidden
        self.display = self.has_focus_within or self._wanted
        self.query_one("#filter-said").set_class(bool(mistakes), "wrong")
        self._tell(f"{hidden:,} hidden · {mistakes[0].reason}" if mistakes else counts)

    def look(self, so_far: int) -> None:
        """It takes a moment to find the rows; how many there are by now."""
        self._tell(f"{so_far:,} so far, looking …" if so_far else "looking …")

    def _show(self) -> None:
        self.display = True
        self._tell(self._told)

    def _tell(self, text: str) -> None:
        """Counts change with every arrival. The screen is laid out anew only for a text that takes other room, and
        never for one that nobody sees."""
        self._told = text
        if self.display and text != self._said:
            wider = cell_width(text) != cell_width(self._said)
            self._said = text
            self.query_one("#filter-said", Static).update(text, layout=wider)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Every letter narrows the list."""
        event.stop()
        self.post_message(self.Changed(parse_query(event.value)))

    @on(Input.Submitted)
    def action_leave(self) -> None:
        """Back to the list, with the filter as it is."""
        self.display = self._wanted
        text = self.text.strip()
        if text:
            self._earlier = [text, *(each for each in self._earlier if each != text)][:_REMEMBERED]
        self.post_message(self.Left())

    def action_earlier(self) -> None:
        """The filter before this one, and after the oldest the newest again."""
        text = self.text.strip()
        if self._earlier:
            place = self._earlier.index(text) + 1 if text in self._earlier else 0
            self.query_one(Input).value = self._earlier[place % len(self._earlier)]
            self.query_one(Input).action_end()

    @property
    def _wanted(self) -> bool:
        """How many rows are hidden is always on the screen."""
        return bool(self.text.strip()) or self._hidden > 0

    def action_clear(self) -> None:
        """Clear the filter and go back to the list."""
        self.query_one(Input).value = ""
        self.action_leave()
