"""Replay: which events go to which app once more, at which pace; how far it is, and what came of it."""

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Checkbox, Input, Label, OptionList, ProgressBar, Static
from textual.widgets.option_list import Option

from inspector.app.keys import Key, Section
from inspector.app.present import plural
from inspector.model import InspectorError
from inspector.workspace.replay import Pace, Tally, read_pace

__all__ = ["ReplayOrder", "ReplayScreen"]

_KEYS: Final = "enter sends them in their order; nothing of it is stored · tab next field · esc stops and closes"


class ReplayOrder(NamedTuple):
    """Which events, where to, how fast, how often, and whether they are signed now."""

    what: str
    where: str
    pace: Pace
    times: int
    anew: bool


class ReplayScreen(ModalScreen[None]):
    """Has an order carried out by `start`, and shows what comes of it, until it is closed.

    `choices` maps what can be sent to the number of its events, the likeliest first.
    """

    BINDINGS = [Key("escape", "dismiss(None)", "Close", show=False, id="close", section=Section.DIALOG)]

    def __init__(
        self, choices: Mapping[str, int], where: str, start: Callable[["ReplayScreen", ReplayOrder], None]
    ) -> None:
        super().__init__()
        self._choices = choices
        self._where = where
        self._begin = start
        self._sending = False

    def compose(self) -> ComposeResult:
        """What, where to, how fast; below it how far it is."""
        with Vertical(id="replay"):
            yield Static(Text("Send again", style="bold"), classes="trigger-title")
            with Vertical(classes="form"):
                yield Horizontal(
                    Label("to"),
                    Input(self._where, placeholder="an address, such as :3000/webhooks", compact=True, id="replay-to"),
                )
                yield Horizontal(
                    Label("pace"),
                    Input(placeholder="each when the one before is answered; or 10x, 50/s", compact=True, id="pace"),
                )
                yield Horizontal(Label("times"), Input("1", type="integer", max_length=6, compact=True, id="times"))
                yield Horizontal(Label("signed"), Checkbox("now, by the secrets that are set", True, compact=True))
                with Horizontal(classes="choices"):
                    yield Label("events")
                    yield OptionList(*(Option(_choice(*each), id=each[0]) for each in self._choices.items()))
            yield ProgressBar(show_eta=False)
            yield Static("", id="replay-said")
            yield Static(Text(_KEYS, style="dim"))

    def on_mount(self) -> None:
        """The likeliest choice, which enter takes, where it is known where to."""
        self.query_one(ProgressBar).display = False
        self.query_one(OptionList).highlighted = 0
        if self._where:
            self.query_one(OptionList).focus()

    @on(OptionList.OptionSelected)
    @on(Input.Submitted)
    def _order(self, event: OptionList.OptionSelected | Input.Submitted) -> None:
        event.stop()
        where = self.query_one("#replay-to", Input).value.strip()
        chosen = self.query_one(OptionList).highlighted_option
        if self._sending or chosen is None or chosen.id is None:
            return
        try:
            if not where:
                raise InspectorError("An app is needed", hint="Write where to: :3000/webhooks")
            pace, times = read_pace(self.query_one("#pace", Input).value), self.query_one("#times", Input).value
            if not times.isdecimal() or int(times) == 0:
                raise InspectorError("How often is not told", hint="Write 1, or how many times")
            self._sending = True
            self._begin(self, ReplayOrder(chosen.id, where, pace, int(times), self.query_one(Checkbox).value))
        except InspectorError as error:
            self._sending = False
            self._say(f"{error.title}. {error.hint}")

    def advance(self, tally: Tally) -> None:
        """Show how far it is."""
        bar = self.query_one(ProgressBar)
        bar.display = True
        bar.update(total=tally.total, progress=tally.done)
        self._say(tally.progress())

    def end(self, tally: Tally) -> None:
        """Show what came of it."""
        self.advance(tally)
        self._sending = False
        self._say(tally.words())

    def _say(self, words: str) -> None:
        self.query_one("#replay-said", Static).update(Text(words))


def _choice(what: str, events: int) -> Text:
    return Text.assemble(f"{what:<10}", (plural(events, "event"), "dim"))
