"""How it looks: a dozen pictures, each the answer to a question that a user would ask.

The clock stands still and the events are the test's own. `pytest tests/app/test_looks.py --snapshot-update` draws
the pictures anew; look at them before they are kept.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import msgspec
import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from inspector.app import InspectorApp
from inspector.app.widgets.event_list import EventList
from inspector.model import CapturedRequest, ForwardAttempt, InspectorError
from inspector.workspace import Workspace
from tests.app.scene import NOW, Scene, event

Compare: TypeAlias = Callable[..., bool]

EVIL = "Zoë \x1b[31m\u202eadA 支付 🎉 [bold]"
APP = "http://localhost:3000/hook"
ATTEMPTS = (
    ForwardAttempt(delivery=2, destination=APP, started_at=NOW, elapsed=0.012, status_code=200),
    ForwardAttempt(
        delivery=4,
        destination=APP,
        started_at=NOW,
        elapsed=30.0,
        error="localhost:3000 gave no answer within 30 s",
    ),
    ForwardAttempt(
        delivery=4,
        destination=APP,
        started_at=NOW + 40,
        elapsed=0.708,
        status_code=503,
        headers=(("Content-Type", "application/json"), ("Retry-After", "30")),
        body=b'{"error": "database is away"}\n',
    ),
)


async def fill(scene: Scene) -> None:
    """A little of everything: good, copied, tampered, stale, live, unknown, unreadable, hostile."""
    await scene.events(event(1), event(2, "payment_intent.payment_failed", amount=1500, currency="jpy"))
    await scene.events(event(3, "charge.dispute.created", amount=123456), secret="whsec_another")
    await scene.events(event(4, "charge.refunded", amount=990), event(5, live=True), event(1, name=EVIL))
    unsigned = event(6, "payment_intent.processing", amount=12345678, currency="kwd")
    await scene.deliver(unsigned, "stripe", NOW - 9)
    await scene.deliver(CapturedRequest(url="http://127.0.0.1:4242/", body=b"hello"), None, NOW - 8)
    await scene.deliver(msgspec.structs.replace(event(7), body=b'{"broken": '), "stripe", NOW - 7)
    await scene.events(event(8, name=EVIL))
    for attempt in ATTEMPTS:
        await scene.workspace._store.put_attempt(attempt)


def picture(folder: Path, *, forward_to: str | None = APP, full: bool = True, secrets: bool = True) -> InspectorApp:
    """The app on a workspace that is made as it opens."""
    scene = Scene(folder, forward_to=forward_to, secrets=secrets)

    async def opening() -> Workspace:
        await scene.open()
        if full:
            await fill(scene)
        return scene.workspace

    return InspectorApp(opening)


def ready(*keys: str, theme: str = "dark") -> Callable[[Pilot[InspectorError | None]], object]:
    """Wait for the inbox, and press keys."""

    async def before(pilot: Pilot[InspectorError | None]) -> None:
        for _ in range(400):
            await pilot.pause(0.05)
            if pilot.app.screen.query(EventList):
                break
        pilot.app.theme = theme
        pilot.app.screen.query_one(Input).cursor_blink = False
        await pilot.pause()
        for key in keys:
            await pilot.press(key)
            await pilot.pause()
            for line in pilot.app.screen.query(Input):
                line.cursor_blink = False
        await pilot.pause(0.1)

    return before


def test_what_do_i_do_first(snap_compare: Compare, tmp_path: Path) -> None:
    """An empty inbox in the smallest terminal."""
    app = picture(tmp_path, forward_to=None, full=False)
    assert snap_compare(app, terminal_size=(80, 24), run_before=ready())


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 50)], ids=["80", "120", "200"])
def test_what_has_arrived(snap_compare: Compare, tmp_path: Path, size: tuple[int, int]) -> None:
    """The list, with what gives way as the terminal narrows."""
    assert snap_compare(picture(tmp_path), terminal_size=size, run_before=ready())


def test_does_it_suit_a_light_terminal(snap_compare: Compare, tmp_path: Path) -> None:
    """The light theme."""
    assert snap_compare(picture(tmp_path), terminal_size=(120, 36), run_before=ready(theme="light"))


def test_can_i_tell_verdicts_apart_without_red_and_green(snap_compare: Compare, tmp_path: Path) -> None:
    """The theme for the colour-blind: sky blue, vermilion and yellow, beside glyph and word."""
    assert snap_compare(picture(tmp_path), terminal_size=(120, 36), run_before=ready(theme="colour-blind"))


def test_is_it_readable_without_colour(snap_compare: Compare, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`NO_COLOR`: every verdict still has its glyph and its word, the cursor and the open tab are still to be seen."""
    monkeypatch.setenv("NO_COLOR", "1")
    assert snap_compare(picture(tmp_path), terminal_size=(120, 36), run_before=ready("tab"))


