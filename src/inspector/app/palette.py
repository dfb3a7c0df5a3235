"""The palette: everything that can be done, found by its words. Made from the bindings in force."""

from collections.abc import Iterator
from functools import partial
from typing import Any, Protocol, runtime_checkable

from textual.app import App, SystemCommand
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.screen import Screen

from inspector.app.keys import Wanted, bindings_of, meaning, shown

__all__ = ["ActionProvider", "actions"]


@runtime_checkable
class Reasons(Protocol):
    """A node that can say why an action has no sense just now."""

    def why_not(self, action: str) -> str:
        """The reason; empty where there is none."""


def actions(app: App[Any], screen: Screen[Any], wanted: Wanted) -> Iterator[SystemCommand]:
    """What has a key: in the pane that has the focus, on the screen, in the other panes in sight, and in the app."""
    panes = [*(screen.focused.ancestors_with_self if screen.focused else ()), screen, *screen.walk_children()]
    seen = {"palette"}
    for node in (*(each for each in panes if each.display), app):
        for key in bindings_of(type(node), wanted):
            if key.id not in seen:
                seen.add(str(key.id))
                why = node.why_not(key.action) if isinstance(node, Reasons) else ""
                run = partial(app.notify, why, severity="warning", markup=False)
                words = f"{shown(key):<9} {f'not now: {why}' if why else meaning(key)}"
                yield SystemCommand(key.description, words, run if why else partial(app.run_action, key.action, node))


class ActionProvider(Provider):
    """Offers what the app names: the actions first."""

    async def discover(self) -> Hits:
        """All of them, before anything is typed."""
        for each in self.app.get_system_commands(self.screen):
            yield DiscoveryHit(each.title, each.callback, help=each.help)

    async def search(self, query: str) -> Hits:
        """Those whose words match."""
        matcher = self.matcher(query)
        for each in self.app.get_system_commands(self.screen):
            score = max(matcher.match(each.title), matcher.match(each.help) / 2)
            if score > 0:
                yield Hit(score, matcher.highlight(each.title), each.callback, help=each.help)
