"""The course of a simulation in words: what was sent when, what the app answered, and what the processor believes."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from inspector.core import Connector
from inspector.model import visible
from inspector.workspace.simulate import Simulation, Try

__all__ = ["Course", "announced", "page_of", "schedule_words"]

_WIDE: Final = 120  # characters of a line, where nobody says how many there are


class Course:
    """A simulation of events of these names, so far."""

    def __init__(self, names: Sequence[str]) -> None:
        self.events = len(names)
        self._longest = max(len(f"#{number} {name}") for number, name in enumerate(names, 1))
        self.tries: list[Try] = []
        self._last: dict[int, Try] = {}  # of each event, copies aside

    def add(self, each: Try) -> None:
        """One delivery more."""
        self.tries.append(each)
        if each.what != "copy":
            self._last[each.event] = each

    @property
    def settled(self) -> int:
        """How many events are received or given up."""
        return sum(each.next is None for each in self._last.values())

    @property
    def took(self) -> float:
        """The seconds of the simulated clock so far."""
        return max((each.at for each in self.tries), default=0.0)

    @property
    def failed(self) -> bool:
        """Whether an event is lost to the app, or a copy was answered otherwise."""
        return any(not each.received for each in self._last.values()) or any(each.changed for each in self.tries)

    def progress(self) -> str:
        """How far it is."""
        sent = sum(each.attempt is not None for each in self.tries)
        return (
            f"{self.settled:,} of {self.events:,} events settled, {sent:,} deliveries; {_length(self.took)} have passed"
        )

    def words(self) -> Iterator[str]:
        """The sum of it: deliveries, what the processor believes, order, and what came of copies."""
        sent = sum(each.attempt is not None for each in self.tries)
        received = [each for each in self._last.values() if each.received]
        given_up = sum(each.next is None and not each.received for each in self._last.values())
        yield f"{sent:,} deliveries of {len(self._last):,} events in {_length(self.took)}"
        yield f"the processor believes {len(received):,} to be received, and gave {given_up:,} up"
        if waiting := len(self._last) - len(received) - given_up:
            yield f"{waiting:,} it would have sent again later"
        first = [each.event for each in self.tries if each.received and each.what == "try"]
        late = sum(event < max(first[:place], default=-1) for place, event in enumerate(first))
        copies = [each for each in self.tries if each.what == "copy"]
        changed = sum(each.changed for each in copies)
        yield f"{late:,} were received after a later one; {len(copies):,} came twice, {changed:,} answered otherwise"
        if copies:
            yield (
                "the app is not idempotent"
                if changed
                else "the app answers the same event alike, however often it comes"
            )

    def believed(self, width: int = _WIDE) -> Iterator[tuple[Try, str]]:
        """Of each event what the processor believes of it, by its last try, in a line for a width."""
        for event in sorted(self._last):
            last = self._last[event]
            tries = f"{last.number} {'try' if last.number == 1 else 'tries'}"
            if last.received:
                found = f"received at {_length(last.at)}, {tries}"
            else:
                found = f"given up after {tries}" if last.next is None else f"not received yet, {tries}"
            yield last, f"{self._named(last, width)}  {found}"

    def line(self, each: Try, width: int = _WIDE) -> str:
        """One delivery: when, what, the answer, whether it is received and why, and when it comes again."""
        status = "–" if each.attempt is None else str(each.attempt.status_code or "none")
        then = f", again after {_length(each.next - each.at)}" if each.next is not None else ""
        if each.given_up:
            then = ", given up"
        changed = "  ✗ answered otherwise than the first time" if each.changed else ""
        which = "copy" if each.what == "copy" else f"try {each.number}"
        why = visible(each.why.partition(": ")[2] or each.why, 200)
        return f"{_length(each.at):>9}  {self._named(each, width)}  {which:<6}  {status:<4}  {why}{then}{changed}"

    def _named(self, each: Try, width: int) -> str:
        """An event by its number and its sample's name, as wide as the longest of them, or a third of the line."""
        cells = min(self._longest, width // 3)
        name = visible(f"#{each.event + 1} {each.sample}", cells)
        return f"{name:<{cells}}"


def announced(simulation: Simulation) -> str:
    """Who sends where to, and when again."""
    back = (
        "; later events wait for one that is not received" if simulation.connector.document.retries.holds_back else ""
    )
    where, times = simulation.destination.key, schedule_words(simulation.schedule)
    return f"{simulation.connector.title} → {where}: again after {times}{back} (seed {simulation.seed})"


def page_of(connector: Connector) -> str:
    """The page that the schedule comes from, or else that of the processor's webhooks."""
    return connector.document.retries.docs or connector.docs


def schedule_words(schedule: Sequence[float]) -> str:
    """The times between the tries: 3min, 24 × 1h."""
    runs = [(_length(each), len(list(run))) for each, run in groupby(schedule)]
    return ", ".join(f"{times} × {each}" if times > 1 else each for each, times in runs)


def _length(seconds: float) -> str:
    """A length of the simulated time: 30s, 5min, 2h 30min."""
    if seconds < 60:
        return f"{seconds:.0f}s"
    hours, rest = divmod(round(seconds), 3600)
    minutes = f"{rest // 60}min" if rest // 60 or not hours else ""
    return " ".join(each for each in (f"{hours}h" if hours else "", minutes) if each)
