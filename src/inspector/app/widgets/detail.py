"""The detail of one event: tabs over what is known of it."""

from collections.abc import Callable, Mapping
from typing import Final

from textual.app import ComposeResult
from textual.containers import Container
from textual.message import Message
from textual.widgets import TabbedContent, TabPane

from inspector.app.messages import LinkFollowed
from inspector.app.present import Forwarding, event_lines, forward_lines, header_lines, signature_lines, timeline_lines
from inspector.app.widgets.body import BodyView
from inspector.app.widgets.lines import LinesView
from inspector.core.document import BodySpec
from inspector.core.places import Spot, places
from inspector.core.timeline import Timeline
from inspector.model import CapturedRequest, Delivery, Diagnosis, Source

__all__ = ["TABS", "Detail"]

_NOT_SENT: Final = Forwarding({})
TABS = ("event", "signature", "body", "headers", "forwards", "timeline")
_OUTSIDE: Final = {"setting": "It is your setting {}", "constant": "The processor's document says {} for every event"}


class Detail(Container):
    """Shows a delivery. Only the tab that one looks at is made; the others wait until they are opened."""

    class TimelineOpened(Message):
        """The other events of the payment are wanted."""

    def __init__(self) -> None:
        super().__init__(id="detail")
        self._timeline: Timeline | None = None
        self._delivery: Delivery | None = None
        self._position = 0
        self._where_secrets_go = ""
        self._diagnose: Callable[[], Diagnosis | None] = lambda: None
        self._forwarding = _NOT_SENT
        self._body = BodySpec()
        self._opened: CapturedRequest | None = None
        self._fresh: set[str] = set()

    def compose(self) -> ComposeResult:
        """A pane a tab."""
        with TabbedContent():
            for number, name in enumerate(TABS, 1):
                with TabPane(f"{number} {name.capitalize()}", id=name):
                    yield BodyView(id="body-view") if name == "body" else LinesView(id=f"{name}-lines")

    @property
    def active(self) -> str:
        """The name of the open tab."""
        return self.query_one(TabbedContent).active

    @property
    def delivery(self) -> Delivery | None:
        """What is shown."""
        return self._delivery

    def show(
        self,
        delivery: Delivery | None,
        position: int,
        forwarding: Forwarding = _NOT_SENT,
        body: BodySpec | None = None,
        where_secrets_go: str = "",
        diagnose: Callable[[], Diagnosis | None] = lambda: None,
        opened: CapturedRequest | None = None,
    ) -> None:
        """Show an event of a delivery. The same one again keeps the place where one has scrolled to.

        `forwarding` tells where it goes and why, `body` how the body is read, and
        `where_secrets_go` says where the secret of this processor is set, `diagnose` why the event is not verified: it
        is asked for when the tab of the signature is looked at. `opened` is the request with what was encrypted in it.
        """
        same = (
            delivery is not None
            and self._delivery is not None
            and (delivery.number, position) == (self._delivery.number, self._position)
        )
        alike = same and delivery is not None and delivery.inspection == (self._delivery or delivery).inspection
        kept = {"body", "headers", "event", "signature"} if alike else set()
        self._delivery, self._position = delivery, position
        self._forwarding, self._where_secrets_go = forwarding, where_secrets_go
        self._body = body or BodySpec()
        self._diagnose, self._opened = diagnose, opened
        self._timeline = self._timeline if same else None
        self._fresh &= kept
        self._draw(keep=same)

    @property
    def _sources(self) -> Mapping[str, Source]:
        """Where the fields of the event came from."""
        events = self._delivery.inspection.events if self._delivery else ()
        return events[self._position].sources if self._position < len(events) else {}

    @property
    def _places(self) -> Mapping[str, tuple[Spot, ...]]:
        return places(self._sources, None, self._body, self._position)

    def on_link_followed(self, message: LinkFollowed) -> None:
        """From a field to the place that it came from, and from a place back to the field."""
        message.stop()
        field = message.link
        spots = self._places.get(field)
        if not spots:
            return
        spot = next((each for each in spots if each.where == "body"), spots[0])
        if self.active != "event":
            self._lead("event", field)
        elif spot.where == "body":
            self._lead("body", field)
        elif spot.where in ("header", "query"):
            self._lead("headers", field)
        else:
            words = _OUTSIDE[spot.where].format(spot.steps[0])
            self.notify(words, title=f"{field} is not in the message", markup=False, timeout=5)

    def _lead(self, tab: str, field: str) -> None:
        """Open a tab where it speaks of a field, and put the focus there."""
        self.show_tab(tab)
        self._draw()
        if tab == "body":
            self.query_one(BodyView).lead(field)
        else:
            self.query_one(f"#{tab}-lines", LinesView).point(lambda span: span.link == field)
        self.focus_inner()

    def show_forwarding(self, forwarding: Forwarding) -> None:
        """What is still to be sent, by the clock."""
        self._forwarding = forwarding
        self._fresh.discard("forwards")
        self._draw(keep=True)

    def show_timeline(self, found: Timeline) -> None:
        """The story of the payment, once it is known."""
        self._timeline = found
        self._fresh.add("timeline")
        self._draw_timeline(keep=True)

    def _draw_timeline(self, *, keep: bool) -> None:
        delivery, position, found = self._delivery, self._position, self._timeline
        if delivery is not None:
            number = delivery.number
            view = self.query_one("#timeline-lines", LinesView)
            view.show(lambda width: timeline_lines(found, number, position, width), keep=keep)

    def show_tab(self, name: str) -> None:
        """Open a tab, and leave the focus where it is."""
        self.query_one(TabbedContent).active = name

    def open_tab(self, name: str) -> None:
        """Open a tab and put the focus into it."""
        self.show_tab(name)
        self.focus_inner()

    def focus_inner(self) -> None:
        """Put the focus into the open tab."""
        if self.active == "body":
            self.query_one(BodyView).focus_inner()
        elif self.active:
            self.query_one(f"#{self.active}-lines").focus()

    def on_tabbed_content_tab_activated(self, event: TabbedContent.TabActivated) -> None:
        """Make the tab that is opened."""
        event.stop()
        self._draw()

    def _draw(self, *, keep: bool = False) -> None:
        name, delivery, position = self.active, self._delivery, self._position
        if not name or name in self._fresh:
            return
        self._fresh.add(name)
        if name == "body":
            if delivery is not None:
                self.query_one(BodyView).show(delivery.request, self._body, self._sources, position, self._opened)
            return
        view = self.query_one(f"#{name}-lines", LinesView)
        if delivery is None:
            view.show(lambda _: [])
        elif name == "event":
            view.show(lambda width: event_lines(delivery, position, width), keep=keep)
        elif name == "signature":
            why, missing = self._diagnose(), self._where_secrets_go
            view.show(lambda width: signature_lines(delivery, position, missing, width, why), keep=keep)
        elif name == "timeline":
            self._draw_timeline(keep=keep)
            self.post_message(self.TimelineOpened())
        elif name == "headers":
            view.show(lambda _: header_lines(delivery.request, self._places), keep=keep)
        else:
            view.show(lambda width: forward_lines(delivery, self._forwarding, width), keep=keep)
