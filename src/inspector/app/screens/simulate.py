"""Simulate: which processor sends its events to which app, and what goes wrong; then what came of it, as it happens."""

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import ContentSwitcher, Input, Label, OptionList, ProgressBar, Static
from textual.widgets.option_list import Option

from inspector.app.keys import Key, Section
from inspector.app.present import Line, Span
from inspector.app.widgets.lines import LinesView
from inspector.model import InspectorError
from inspector.workspace.course import Course, announced, page_of
from inspector.workspace.plan import Plan, read_plan
from inspector.workspace.simulate import Simulation

__all__ = ["SimulateScreen", "SimulationOrder"]

_KEYS: Final = "enter begins; the events are real to the app · tab next field · esc closes"
_USUAL: Final = (
    ("nothing", "each event once, in its order", ""),
    ("outage", "the app is away for 30 minutes", "outage=30min"),
    ("lost", "a third of them never arrives at first", "lost=0.33"),
    ("copies", "a third comes twice: is the app idempotent?", "duplicates=0.33"),
    ("disorder", "late by up to 5 minutes, and overtaking", "delay=5min reorder=0.33"),
    ("burst", "100 events at once", "every=0s count=100"),
    ("all of it", "as on a bad day", "outage=10min lost=0.2 duplicates=0.2 delay=5min reorder=0.2 count=30"),
)


class SimulationOrder(NamedTuple):
    """Which account of a processor, CONNECTOR or CONNECTOR/LABEL, sends where to, and what."""

    account: str
    where: str
    plan: Plan


class SimulateScreen(ModalScreen[None]):
    """Has an order carried out by `start`, and shows what comes of it, until it is closed.

    `account` and `where` are what is likely meant.
    """

    BINDINGS = [Key("escape", "dismiss(None)", "Close", show=False, id="close", section=Section.DIALOG)]

    def __init__(
        self, account: str, where: str, start: Callable[["SimulateScreen", SimulationOrder], Simulation]
    ) -> None:
        super().__init__()
        self._account, self._where = account, where
        self._begin = start

    def compose(self) -> ComposeResult:
        """Who, where to and what goes wrong; then the page of what happens."""
        with ContentSwitcher(initial="simulate-form", id="simulate"):
            with Vertical(id="simulate-form"):
                yield Static(
                    Text("Play a processor: it tries again as it documents", style="bold"), id="simulate-title"
                )
                with Vertical(classes="form"):
                    yield from self._fields()
                    with Horizontal(classes="choices"):
                        yield Label("trouble")
                        yield OptionList(*(Option(_choice(name, why), id=terms) for name, why, terms in _USUAL))
                yield Static("", id="simulate-said")
                yield Static(Text(_KEYS, style="dim"))
            with Vertical(id="simulate-course"):
                yield Static("", id="simulate-who")
                yield ProgressBar(show_eta=False)
                yield Static("", id="simulate-progress")
                yield LinesView(id="simulate-lines")
                yield Static(Text("j k g G move · esc stops and closes", style="dim"), id="simulate-keys")

    def _fields(self) -> Iterator[Horizontal]:
        where, more = "an address, such as :3000/webhooks", "count=20 seed=7 event=… schedule=1min,5min compress=1000"
        for name, text, placeholder in (
            ("processor", self._account, "a processor, such as stripe, or stripe/shop"),
            ("to", self._where, where),
            ("more", "", more),
        ):
            field = Input(text, placeholder=placeholder, compact=True, id=f"simulate-{name}")
            yield Horizontal(Label(name), field)

    def on_mount(self) -> None:
        """The first field that is empty, or what goes wrong."""
        self.query_one(OptionList).highlighted = 0
        empty = (each for each in self.query(Input) if not each.value and each.id != "simulate-more")
        next(empty, self.query_one(OptionList)).focus()

    @on(OptionList.OptionSelected)
    @on(Input.Submitted)
    def _order(self, event: OptionList.OptionSelected | Input.Submitted) -> None:
        event.stop()
        account, where, more = (each.value.strip() for each in self.query(Input))
        chosen = self.query_one(OptionList).highlighted_option
        try:
            if not (account and where):
                raise InspectorError("A processor and an app are needed", hint="stripe, and :3000/webhooks")
            plan = read_plan(f"{chosen.id if chosen else ''} {more}")
            simulation = self._begin(self, SimulationOrder(account, where, plan))
        except InspectorError as error:
            words = ". ".join(part.rstrip(".") for part in (error.title, error.detail, error.hint) if part)
            self.query_one("#simulate-said", Static).update(Text(words))
            return
        self.query_one("#simulate-who", Static).update(_who(simulation))
        switcher = self.query_one(ContentSwitcher)
        switcher.add_class("running")
        switcher.current = "simulate-course"
        self.query_one(LinesView).focus()

    def advance(self, course: Course, *, ended: bool = False) -> None:
        """Show how far it is; the newest line is seen, unless one has scrolled away from it."""
        self.query_one(ProgressBar).update(total=course.events, progress=course.settled)
        progress = self.query_one("#simulate-progress", Static)
        progress.update(Text(course.progress()))
        progress.display = not ended
        view = self.query_one(LinesView)
        following = view.scroll_offset.y >= view.max_scroll_y
        view.show(lambda width: [*_lines(course, width), *(_report(course, width) if ended else [])], keep=True)
        if following:
            view.scroll_end(animate=False)


def _choice(name: str, why: str) -> Text:
    return Text.assemble(f"{name:<11}", (why, "dim"), no_wrap=True, overflow="ellipsis")


def _who(simulation: Simulation) -> Text:
    return Text.assemble((announced(simulation), "bold"), "\n", (page_of(simulation.connector), "dim"))


def _lines(course: Course, width: int) -> Iterator[Line]:
    for each in course.tries:
        style = "bad" if each.changed or each.given_up else "plain" if each.received else "warn"
        yield [Span(course.line(each, width), style)]


def _report(course: Course, width: int) -> Iterator[Line]:
    """The end of the page: the sum, and what the processor believes of each event."""
    yield []
    yield from ([Span(words, "plain" if number else "strong")] for number, words in enumerate(course.words()))
    yield []
    yield [Span("What the processor believes", "strong")]
    yield from ([Span(words, "bad" if last.given_up else "plain")] for last, words in course.believed(width))