def test_why_is_the_signature_not_valid(snap_compare: Compare, tmp_path: Path) -> None:
    """The verdict in a sentence, and what was signed."""
    assert snap_compare(picture(tmp_path), terminal_size=(120, 36), run_before=ready("g", "j", "j", "2"))


def test_what_was_sent(snap_compare: Compare, tmp_path: Path) -> None:
    """The body as a tree; a hostile name is a text like any other."""
    assert snap_compare(picture(tmp_path), terminal_size=(120, 36), run_before=ready("3", "tab", "j"))


def test_what_came_byte_for_byte(snap_compare: Compare, tmp_path: Path) -> None:
    """The bytes, with their length and SHA-256."""
    assert snap_compare(picture(tmp_path), terminal_size=(120, 36), run_before=ready("3", "tab", "b"))


def test_what_did_my_app_answer(snap_compare: Compare, tmp_path: Path) -> None:
    """Every attempt, the newest first."""
    assert snap_compare(picture(tmp_path), terminal_size=(120, 36), run_before=ready("g", "j", "j", "j", "5"))


def test_what_is_wrong_with_my_filter(snap_compare: Compare, tmp_path: Path) -> None:
    """The term underlined, its reason, and how many rows are hidden, in the smallest terminal."""
    keys = ("slash", *"amont", "colon", "3", "space", *"stripe")
    assert snap_compare(picture(tmp_path), terminal_size=(80, 24), run_before=ready(*keys))


def test_which_keys_are_there(snap_compare: Compare, tmp_path: Path) -> None:
    """The help, made from the bindings."""
    assert snap_compare(picture(tmp_path), terminal_size=(120, 50), run_before=ready("question_mark"))


def test_what_else_can_be_done(snap_compare: Compare, tmp_path: Path) -> None:
    """The palette, in the smallest terminal; what has no sense just now says so."""
    app = picture(tmp_path, forward_to=None)
    assert snap_compare(app, terminal_size=(80, 24), run_before=ready("ctrl+p", *"forward", theme="light"))


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=["80", "120"])
def test_which_secrets_are_set(snap_compare: Compare, tmp_path: Path, size: tuple[int, int]) -> None:
    """Where each stands and what it looks like, without a character of it."""
    assert snap_compare(picture(tmp_path), terminal_size=size, run_before=ready("K"))


def test_how_do_i_set_a_secret(snap_compare: Compare, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it is, where it is kept, and the line that hides what is typed."""
    monkeypatch.setattr("inspector.vault.user_config_path", lambda _: Path("~/.config/inspector"))
    app = picture(tmp_path, full=False, secrets=False)
    keys = ("K", *"stripe", "enter", *"secret")
    assert snap_compare(app, terminal_size=(120, 36), run_before=ready(*keys))


def test_what_can_i_copy(snap_compare: Compare, tmp_path: Path) -> None:
    """The copy menu over the list."""
    assert snap_compare(picture(tmp_path), terminal_size=(120, 36), run_before=ready("y"))
