"""Keys that have no sense just now: dim in the footer, and pressing one says why."""

from pathlib import Path

import pytest
from textual.binding import Binding

from inspector.app.screens.inbox import InboxScreen
from inspector.app.screens.reasons import Situation, why_not
from tests.app.scene import event
from tests.app.user import Shown, shown

APP = "http://127.0.0.1:9/hook"


def dim(app: Shown) -> set[str]:
    """What the footer shows dim."""
    return {str(each.description) for each in app.scene.app.screen.query("FooterKey.-disabled").results()}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("enter", "no event under the cursor"),
        ("2", "no event under the cursor"),
        ("f", "no event under the cursor"),
        ("r", "no event under the cursor"),
        ("e", "no event under the cursor"),
        ("m", "no event under the cursor"),
        ("d", "mark two"),
        ("x", "Nothing has arrived yet"),
        ("a", "--forward-to http://localhost:3000/webhooks"),
        ("backslash", "no filter to turn off"),
    ],
)
async def test_in_an_empty_inbox_a_key_says_what_it_lacks(tmp_path: Path, key: str, words: str) -> None:
    """No silence, and no traceback."""
    async with shown(tmp_path) as app:
        await app.press(key)
        await app.until(lambda: words in app.told())


async def test_the_footer_dims_what_has_no_sense_and_lights_it_up(tmp_path: Path) -> None:
    """Nothing to look at and to send at first; with an event and an app, everything."""
    async with shown(tmp_path, forward_to=APP) as app:
        await app.until(lambda: dim(app) == {"Detail", "Forward", "Replay"})
        await app.scene.events(event(1))
        await app.until(lambda: dim(app) == set())


async def test_without_an_app_only_forwarding_is_dim(tmp_path: Path) -> None:
    """What is sent again goes back to the receiver."""
    async with shown(tmp_path, event(1)) as app:
        await app.until(lambda: dim(app) == {"Forward"})
        await app.press("f")
        await app.until(lambda: "--forward-to" in app.told())


async def test_the_palette_says_the_reason_too(tmp_path: Path) -> None:
    """Beside the name of what cannot be done."""
    async with shown(tmp_path, event(1)) as app:
        await app.press("ctrl+p")
        await app.type("forward")
        await app.until(lambda: "not now: There is no app to forward to" in app.screen())


def test_a_screen_that_is_attached_leaves_to_the_receiver_what_is_the_receivers() -> None:
    """And secrets that are made up are not changed."""
    assert "attached" in why_not("auto_forward", Situation(attached=True))
    assert "attached" in why_not("answer", Situation(attached=True))
    assert "made up" in why_not("secrets", Situation(keeps=False))


def test_where_everything_is_there_nothing_is_dim() -> None:
    """Every action of the screen."""
    for each in InboxScreen.BINDINGS:
        assert isinstance(each, Binding)
        assert why_not(each.action, Situation()) == ""
