"""Save: which events become a session of files, under what name, and what it is about."""

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Label, OptionList, Static
from textual.widgets.option_list import Option

from inspector.app.keys import Key, Section
from inspector.app.present import plural
from inspector.model.visible import visible

__all__ = ["SaveOrder", "SaveScreen"]

_KEYS: Final = "enter saves, redacted and signed anew · tab next field · esc close"


class SaveOrder(NamedTuple):
    """Which events, the name and the note; `overwrite` where the user has seen that the name is taken."""

    what: str
    name: str
    note: str
    overwrite: bool


class SaveScreen(ModalScreen[SaveOrder | None]):
    """Answers with what to save, or None. `choices` maps what can be saved to the number of its events, the likeliest
    first; `taken` tells the folder of a name where it is there already."""

    BINDINGS = [Key("escape", "dismiss(None)", "Close", show=False, id="close", section=Section.DIALOG)]

    def __init__(self, choices: Mapping[str, int], name: str, taken: Callable[[str], str | None]) -> None:
        super().__init__()
        self._choices = choices
        self._name = name
        self._taken = taken

    def compose(self) -> ComposeResult:
        """What, name and note."""
        with Vertical(id="save"):
            yield Static(Text("Save as a session", style="bold"), classes="trigger-title")
            with Vertical(id="save-fields"):
                yield Horizontal(Label("name"), Input(self._name, compact=True, id="save-name"))
                yield Horizontal(Label("note"), Input(placeholder="what it is about", compact=True, id="save-note"))
                with Horizontal(id="save-what"):
                    yield Label("events")
                    yield OptionList(*(Option(_choice(*each), id=each[0]) for each in self._choices.items()))
            yield Static("", id="save-said")
            yield Static(Text(_KEYS, style="dim"))

    def on_mount(self) -> None:
        """The likeliest choice, and the name to write over."""
        self.query_one(OptionList).highlighted = 0
        self._say()

    @on(Input.Changed, "#save-name")
    def _say(self) -> None:
        folder = self._taken(self.query_one("#save-name", Input).value)
        said = f"{visible(folder, 60)} is there already: enter writes over it" if folder else ""
        self.query_one("#save-said", Static).update(Text(said))

    @on(OptionList.OptionSelected)
    @on(Input.Submitted)
    def _save(self, event: OptionList.OptionSelected | Input.Submitted) -> None:
        event.stop()
        name = self.query_one("#save-name", Input).value.strip()
        chosen = self.query_one(OptionList).highlighted_option
        if not name:
            self.query_one("#save-said", Static).update("A session needs a name")
            self.query_one("#save-name", Input).focus()
        elif chosen is not None and chosen.id is not None:
            note = self.query_one("#save-note", Input).value.strip()
            self.dismiss(SaveOrder(chosen.id, name, note, self._taken(name) is not None))


def _choice(what: str, events: int) -> Text:
    return Text.assemble(f"{what:<10}", (plural(events, "event"), "dim"))
