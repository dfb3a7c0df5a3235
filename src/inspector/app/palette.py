"""The palette: every action of the screen, found by its words. Made from the bindings."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from textual.command import DiscoveryHit, Hit, Hits, Provider

from inspector.app.keys import bindings_of, meaning

__all__ = ["ActionProvider"]


class ActionProvider(Provider):
    """Offers the actions of the screen beneath, then what concerns the whole app."""

    def _offers(self) -> Iterator[tuple[str, str, Callable[[], Any]]]:
        """What there is: a name, a sentence with its key, and the way to do it."""
        for binding in bindings_of(type(self.screen)):
            key = binding.key_display or binding.key
            words = f"{key:<7} {meaning(binding)}"
            yield binding.description, words, partial(self.screen.run_action, binding.action)
        for command in self.app.get_system_commands(self.screen):
            yield command.title, f"{'':<7} {command.help}", command.callback

    async def discover(self) -> Hits:
        """All of them, before anything is typed."""
        for name, words, run in self._offers():
            yield DiscoveryHit(name, run, help=words)

    async def search(self, query: str) -> Hits:
        """Those whose words match."""
        matcher = self.matcher(query)
        for name, words, run in self._offers():
            score = max(matcher.match(name), matcher.match(words) / 2)
            if score > 0:
                yield Hit(score, matcher.highlight(name), run, help=words)
