"""Choose one of many by words: a line to type in, and what it finds."""

from collections.abc import Sequence
from typing import Final

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from inspector.app.keys import Key, Section

__all__ = ["Chooser"]

_MOST: Final = 200  # entries that are listed at once


class Chooser(Vertical):
    """Entries are lines, each with the words by which it is found; `begun` is what stands in the line at first."""

    BINDINGS = [
        Key(
            "down",
            "into_list",
            "To the list",
            show=False,
            tooltip="From the words to what they find",
            id="into_list",
            section=Section.DIALOG,
        )
    ]

    class Chosen(Message):
        """An entry was chosen, by its number."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    def __init__(self, entries: Sequence[tuple[str, Text]], placeholder: str, begun: str = "", *, id: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._entries, self._placeholder, self._begun = entries, placeholder, begun

    def compose(self) -> ComposeResult:
        """The line, and what it finds."""
        yield Input(self._begun, placeholder=self._placeholder, compact=True)
        yield OptionList()

    def on_mount(self) -> None:
        """Everything, or what was begun."""
        self._list(self._begun)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Every letter narrows the list."""
        event.stop()
        self._list(event.value)

    def _list(self, text: str) -> None:
        words = text.lower().split()
        found = [
            Option(line, id=str(number))
            for number, (said, line) in enumerate(self._entries)
            if all(word in said for word in words)
        ]
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options(found[:_MOST])
        options.highlighted = 0 if found else None

    def action_into_list(self) -> None:
        """From the words to what they find."""
        self.query_one(OptionList).focus()

    def begin(self) -> None:
        """Choose again."""
        self.query_one(Input).focus()

    @on(Input.Submitted)
    def _take(self, event: Input.Submitted) -> None:
        event.stop()
        options = self.query_one(OptionList)
        if options.highlighted is not None:
            options.action_select()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Tell of it."""
        event.stop()
        self.post_message(self.Chosen(int(str(event.option_id))))
