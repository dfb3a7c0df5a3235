"""Keys bound anew in inspector.toml: they work, they are shown, and a mistake among them is told."""

from pathlib import Path

import pytest
from textual.dom import DOMNode

from inspector.app.app import InspectorApp
from inspector.app.keys import Section, Wanted, bindings_of, keymap, shown
from inspector.app.screens.help import HelpScreen
from inspector.app.screens.inbox import InboxScreen
from inspector.app.widgets.detail import Detail
from inspector.model import InspectorError
from tests.app import user
from tests.app.scene import Scene, event
from tests.app.user import three

PARTS: tuple[type[DOMNode], ...] = (InspectorApp, *InboxScreen.PARTS)


def mistakes(wanted: Wanted) -> list[str]:
    """What is said about keys that are wanted."""
    with pytest.raises(InspectorError) as caught:
        keymap(wanted, PARTS, "inspector.toml")
    assert caught.value.title == "inspector.toml has mistakes"
    assert caught.value.exit_code == 2
    return (caught.value.detail or "").splitlines()


async def test_keys_are_bound_anew(tmp_path: Path) -> None:
    """The new key does it, in every part of the screen that has it; the old one no more."""
    file = '[keys]\ndown = ["w", "down"]\ntab_headers = "H"\nfollow = "?"\nhelp = "f1"\n'
    async with user.shown(tmp_path, *three(), file=file) as app:
        await app.press("g", "j")
        assert app.events.cursor == 0
        await app.press("w", "down")
        assert app.events.cursor == 2
        await app.press("H")
        assert app.scene.app.screen.query_one(Detail).active == "headers"
        follow = app.events.follow
        await app.press("question_mark")
        assert app.events.follow is not follow
        await app.press("f1")
        assert isinstance(app.scene.app.screen, HelpScreen)


async def test_help_footer_and_palette_show_the_keys_in_force(tmp_path: Path) -> None:
    """Nowhere stands one that does nothing."""
    async with user.shown(tmp_path, *three(), file='[keys]\nreplay = "ctrl+r"\nmark = "M"\n', height=70) as app:
        await app.until(lambda: "^r Replay" in app.screen().splitlines()[-1])
        await app.press("question_mark")
        lines = app.screen().splitlines()
        line = next(each for each in lines if "Mark this event" in each)
        assert line.split()[0] == "M"
        assert "ctrl+r" in next(each for each in lines if "signed now" in each and "again" in each)
        await app.press("escape", "ctrl+p")
        await app.type("mark this")
        await app.until(lambda: "M         Mark this event" in app.screen())


async def test_the_palette_offers_what_every_pane_in_sight_can_do(tmp_path: Path) -> None:
    """Also what has its key in the body, while the list has the focus."""
    async with user.shown(tmp_path, *three()) as app:
        await app.press("3", "ctrl+p")
        await app.type("as they came")
        await app.until(lambda: "Raw" in app.screen())
        await app.pilot.pause(0.3)
        await app.press("enter")
        await app.until(lambda: "SHA-256" in app.lines("body-raw"))


async def test_a_screen_with_wrong_keys_ends_with_what_is_wrong(tmp_path: Path) -> None:
    """Before it listens to a key at all."""
    scene = Scene(tmp_path, file='[keys]\nfroward = "F"\n')
    await scene.open()
    async with scene.app.run_test() as pilot:
        for _ in range(200):
            await pilot.pause(0.02)
            if scene.app.return_value is not None:
                break
    await scene.workspace.close()
    assert isinstance(scene.app.return_value, InspectorError)
    assert "keys.froward: there is no such action; did you mean forward?" in str(scene.app.return_value)


def test_all_mistakes_are_told_at_once() -> None:
    """A name that there is not, a key that is none, none at all, and a letter for what works while one types."""
    found = mistakes({"mrak": ["m"], "mark": ["crtl+m", ""], "sort": [], "next_pane": ["Q"]})
    assert found == [
        "keys.mrak: there is no such action; did you mean mark?",
        "keys.mark: 'crtl+m' is not a key; write f, F, ctrl+f, f5, space, enter, escape, up …",
        "keys.mark: '' is not a key; write f, F, ctrl+f, f5, space, enter, escape, up …",
        "keys.sort: no key is named",
        "keys.next_pane: it works while one types, too, so it needs a key like ctrl+g or f5, not Q",
    ]


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"forward": ["r"]}, "r is the key of forward and of replay"),
        ({"forward": ["f5"], "replay": ["f5"]}, "f5 is the key of forward and of replay"),
        ({"sort": ["b"]}, "b is the key of body_bytes and of sort"),
        ({"down": ["u"]}, "u is the key of down and of session_undo"),
        ({"help": ["ctrl+c"]}, "ctrl+c is the key of help and of interrupt"),
    ],
)
def test_a_key_that_two_actions_want_is_told(wanted: Wanted, said: str) -> None:
    """By the names that the file calls them."""
    assert mistakes(wanted) == [said]


def test_what_is_there_already_and_what_has_moved_away_is_no_mistake() -> None:
    """Two that change places; a second key for what escape does anyway; the same as ever."""
    for wanted in (
        {"forward": ["r"], "replay": ["f"]},
        {"filter_clear": ["escape", "ctrl+g"]},
        {"forward": ["f"], "last": ["G", "end", "shift+z"]},
    ):
        assert keymap(wanted, PARTS, "inspector.toml").keys() == wanted.keys()
    assert keymap({"last": ["shift+z", "+", "%", ","]}, PARTS, "")["last"] == "Z,plus,percent_sign,comma"


def test_every_key_has_a_name_a_meaning_and_a_place_in_the_help() -> None:
    """Whatever is bound in the app can be bound anew, and no two bindings of a part share a name."""
    for part in PARTS:
        bindings = bindings_of(part)
        assert bindings
        assert len({each.id for each in bindings}) == len(bindings)
        for each in bindings:
            assert each.id
            assert each.description
            assert isinstance(each.section, Section)
            assert shown(each).isprintable()
        assert len(bindings) == len(part.__dict__["BINDINGS"])


async def test_the_help_tells_of_each_name_once_and_by_section(tmp_path: Path) -> None:
    """What is in the list and in the detail is told of once, and moving comes before sending."""
    async with user.shown(tmp_path, event(1), height=140) as app:
        await app.press("question_mark")
        screen = app.scene.app.screen
        assert isinstance(screen, HelpScreen)
        names = [each.id for group in screen.groups.values() for each in group]
        assert len(names) == len(set(names))
        assert set(names) == {each.id for part in PARTS for each in bindings_of(part)}
        text = app.screen()
        assert text.index("Moving") < text.index("Looking") < text.index("Sending") < text.index("Words of the filter")
        assert "auto_forward" in text
