"""The keys at the foot of the screen."""

from textual.widgets import Footer

__all__ = ["KeyFooter"]


class KeyFooter(Footer):
    """Textual's footer, which makes its keys anew whenever they change, and lets go of the old ones.

    Each key watches whether the footer is compact. Textual forgets the watchers that have gone when that is set, and
    nobody sets it: an hour of dialogs opened and closed held tens of megabytes of keys.
    """

    async def recompose(self) -> None:
        """Make the keys anew."""
        await super().recompose()
        self.mutate_reactive(Footer.compact)
