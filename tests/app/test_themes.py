"""Themes: chosen by flag, configuration or palette, kept, and readable by everybody."""

from itertools import combinations
from pathlib import Path

import pytest
from textual.color import Color
from textual.pilot import Pilot
from textual.theme import Theme

from inspector.app import InspectorApp
from inspector.app.themes import THEMES, checked
from inspector.model import InspectorError
from tests.app.scene import Scene, event
from tests.app.user import shown

VERDICTS = ("text-success", "text-error", "text-warning")
MACHADO = {  # Machado, Oliveira and Fernandes 2009, severity 1: what is seen of linear red, green and blue
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.3039)),
}


def colours(theme: Theme) -> dict[str, Color]:
    """The colours of verdicts, and the ground."""
    found = {**theme.to_color_system().generate(), **theme.variables}
    return {name: Color.parse(found[name]) for name in (*VERDICTS, "text-primary", "background")}


def linear(colour: Color) -> list[float]:
    return [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in colour.normalized]


def luminance(rgb: list[float]) -> float:
    return 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2]


def lab(rgb: list[float]) -> tuple[float, float, float]:
    """CIE L*a*b* of linear red, green and blue, by D65."""
    r, g, b = (min(max(each, 0), 1) for each in rgb)
    xyz = (
        (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505,
        0.2126 * r + 0.7152 * g + 0.0722 * b,
        (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089,
    )
    x, y, z = (each ** (1 / 3) if each > 0.008856 else 7.787 * each + 16 / 116 for each in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_every_verdict_can_be_read_on_its_ground(theme: Theme) -> None:
    """A contrast of 4.5 to 1, as WCAG wants of text."""
    found = colours(theme)
    ground = luminance(linear(found.pop("background")))
    for name, colour in found.items():
        dark, light = sorted((ground, luminance(linear(colour))))
        assert (light + 0.05) / (dark + 0.05) >= 4.5, name


@pytest.mark.parametrize("matrix", MACHADO.values(), ids=MACHADO)
def test_verdicts_differ_for_those_who_see_two_colours(matrix: tuple[tuple[float, float, float], ...]) -> None:
    """In the theme that is made for them: good, bad and uncertain stay far apart."""
    theme = next(each for each in THEMES if each.name == "colour-blind")
    seen = {}
    for name in VERDICTS:
        rgb = linear(colours(theme)[name])
        seen[name] = lab([sum(a * b for a, b in zip(row, rgb, strict=True)) for row in matrix])
    for one, other in combinations(VERDICTS, 2):
        distance = sum((a - b) ** 2 for a, b in zip(seen[one], seen[other], strict=True)) ** 0.5
        assert distance > 30, (one, other)


async def started(app: InspectorApp, pilot: Pilot[InspectorError | None]) -> None:
    """Wait for the inbox."""
    for _ in range(200):
        await pilot.pause(0.02)
        if len(app.screen_stack) > 1 or app.return_value is not None:
            break
    await pilot.pause()


async def look(folder: Path, file: str = "", flag: str | None = None, choose: str = "") -> str:
    """Start with this in inspector.toml and this flag; the theme, after another one was chosen."""
    scene = Scene(folder, file=file)
    await scene.open()
    app = InspectorApp(scene._opened, flag)
    async with app.run_test() as pilot:
        await started(app, pilot)
        theme = app.theme
        if choose:
            app.theme = choose
            await pilot.pause()
    await scene.workspace.close()
    return theme


async def test_flag_file_and_the_last_choice_in_this_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was chosen is there again at the next start, unless it is configured otherwise."""
    monkeypatch.setattr("inspector.vault.user_config_path", lambda _: tmp_path / "config")
    assert await look(tmp_path / "a") == "dark"
    assert await look(tmp_path / "a", flag="light") == "light"
    assert await look(tmp_path / "a", choose="colour-blind") == "dark"
    assert await look(tmp_path / "a") == "colour-blind"
    assert await look(tmp_path / "a", file='[listen]\ntheme = "light"\n', choose="nord") == "light"
    assert await look(tmp_path / "a") == "nord"
    assert await look(tmp_path / "a", file='[listen]\ntheme = "light"\n', flag="dark") == "dark"


async def test_the_palette_changes_the_theme(tmp_path: Path) -> None:
    """At once, and the rows are drawn in it."""
    async with shown(tmp_path, event(1)) as app:
        await app.press("ctrl+p")
        await app.type("colour")
        await app.until(lambda: "Theme: colour-blind" in app.screen())
        await app.pilot.pause(0.3)
        await app.press("enter")
        await app.until(lambda: app.scene.app.theme == "colour-blind")
        drawn = [segment.style for segment in app.events.render_line(1) if "valid" in segment.text]
        assert drawn[0] is not None
        assert drawn[0].color is not None
        assert drawn[0].color.name.upper() == "#56B4E9"


def test_a_theme_that_there_is_not_is_told() -> None:
    """With the nearest, and ours."""
    with pytest.raises(InspectorError) as caught:
        checked("colorblind")
    assert caught.value.exit_code == 2
    assert "Did you mean colour-blind? There are dark, light, colour-blind" in caught.value.hint
