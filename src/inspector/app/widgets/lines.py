"""A scrolled page of lines: the Event, Signature, Headers and Forwards tabs, and the raw body."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable

from textual.events import Click, Resize
from textual.strip import Strip

from inspector.app.keys import Key, Section
from inspector.app.messages import LinkFollowed
from inspector.app.present import Line, Span, line_width
from inspector.app.widgets.styled import StyledView

__all__ = ["LinesView"]


class LinesView(StyledView, can_focus=True):
    """Shows lines that a function makes for the width at hand. Long ones are reached by scrolling sideways.

    Lines that lead somewhere have a cursor; following one posts LinkFollowed.
    """

    BINDINGS = [
        Key("j,down", "move(1)", "Down", show=False, id="down", section=Section.MOVING),
        Key("k,up", "move(-1)", "Up", show=False, id="up", section=Section.MOVING),
        Key("pagedown", "page(1)", "Page down", show=False, id="page_down", section=Section.MOVING),
        Key("pageup", "page(-1)", "Page up", show=False, id="page_up", section=Section.MOVING),
        Key("h,left", "scroll_left", "To the left", show=False, id="left", section=Section.MOVING),
        Key("l,right", "scroll_right", "To the right", show=False, id="right", section=Section.MOVING),
        Key("g,home", "edge(False)", "Top", show=False, id="first", section=Section.MOVING),
        Key("G,end", "edge(True)", "Bottom", show=False, id="last", section=Section.MOVING),
        Key(
            "enter",
            "follow",
            "Where from",
            tooltip="From a field to its place, from a place to its field",
            id="where_from",
            section=Section.DETAIL,
        ),
    ]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._make: Callable[[int], list[Line]] | None = None
        self.lines: list[Line] = []
        self._links: list[int] = []  # the numbers of the lines that lead somewhere
        self._cursor = -1
        self._wanted: Callable[[Span], bool] | None = None  # where the cursor goes as soon as there are lines

    def show(self, make: Callable[[int], list[Line]], *, keep: bool = False) -> None:
        """Show what `make` answers for a width; `keep` leaves the place where one has scrolled to."""
        self._make = make
        if not keep:
            self._cursor = -1
        self._remake()
        if not keep and self._wanted is None:
            self.scroll_to(0, 0, animate=False)
        self._point()

    def on_resize(self, _: Resize) -> None:
        """Lay the lines out anew."""
        self._remake()
        self._point()

    def _remake(self) -> None:
        if self._make is None or not self.size.width:
            return
        self.lines = self._make(self.size.width)
        if len(self.lines) > self.size.height:  # the scrollbar takes its place beside them
            self.lines = self._make(self.size.width - self.styles.scrollbar_size_vertical)
        self._links = [number for number, line in enumerate(self.lines) if any(span.link for span in line)]
        if self._cursor not in self._links:
            self._cursor = next(iter(self._links), -1)
        self.strips.clear()
        self.spread(max(map(line_width, self.lines), default=0), len(self.lines))

    def point(self, wanted: Callable[[Span], bool]) -> None:
        """Put the cursor on the first line with such a span, now or when it is made."""
        self._wanted = wanted
        self._point()

    def _point(self) -> None:
        if self._wanted is None or not self.lines:
            return
        wanted, self._wanted = self._wanted, None
        number = next((number for number, line in enumerate(self.lines) if any(map(wanted, line))), -1)
        if number >= 0:
            self._go(number, context=self.scrollable_content_region.height // 3)

    def _go(self, number: int, context: int = 0) -> None:
        """Put the cursor on a line, and scroll as little as it takes to see it and so many lines around it."""
        self._cursor = number
        top, height = self.scroll_offset.y, self.scrollable_content_region.height
        if not top <= number < top + height:
            self.scroll_to(y=number - context if number < top else number - height + 1 + context, animate=False)
        self.refresh()

    def action_move(self, by: int) -> None:
        """To the next line that leads somewhere; beyond the last one, scroll."""
        place = bisect_right(self._links, self._cursor) if by > 0 else bisect_left(self._links, self._cursor) - 1
        if 0 <= place < len(self._links):
            self._go(self._links[place])
        else:
            self.scroll_relative(y=by, animate=False)

    def action_page(self, by: int) -> None:
        """A page on; the cursor comes along."""
        height = self.scrollable_content_region.height
        top = max(0, min(self.max_scroll_y, self.scroll_offset.y + by * height))
        self.scroll_to(y=top, animate=False)
        if self._links:
            place = bisect_left(self._links, top)
            self._cursor = self._links[min(place, len(self._links) - 1)]
            self.refresh()

    def action_edge(self, last: bool) -> None:
        """The top or the bottom."""
        self.scroll_to(y=self.max_scroll_y if last else 0, animate=False)
        if self._links:
            self._cursor = self._links[-1 if last else 0]
            self.refresh()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing is followed where nothing leads anywhere."""
        return bool(self._links) if action == "follow" else super().check_action(action, parameters)

    def action_follow(self) -> None:
        """To what the line under the cursor leads to."""
        link = next((span.link for span in self.lines[self._cursor] if span.link), "")
        self.post_message(LinkFollowed(link))

    def on_click(self, event: Click) -> None:
        """A click on a line puts the cursor there, and one on what leads somewhere follows it."""
        number, column = self.scroll_offset.y + event.y, self.scroll_offset.x + event.x
        if number not in self._links:
            return
        self._go(number)
        for span in self.lines[number]:
            column -= line_width([span])
            if column < 0:
                if span.link:
                    self.post_message(LinkFollowed(span.link))
                return

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        index = self.scroll_offset.y + y
        found = self.lines[index] if index < len(self.lines) else []
        beneath = "cursor" if index == self._cursor and self.has_focus else "plain"
        return self.strip(index, lambda: found, self.scroll_offset.x, self.size.width, beneath)
