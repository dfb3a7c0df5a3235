"""Answer: what the processor gets, for how long or how often, chosen from a list or written as in a flag."""

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from inspector.app.keys import Key, Section
from inspector.core.answer_mode import answering_words, read_answering
from inspector.model import Answering, InspectorError

__all__ = ["AnswerScreen"]

_USUAL = (
    ("ack", "its acknowledgement"),
    ("reject", "what a wrong secret would do"),
    ("app", "and 502 where it does not"),
    ("app:5s:ack", ""),
    ("outage", "an outage, to see its retries"),
    ("503:10min", "an outage for so long, and recovery"),
    ("503:20", "an outage for so many deliveries, and recovery"),
    ("429:1min", "too many requests"),
)


class AnswerScreen(ModalScreen[Answering | None]):
    """Answers with what the processor gets from now on, or None. What the app answers is offered where there is one."""

    BINDINGS = [
        Key("escape", "dismiss(None)", "Close", id="close", section=Section.DIALOG),
        Key("down", "into_list", "To the modes", show=False, id="into_list", section=Section.DIALOG),
    ]

    def __init__(self, *, app_there: bool) -> None:
        super().__init__()
        self._offered = [each for each in _USUAL if app_there or not each[0].startswith("app")]

    def compose(self) -> ComposeResult:
        """A line for any mode, and the usual ones."""
        with Vertical(id="answer"):
            yield Static(Text("What the processor gets", style="bold"))
            yield Input(placeholder="another, such as 500:5min, 409:3 or app:2s:200", compact=True)
            yield OptionList(*(Option(_line(*each), id=each[0]) for each in self._offered))
            yield Static("", id="answer-said")

    def on_mount(self) -> None:
        """One of the usual ones is meant most often."""
        self.query_one(OptionList).focus()

    def action_into_list(self) -> None:
        """From the line to the modes."""
        self.query_one(OptionList).focus()

    @on(Input.Submitted)
    def _typed(self, event: Input.Submitted) -> None:
        event.stop()
        try:
            self.dismiss(read_answering(event.value))
        except InspectorError as error:
            self.query_one("#answer-said", Static).update(Text(f"{error.title}: {error.detail}"))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Chosen."""
        self.dismiss(read_answering(str(event.option_id)))


def _line(mode: str, why: str) -> Text:
    words = answering_words(read_answering(mode))
    return Text.assemble(f"{mode:<12}", f"{words:<22}  ", (why, "dim"), no_wrap=True, overflow="ellipsis")
