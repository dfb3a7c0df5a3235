"""Copy: what of an event goes to the clipboard. OSC 52, so that it also works over SSH."""

from collections.abc import Mapping

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from inspector.app.keys import Key, Section
from inspector.model.visible import visible

__all__ = ["CopyScreen"]


class CopyScreen(ModalScreen[tuple[str, str] | None]):
    """Offers texts by name; answers with the name and the text that was chosen, or None."""

    BINDINGS = [
        Key("escape,q", "dismiss(None)", "Close", id="close", section=Section.DIALOG),
        Key("j", "move(1)", "Down", show=False, id="down", section=Section.MOVING),
        Key("k", "move(-1)", "Up", show=False, id="up", section=Section.MOVING),
    ]

    def __init__(self, texts: Mapping[str, str]) -> None:
        super().__init__()
        self._texts = texts

    def compose(self) -> ComposeResult:
        """A line a text, with its beginning."""
        with Vertical(id="copy"):
            yield Static(Text("Copy", style="bold"))
            yield OptionList(*(Option(_line(name, text), id=name) for name, text in self._texts.items()))

    def action_move(self, by: int) -> None:
        """Up and down as in the list."""
        options = self.query_one(OptionList)
        (options.action_cursor_down if by > 0 else options.action_cursor_up)()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Chosen."""
        name = str(event.option_id)
        self.dismiss((name, self._texts[name]))


def _line(name: str, text: str) -> Text:
    return Text.assemble((f"{name:<34} ", ""), (visible(text, 50), "dim"), no_wrap=True, overflow="ellipsis")
