"""Secrets that are set while a workspace is open: the next delivery is verified with them."""

import asyncio
import json
from pathlib import Path

import pytest

from inspector import vault
from inspector.model import InspectorError
from inspector.settings import load_settings
from inspector.workspace import Workspace, remove_secret, secrets_of, set_secret
from tests.connectors.shared import SETTINGS
from tests.test_workspace import opened, succeeded

SECRET = SETTINGS["stripe"]["signing_secret"]


@pytest.fixture(autouse=True)
def _config(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A config folder of the test's own."""
    monkeypatch.setattr(vault, "user_config_path", lambda _: tmp_path / "config")


async def verdict(workspace: Workspace, label: str = "") -> str:
    """That of the next delivery."""
    await workspace.receive(succeeded(), "stripe", label)
    return workspace.delivery(workspace.total()).inspection.verification.verdict.value


async def test_the_next_delivery_is_verified_with_it(tmp_path: Path) -> None:
    """As soon as it is set, and no more when it is removed; for the account that it was set for."""
    async with opened(tmp_path, {}) as workspace:
        assert await verdict(workspace) == "NO_SECRET"
        said = await set_secret(workspace, "stripe/shop", f" {SECRET}\n")
        assert "signing_secret of stripe/shop is kept in" in said
        assert await verdict(workspace, "shop") == "VALID"
        assert await verdict(workspace) == "NO_SECRET"
        await remove_secret(workspace, "stripe/shop", "signing_secret")
        assert await verdict(workspace, "shop") == "NO_SECRET"


async def test_the_one_before_it_can_stay_in_force(tmp_path: Path) -> None:
    """While it is rotated."""
    async with opened(tmp_path, {}) as workspace:
        await set_secret(workspace, "stripe", SECRET)
        await set_secret(workspace, "stripe", "whsec_new", rotate=True)
        assert await verdict(workspace) == "VALID"
        await remove_secret(workspace, "stripe", "previous_secret")
        assert await verdict(workspace) == "INVALID"


async def test_what_is_said_holds_no_secret(tmp_path: Path) -> None:
    """Where it lies, what stands before it, and what cannot be right about it."""
    async with opened(tmp_path) as workspace:
        said = await set_secret(workspace, "stripe", "sk_live_never_to_be_seen")
    assert "the one in INSPECTOR_STRIPE_SIGNING_SECRET stands before it" in said
    assert "looks like a secret API key" in said
    assert "never_to_be_seen" not in said


@pytest.mark.parametrize(("account", "text"), [("nobody", "x"), ("stripe", "  "), ("itaubank", "x")])
async def test_what_makes_no_sense_is_refused(tmp_path: Path, account: str, text: str) -> None:
    """A processor that is not there or does not sign, and a blank; nothing can be removed that is not kept."""
    async with opened(tmp_path, {}) as workspace:
        with pytest.raises(InspectorError):
            await set_secret(workspace, account, text)
        with pytest.raises(InspectorError, match="not kept by Inspector"):
            await remove_secret(workspace, account, "signing_secret")


async def test_what_another_process_keeps_is_taken_over(tmp_path: Path) -> None:
    """A receiver that listens looks every second; a list that cannot be read is told once, and changes nothing."""
    async with opened(tmp_path, {}) as workspace:
        await workspace.listen()
        changes = workspace.changes()
        load_settings(workspace.service.connectors, {}).keep("stripe", "signing_secret", SECRET)
        async with asyncio.timeout(10):
            while not workspace.settings.of("stripe"):  # noqa: ASYNC110 - nothing tells of it
                await asyncio.sleep(0.05)
        assert await verdict(workspace) == "VALID"
        (tmp_path / "config" / "secrets.json").write_text(json.dumps({"stripe": SECRET}))
        async with asyncio.timeout(10):
            while not (told := (await anext(changes)).notices):
                pass
        assert "is not a list of secrets" in told[0].title
        assert SECRET not in f"{told}"
        assert await verdict(workspace) == "VALID"


async def test_what_came_before_it_was_set_is_verified_with_it(tmp_path: Path) -> None:
    """By the clock of its receipt, and only where it is of that account; what had a verdict keeps it."""
    async with opened(tmp_path, {}) as workspace:
        for label in ("", "", "shop"):
            assert await verdict(workspace, label) == "NO_SECRET"
        assert "Verified with it: 1 of what came before" in await set_secret(workspace, "stripe/shop", "whsec_another")
        verdicts = [workspace.delivery(number).inspection.events[0].verification.verdict.value for number in (1, 2, 3)]
        assert verdicts == ["NO_SECRET", "NO_SECRET", "INVALID"]
        assert "Verified with it: 2 of what came before" in await set_secret(workspace, "stripe", SECRET)
        verdicts = [workspace.delivery(number).inspection.events[0].verification.verdict.value for number in (1, 2, 3)]
        assert verdicts == ["VALID", "VALID", "INVALID"]


async def test_what_came_without_a_secret_is_verified_when_it_starts_with_one(tmp_path: Path) -> None:
    """The variable is set, and Inspector started again: rows that said no secret say what is true."""
    async with opened(tmp_path, {}) as workspace:
        assert await verdict(workspace) == "NO_SECRET"
    async with opened(tmp_path) as workspace:
        await workspace.listen()
        async with asyncio.timeout(10):
            while workspace.delivery(1).inspection.verification.verdict.value != "VALID":  # noqa: ASYNC110
                await asyncio.sleep(0.02)


async def test_a_setting_is_described_without_a_character_of_it(tmp_path: Path) -> None:
    """Where it stands, whether it can be changed here, what it looks like and what cannot be right about it."""
    async with opened(tmp_path) as workspace:
        await set_secret(workspace, "stripe/shop", "sk_live_never_to_be_seen")
        found = {(each.account, each.name): each for each in secrets_of(workspace)}
    given, kept = found["stripe", "signing_secret"], found["stripe/shop", "signing_secret"]
    assert given.where == "INSPECTOR_STRIPE_SIGNING_SECRET"
    assert given.elsewhere
    assert kept.kept
    assert not kept.elsewhere
    assert "looks like a secret API key" in kept.looks
    assert found["adyen", "hmac_key"].where == ""
    assert found["adyen", "hmac_key"].about
    assert "never_to_be_seen" not in str(found)
