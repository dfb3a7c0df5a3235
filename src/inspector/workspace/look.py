"""How the screen looks: the theme that was chosen there, kept for the next start in the user's config folder."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from inspector.model import InspectorError

if TYPE_CHECKING:
    from inspector.workspace.reading import Reading

__all__ = ["keep_theme", "theme_of"]

_LONGEST: Final = 64  # characters of a name


def theme_of(reading: "Reading") -> str | None:
    """The theme that the environment or the file names, else the one that was kept; None where there is none."""
    place = _place(reading)
    if reading.settings.listen.theme or place is None:
        return reading.settings.listen.theme
    try:
        return place.read_text(encoding="utf-8", errors="replace").strip()[:_LONGEST] or None
    except OSError:
        return None


def keep_theme(reading: "Reading", name: str) -> str:
    """Keep a theme for the next start. Returns what stands before it there, in a sentence; empty where nothing does.
    Raises InspectorError where it cannot be kept."""
    place = _place(reading)
    if place is None:
        return ""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(f"{name}\n", encoding="utf-8")
    except OSError as error:
        raise InspectorError(f"{place} cannot be written", str(error.strerror)) from None
    given = reading.settings.listen.theme
    return f"At the next start it is {given} again, as you configured it" if given not in (None, name) else ""


def _place(reading: "Reading") -> Path | None:
    vault = reading.settings.vault
    return None if vault is None else vault.path.with_name("theme")
