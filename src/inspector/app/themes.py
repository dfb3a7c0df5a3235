"""Themes: dark, light, and one whose verdicts are told apart also by those who do not see red and green.

A verdict is never its colour alone: glyph and word are always there.
"""

from difflib import get_close_matches
from typing import Final

from textual.theme import BUILTIN_THEMES, Theme

from inspector.model import InspectorError

__all__ = ["DEFAULT", "THEMES", "checked"]

DEFAULT: Final = "dark"

THEMES: Final = (
    Theme(
        name=DEFAULT,
        primary="#0178D4",
        secondary="#004578",
        accent="#ffa62b",
        warning="#ffa62b",
        error="#ba3c5b",
        success="#4EBF71",
        foreground="#e0e0e0",
    ),
    Theme(
        name="light",
        dark=False,
        primary="#0550AE",
        secondary="#0969DA",
        accent="#9A6700",
        warning="#7D4E00",
        error="#A40E26",
        success="#116329",
        foreground="#1F2328",
        background="#FCFCFC",
        surface="#EDEFF2",
        panel="#E2E5E9",
        variables={
            "text-primary": "#0550AE",
            "text-warning": "#7D4E00",
            "text-error": "#A40E26",
            "text-success": "#116329",
            "primary-muted": "#CFE2F8",
            "foreground-muted": "#59636E",
        },
    ),
    # Sky blue, vermilion and yellow of Okabe and Ito (https://jfly.uni-koeln.de/color/), the vermilion a little lighter
    # for a dark ground: they differ in lightness and along the blue-yellow axis, which nearly everybody sees.
    Theme(
        name="colour-blind",
        primary="#7C86B8",
        secondary="#56B4E9",
        accent="#F0E442",
        warning="#F0E442",
        error="#E4572E",
        success="#56B4E9",
        foreground="#E6E6E6",
        background="#101014",
        surface="#1C1C22",
        panel="#26262E",
        variables={
            "text-primary": "#C3C9E8",
            "text-warning": "#F0E442",
            "text-error": "#E4572E",
            "text-success": "#56B4E9",
            "primary-muted": "#2C3150",
        },
    ),
)
"""Ours; the ones that Textual brings can be chosen as well."""


def checked(name: str) -> str:
    """The name of a theme that there is. Raises InspectorError for another one."""
    known = [*(each.name for each in THEMES), *BUILTIN_THEMES]
    if name not in known:
        near = get_close_matches(name, known, n=1, cutoff=0.5)
        hint = f"Did you mean {near[0]}? " if near else ""
        ours = ", ".join(each.name for each in THEMES)
        raise InspectorError(f"There is no theme {name!r}", hint=f"{hint}There are {ours}", exit_code=2)
    return name
