"""s saves what is marked, filtered or there as a session of files."""

from pathlib import Path

import pytest
from textual.widgets import Input

from tests.app.scene import event
from tests.app.user import shown, three


def saved(folder: Path) -> list[str]:
    """The requests in a folder, by name."""
    return sorted(path.stem for path in folder.glob("*.http"))


async def test_s_saves_all_events(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under the session's own name, with a note; it says where, and how to check it. Once more says it is there."""
    monkeypatch.chdir(tmp_path)
    async with shown(tmp_path / "data", *three()) as app:
        await app.press("s")
        assert "all       3 events" in app.screen()
        assert "filtered" not in app.screen()
        await app.press("tab")
        await app.type("three of them")
        await app.press("enter")
        await app.until(lambda: "inspector check sessions/checkout" in app.screen())
        assert len(saved(tmp_path / "sessions/checkout")) == 3
        assert 'note = "three of them"' in (tmp_path / "sessions/checkout/session.toml").read_text()
        await app.press("s")
        assert "sessions/checkout is there already: enter writes over it" in app.screen()
        await app.press("enter")
        await app.until(lambda: "3 requests in sessions/checkout" in app.screen())


async def test_marked_and_filtered_events_can_be_saved_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is marked is offered first, then what the filter lets through, then all."""
    monkeypatch.chdir(tmp_path)
    async with shown(tmp_path / "data", *three()) as app:
        await app.press("g", "m")
        await app.press("slash")
        await app.type("failed")
        await app.press("enter")
        await app.until(lambda: len(app.events) == 1)
        await app.press("s")
        lines = app.screen().splitlines()
        places = [
            next(n for n, line in enumerate(lines) if f"{what} " in line and " event" in line)
            for what in ("marked", "filtered", "all")
        ]
        assert places == sorted(places)
        app.scene.app.screen.query_one("#save-name", Input).value = "one/marked"
        await app.press("enter")
        await app.until(lambda: saved(tmp_path / "sessions/one_marked") != [])
        await app.press("s", "tab", "tab", "down")
        app.scene.app.screen.query_one("#save-name", Input).value = "failed"
        await app.press("enter")
        await app.until(lambda: saved(tmp_path / "sessions/failed") != [])
        assert saved(tmp_path / "sessions/one_marked") == ["001-stripe-payment_intent.succeeded"]
        assert saved(tmp_path / "sessions/failed") == ["001-stripe-payment_intent.payment_failed"]


async def test_what_cannot_be_saved_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No events, no name, a folder of somebody else's: a sentence, and nothing is written."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sessions/checkout").mkdir(parents=True)
    (tmp_path / "sessions/checkout/thesis.txt").write_text("all of it")
    async with shown(tmp_path / "data") as app:
        await app.press("s")
        await app.until(lambda: "There is nothing to save" in app.screen())
        await app.scene.events(event(1))
        await app.until(lambda: len(app.events) == 1)
        await app.press("s", "ctrl+u", "enter")
        assert "A session needs a name" in app.screen()
        await app.type("checkout")
        await app.press("enter")
        await app.until(lambda: "is there, and is no session" in app.screen())
        assert [path.name for path in (tmp_path / "sessions/checkout").iterdir()] == ["thesis.txt"]
