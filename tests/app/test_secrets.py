"""The dialog for secrets: set, rotated, removed; and nothing of a secret is ever on the screen."""

import logging
from pathlib import Path

import pytest
from textual.events import Paste
from textual.widgets import Input

from inspector import vault
from inspector.app.screens.secrets import SecretsScreen
from inspector.core.throwaway import throwaway_settings
from tests.app.scene import Scene, event
from tests.app.user import Shown, shown

SECRET = "whsec_never_to_be_seen_anywhere"


@pytest.fixture(autouse=True)
def _config(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A config folder of the test's own."""
    monkeypatch.setattr(vault, "user_config_path", lambda _: tmp_path / "config")


async def choose(app: Shown, words: str) -> None:
    """Open the form of what the words find."""
    await app.press("K")
    if not app.scene.app.screen.query_one("#secrets-form").display:
        await app.type(words)
        await app.press("enter")
    await app.until(lambda: app.scene.app.screen.query_one("#secrets-form").display)


async def paste(app: Shown, text: str) -> None:
    """Paste as a terminal does."""
    app.scene.app.post_message(Paste(text))
    await app.pilot.pause()


async def test_shift_k_sets_a_secret_and_what_came_before_is_verified(tmp_path: Path) -> None:
    """From the hint of the Signature tab to the dialog; typed hidden, told where it lies, the row says valid."""
    async with shown(tmp_path, secrets=False) as app:
        await app.scene.events(event(1), secret=SECRET)
        await app.until(lambda: len(app.events) == 1)
        await app.press("2")
        await app.until(lambda: "Press K to set it here" in app.tab("signature"))
        await app.press("K")
        await app.until(lambda: "There is no keyring: it is kept in" in app.screen())
        assert "signing_secret" in app.screen()
        assert "not set" in app.screen()
        await paste(app, f" {SECRET}\n")
        assert "•" * len(SECRET) in app.screen()
        await app.press("enter")
        await app.until(lambda: "✓ valid" in app.rows()[1])
        await app.until(lambda: "Verified with it: 1 of what came before" in app.told())
    assert (tmp_path / "config" / "secrets.json").stat().st_mode & 0o077 == 0


async def test_a_secret_is_rotated_and_removed(tmp_path: Path) -> None:
    """ctrl+r accepts both; ctrl+d on the one before ends that."""
    async with shown(tmp_path, secrets=False) as app:
        settings = app.scene.workspace.settings
        settings.keep("stripe", "signing_secret", "whsec_first")
        await choose(app, "stripe signing")
        assert "It is kept in" in app.screen()
        assert "accepts the one before" in app.screen()
        await app.type("whsec_second")
        await app.press("ctrl+r")
        await app.until(lambda: settings.of("stripe").get("previous_secret") == "whsec_first")
        assert settings.of("stripe")["signing_secret"] == "whsec_second"
        await app.scene.events(event(1), secret="whsec_first")
        await app.scene.events(event(2), secret="whsec_second")
        await app.until(lambda: len(app.events) == 2)
        assert all("✓ valid" in row for row in app.rows()[1:3])
        await choose(app, "stripe previous")
        await app.press("ctrl+d")
        await app.until(lambda: settings.of("stripe") == {"signing_secret": "whsec_second"})
        await app.until(lambda: "not kept any more" in app.told())


async def test_what_the_environment_says_is_told_and_not_changed(tmp_path: Path) -> None:
    """Neither by enter nor by the keys; another account of the processor can be set beside it."""
    async with shown(tmp_path) as app:
        await choose(app, "stripe signing")
        assert "INSPECTOR_STRIPE_SIGNING_SECRET: change it there" in app.screen()
        screen = app.scene.app.screen
        assert screen.query_one("#secret-text", Input).disabled
        await app.press("ctrl+r", "ctrl+d", "enter")
        assert app.scene.app.screen is screen
        await app.type("shop")
        assert "not set" in app.screen()
        screen.query_one("#secret-text").focus()
        await app.press("enter")
        assert "Nothing was given" in app.told()
        await app.type("whsec_shop")
        await app.press("enter")
        settings = app.scene.workspace.settings
        await app.until(lambda: settings.of("stripe", "shop")["signing_secret"] == "whsec_shop")


async def test_escape_leaves_the_form_and_then_the_dialog(tmp_path: Path) -> None:
    """What was typed is gone with it."""
    async with shown(tmp_path, secrets=False) as app:
        await choose(app, "adyen hmac_key")
        await app.type("abc")
        await app.press("escape")
        assert app.scene.app.screen.query_one("#secret-text", Input).value == ""
        await app.press("escape")
        assert not isinstance(app.scene.app.screen, SecretsScreen)


async def test_a_key_with_several_lines_is_pasted_whole(tmp_path: Path) -> None:
    """PEM, as it stands in a dashboard."""
    scene = Scene(tmp_path / "other")
    await scene.open()
    pem = throwaway_settings(scene.workspace.service.connectors["trustly"])["public_key"]
    await scene.workspace.close()
    async with shown(tmp_path, secrets=False) as app:
        await choose(app, "trustly public_key")
        await paste(app, pem)
        await app.press("enter")
        await app.until(lambda: app.scene.workspace.settings.of("trustly").get("public_key") == pem.strip())


async def test_no_secret_is_on_the_screen_in_a_picture_or_in_a_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """While it is typed, when it is kept, and when the place for it refuses it."""
    caplog.set_level(logging.DEBUG)
    seen: list[str] = []
    async with shown(tmp_path, secrets=False) as app:

        def look() -> None:
            seen.extend((app.screen(), app.told(), app.scene.app.export_screenshot()))

        await choose(app, "stripe signing")
        await paste(app, SECRET)
        look()
        await app.press("enter")
        await app.until(lambda: "is kept in" in app.told())
        look()
        await choose(app, "stripe signing")
        look()
        await app.press("escape", "escape")
        (tmp_path / "config" / "secrets.json").unlink()
        (tmp_path / "config").rmdir()
        (tmp_path / "config").write_text("a file, where a folder should be")
        await choose(app, "adyen hmac_key")
        await paste(app, SECRET)
        await app.press("enter")
        await app.until(lambda: "cannot be" in app.told())
        look()
    assert not any("never_to_be_seen" in text for text in (*seen, caplog.text))
