"""How Textual behaves here: what it shows of foreign words, how it ends, and what it lets go of."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from rich.style import Style
from textual._styles_cache import StylesCache
from textual.app import App
from textual.driver import Driver
from textual.notifications import SeverityLevel
from textual.strip import Strip

from inspector.model import InspectorError
from inspector.model.visible import visible

__all__ = ["WellBehaved"]

_LONGEST: Final = 500  # characters of a line of a message
_DIVIDE, _CROP_EXTEND = Strip.divide, Strip.crop_extend


class WellBehaved(App[InspectorError | None]):
    """An app that ends with the error, where one ends it."""

    def __init__(self) -> None:
        super().__init__()
        _let_go()

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,
    ) -> None:
        """A message is text: what it quotes from the network is made visible, and no markup is ever read in it."""
        lines = "\n".join(visible(line, _LONGEST) for line in message.split("\n", 20))
        super().notify(lines, title=visible(title, _LONGEST), severity=severity, timeout=timeout, markup=False)

    def get_driver_class(self) -> type[Driver]:
        """Textual's own, on a terminal one that minds how it was stopped."""
        found = super().get_driver_class()
        if found.__name__ != "LinuxDriver":
            return found
        from inspector.app.terminal import Terminal

        return Terminal

    def _handle_exception(self, error: Exception) -> None:
        """What nobody caught ends the screen: what a person can mend with its words alone."""
        if isinstance(error, InspectorError):
            self.exit(error, 1)
        else:
            super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """A traceback without the values of variables, among which are secrets."""
        from rich.traceback import Traceback

        self.panic(Traceback(show_locals=False, width=None))


def _let_go() -> None:
    """Hold nothing of widgets that have gone, and nothing that holds itself.

    Textual remembers a thousand pairs of colours together with whoever asked for them: a widget's cache, with all
    that it has drawn. The colours are enough.

    A strip that is cut where it ends is remembered by itself. Every strip on the screen is, and only the collector
    would find it: 200,000 objects each half minute of a busy list, for which everything stood still for 250 ms.
    """
    of_colours = lru_cache(1024)(StylesCache.get_inner_outer.__wrapped__)
    StylesCache.get_inner_outer = classmethod(of_colours)  # type: ignore[method-assign, assignment, arg-type]
    Strip.divide = _divide  # type: ignore[method-assign, assignment]
    Strip.crop_extend = _crop_extend  # type: ignore[method-assign, assignment]


def _divide(strip: Strip, cuts: Iterable[int]) -> Sequence[Strip]:
    within = [cut for cut in cuts if cut <= strip.cell_length]
    return [strip] if within == [strip.cell_length] else _DIVIDE(strip, within)


def _crop_extend(strip: Strip, start: int, end: int, style: Style | None) -> Strip:
    whole = start <= 0 and end == strip.cell_length
    return strip if whole else _CROP_EXTEND(strip, start, end, style)
