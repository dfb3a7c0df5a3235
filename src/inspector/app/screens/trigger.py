"""Trigger: choose a sample of any processor, change what matters, and send it, signed as the processor would."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import ContentSwitcher, Input, Label, Static

from inspector.app.keys import Key, Section
from inspector.app.widgets.chooser import Chooser
from inspector.library import Sample
from inspector.model.visible import visible
from inspector.trigger import Candidate, Field

__all__ = ["Order", "TriggerScreen"]


class Order(NamedTuple):
    """What to send: a sample, other values at some paths, and where to."""

    sample: Sample
    changes: tuple[tuple[str, str], ...]
    url: str


class TriggerScreen(ModalScreen[Order | None]):
    """Answers with what to send, or None. `fields` gives the fields of a sample, `url` the address of a processor."""

    BINDINGS = [
        Key("escape", "back", "Back", tooltip="Back to where one chooses, or close", id="back", section=Section.DIALOG),
    ]

    def __init__(
        self,
        candidates: Sequence[Candidate],
        fields: Callable[[Sample], Sequence[Field]],
        url: Callable[[Sample], str],
        begun: str = "",
    ) -> None:
        super().__init__()
        self._candidates = candidates
        self._fields_of, self._url_of = fields, url
        self._begun = begun
        self._chosen: Sample | None = None
        self._fields: Sequence[Field] = ()

    def compose(self) -> ComposeResult:
        """The samples, and the form of the one that is chosen."""
        with ContentSwitcher(initial="trigger-choose", id="trigger"):
            with Vertical(id="trigger-choose"):
                yield Static(Text("Trigger an event", style="bold"), classes="dialog-title")
                lines = [(_said(each), _line(each)) for each in self._candidates]
                yield Chooser(lines, "words: stripe refund, adyen chargeback …", self._begun, id="trigger-chooser")
            with Vertical(id="trigger-form"):
                yield Static("", id="trigger-name", classes="dialog-title")
                yield VerticalScroll(id="trigger-fields")
                yield Static(Text("enter signs and sends it · tab next field · esc back", style="dim"))

    def action_back(self) -> None:
        """From the form to the samples, and from there out."""
        switcher = self.query_one("#trigger", ContentSwitcher)
        if switcher.current == "trigger-choose":
            self.dismiss(None)
            return
        switcher.current = "trigger-choose"
        self.query_one(Chooser).begin()

    async def on_chooser_chosen(self, message: Chooser.Chosen) -> None:
        """Chosen: its form."""
        message.stop()
        self._chosen = sample = self._candidates[message.number].sample
        self._fields = self._fields_of(sample)
        self.query_one("#trigger-name", Static).update(Text(f"{sample.connector}  {sample.name}", style="bold"))
        form = self.query_one("#trigger-fields", VerticalScroll)
        await form.remove_children()
        rows = [*((each.name, each.text) for each in self._fields), ("send to", self._url_of(sample))]
        await form.mount_all(
            Horizontal(Label(Text(visible(name))), Input(text, compact=True, classes="trigger-value"))
            for name, text in rows
        )
        self.query_one("#trigger", ContentSwitcher).current = "trigger-form"
        form.query(Input).first().focus()

    @on(Input.Submitted, ".trigger-value")
    def _send(self, event: Input.Submitted) -> None:
        event.stop()
        *values, url = [each.value for each in self.query(".trigger-value").results(Input)]
        changes = tuple(
            (each.path, value) for each, value in zip(self._fields, values, strict=True) if value != each.text
        )
        if self._chosen is not None:
            self.dismiss(Order(self._chosen, changes, url))


def _said(each: Candidate) -> str:
    names = (each.sample.connector, each.sample.name, *each.native_types, *each.event_types)
    return " ".join(names).lower()


def _line(each: Candidate) -> Text:
    kinds = [kind.removeprefix("WEBHOOK_").removeprefix("PAYMENT_INTENT_") for kind in dict.fromkeys(each.event_types)]
    return Text.assemble(
        (f"{each.sample.connector:<15} ", "bold"),
        f"{visible(each.sample.name, 36):<36} ",
        (visible(" ".join(kinds), 60), "dim"),
    )
