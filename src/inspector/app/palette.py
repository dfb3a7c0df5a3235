"""The palette: every action of the screen, found by its words. Made from the bindings."""

from functools import partial

from textual.binding import Binding
from textual.command import DiscoveryHit, Hit, Hits, Provider

__all__ = ["ActionProvider"]


class ActionProvider(Provider):
    """Offers the actions of the screen beneath."""

    def _actions(self) -> list[Binding]:
        return [each for each in self.screen.BINDINGS if isinstance(each, Binding)]

    async def discover(self) -> Hits:
        """All of them, before anything is typed."""
        for binding in self._actions():
            yield DiscoveryHit(binding.description, partial(self.screen.run_action, binding.action), help=binding.key)

    async def search(self, query: str) -> Hits:
        """Those whose words match."""
        matcher = self.matcher(query)
        for binding in self._actions():
            score = matcher.match(binding.description)
            if score > 0:
                run = partial(self.screen.run_action, binding.action)
                yield Hit(score, matcher.highlight(binding.description), run, help=binding.key)
