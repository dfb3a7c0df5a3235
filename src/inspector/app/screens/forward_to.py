"""Forward to: one of the destinations, each with whether it takes the event and why, or any other address."""

from collections.abc import Sequence

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from inspector.app.keys import Key, Section
from inspector.model import Decision
from inspector.model.visible import visible

__all__ = ["ForwardToScreen"]


class ForwardToScreen(ModalScreen[str | None]):
    """Answers with the destination's key or an address, or None."""

    BINDINGS = [
        Key("escape", "dismiss(None)", "Close", id="close", section=Section.DIALOG),
        Key("down", "into_list", "To the destinations", show=False, id="into_list", section=Section.DIALOG),
    ]

    def __init__(self, decisions: Sequence[Decision]) -> None:
        super().__init__()
        self._decisions = decisions

    def compose(self) -> ComposeResult:
        """A line for any address, and a line a destination."""
        with Vertical(id="forward-to"):
            yield Static(Text("Forward to", style="bold"))
            yield Input(placeholder="an address, such as :3000/webhooks", compact=True)
            if self._decisions:
                yield OptionList(*(Option(_line(each), id=str(place)) for place, each in enumerate(self._decisions)))

    def on_mount(self) -> None:
        """Where there are destinations, one of them is meant most often."""
        if self._decisions:
            self.query_one(OptionList).focus()

    def action_into_list(self) -> None:
        """From the address to the destinations."""
        for each in self.query(OptionList):
            each.focus()

    @on(Input.Submitted)
    def _typed(self, event: Input.Submitted) -> None:
        event.stop()
        if event.value.strip():
            self.dismiss(event.value)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Chosen."""
        self.dismiss(self._decisions[int(str(event.option_id))].destination.key)


def _line(each: Decision) -> Text:
    return Text.assemble(
        ("→ " if each.goes else "· ", "bold" if each.goes else "dim"),
        f"{visible(each.destination.key, 40):<34} ",
        (visible(each.why, 80), "dim"),
        no_wrap=True,
        overflow="ellipsis",
    )
