"""What the screen lets go of: a day of dialogs and of deliveries takes no more memory than some minutes."""

import gc
from pathlib import Path

import pytest
from rich.segment import Segment
from textual._styles_cache import StylesCache
from textual.map_geometry import MapGeometry
from textual.strip import Strip
from textual.widgets._footer import FooterKey

from tests.app import user
from tests.app.user import three


@pytest.mark.parametrize("kind", [FooterKey, StylesCache])
async def test_what_belonged_to_a_dialog_is_not_held(tmp_path: Path, kind: type) -> None:
    """Dialogs that come and go all day take no more memory than a few: neither keys nor what they drew is kept."""

    def held() -> int:
        gc.collect()
        return sum(isinstance(each, kind) for each in gc.get_objects())

    async with user.shown(tmp_path, *three()) as shown:

        async def look_at_the_help() -> None:
            for key in ("question_mark", "escape"):
                await shown.press(key)
                await shown.pilot.pause(0.05)

        await look_at_the_help()
        few = held()
        for _ in range(5):
            await look_at_the_help()
        assert 0 < held() <= few


async def test_what_was_drawn_is_let_go_at_once(tmp_path: Path) -> None:
    """The collector, for which everything stands still, finds none of the lines that are not on the screen any more,
    and no layout of the screen: an arrival needs none."""

    async def use(shown: user.Shown) -> None:
        for key in "jk" * 5:
            await shown.press(key)
        for _ in range(5):
            await shown.scene.deliver(three()[0])
            await shown.pilot.pause()

    async with user.shown(tmp_path, *three()) as shown:
        await use(shown)
        gc.collect()
        gc.disable()
        try:
            await use(shown)
            gc.set_debug(gc.DEBUG_SAVEALL)
            gc.collect()
            found = [each for each in gc.garbage if isinstance(each, (Strip, MapGeometry))]
        finally:
            gc.set_debug(0)
            gc.garbage.clear()
            gc.enable()
    assert not found


def test_a_strip_is_cut_as_ever() -> None:
    """Whole, in parts, and beyond its end."""
    strip = Strip([Segment("one"), Segment(" two")])
    assert strip.divide([7]) == [strip]
    assert strip.divide([7, 9]) == [strip]
    assert [each.text for each in strip.divide([3, 7])] == ["one", " two"]
    assert strip.crop_extend(0, 7, None) is strip
    assert strip.crop_extend(1, 5, None).text == "ne t"
    assert strip.crop_extend(0, 9, None).text == "one two  "
