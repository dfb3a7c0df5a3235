"""What cannot be done just now, and why: one table. Such a key is dim in the footer, and tells the reason when it is
pressed."""

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from textual.events import Key as KeyPressed
from textual.screen import Screen

__all__ = ["Reasoned", "Situation", "why_not"]


class Situation(NamedTuple):
    """What there is: an `event` under the cursor, anything in the session at all, two events to compare, a filter, an
    `app` to forward to; whether another process receives, and whether secrets can be kept."""

    event: bool = True
    anything: bool = True
    pair: bool = True
    filter: bool = True
    app: bool = True
    attached: bool = False
    keeps: bool = True


Reason = Callable[[Situation], str]


def _event(found: Situation) -> str:
    return "" if found.event else "There is no event under the cursor"


def _anything(found: Situation) -> str:
    return "" if found.anything else "Nothing has arrived yet"


def _pair(found: Situation) -> str:
    return "" if found.pair else "Mark an event and go to another one, or mark two: they are compared"


def _filter(found: Situation) -> str:
    return "" if found.filter else "There is no filter to turn off"


def _app(found: Situation) -> str:
    hint = "start with --forward-to http://localhost:3000/webhooks"
    return "" if found.app else f"There is no app to forward to: {hint}"


def _receives(found: Situation) -> str:
    return "This screen is attached to a receiver, which has flags of its own for this" if found.attached else ""


def _keeps(found: Situation) -> str:
    return "" if found.keeps else "These settings are made up, and nothing of them is kept"


_TABS: Final = ("event", "signature", "body", "headers", "forwards", "timeline")
_REASONS: Final[Mapping[str, tuple[Reason, ...]]] = {
    "focus_on('detail')": (_event,),
    **{f"tab('{name}')": (_event,) for name in _TABS},
    "filter(True)": (_filter,),
    "mark": (_event,),
    "diff": (_pair,),
    "clear": (_anything,),
    "sort": (_anything,),
    "sort(True)": (_anything,),
    "fold": (_anything,),
    "forward": (_event, _app),
    "replay": (_event,),
    "replay_many": (_anything,),
    "edit": (_event,),
    "auto_forward": (_receives, _app),
    "answer": (_receives,),
    "tunnel": (_receives,),
    "secrets": (_keeps,),
}


def why_not(action: str, situation: Situation) -> str:
    """Why an action, as the binding writes it, cannot be done in a situation; empty where it can."""
    return next((why for reason in _REASONS.get(action, ()) if (why := reason(situation))), "")


class Reasoned(Screen[None]):
    """A screen some of whose keys have no sense at times."""

    _drawn: Situation | None = None

    @property
    def situation(self) -> Situation:
        """What there is just now."""
        raise NotImplementedError

    def why_not(self, action: str) -> str:
        """Why an action of the screen cannot be done just now; empty where it can."""
        return why_not(action, self.situation)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """None for what is dim. Textual asks."""
        words = f"{action}({', '.join(map(repr, parameters))})" if parameters else action
        return None if words in _REASONS and self.why_not(words) else True

    def renew_keys(self) -> None:
        """Draw the footer anew, where another key is dim now."""
        found = self.situation
        if found != self._drawn:
            self._drawn = found
            self.refresh_bindings()

    def on_key(self, event: KeyPressed) -> None:
        """A dim key says why it is."""
        found = self.active_bindings.get(event.key)
        if found is not None and not found.enabled and found.node is self:
            event.stop()
            self.notify(self.why_not(found.binding.action), severity="warning", markup=False, timeout=4)
