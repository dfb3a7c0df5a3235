"""The vault: in the keyring where there is one, else in a file for the user alone; a list of names in any case."""

import json
from itertools import pairwise
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring

from inspector.model import InspectorError
from inspector.vault import Place, Vault, keyring_name
from tests.keyrings import LockedKeyring, MemoryKeyring

SECRET = "whsec_never_to_be_seen"


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch) -> MemoryKeyring:
    """A keyring that works."""
    return use(monkeypatch, MemoryKeyring())


def use(monkeypatch: pytest.MonkeyPatch, backend: MemoryKeyring) -> MemoryKeyring:
    """Make it the system's keyring."""
    monkeypatch.setattr(keyring, "get_keyring", lambda: backend)
    return backend


def test_a_secret_lies_in_the_keyring_and_its_name_in_the_list(tmp_path: Path, system: MemoryKeyring) -> None:
    """The file names account and setting, and holds nothing of the value."""
    vault = Vault(tmp_path)
    assert vault.put("stripe/shop", "signing_secret", SECRET) is Place.KEYRING
    assert vault.read("stripe/shop", "signing_secret") == SECRET
    assert vault.places() == {"stripe/shop": {"signing_secret": Place.KEYRING}}
    assert json.loads(vault.path.read_text()) == {"stripe/shop": {"signing_secret": None}}
    vault.drop("stripe/shop", "signing_secret")
    assert vault.places() == {}
    assert system.found == {}


@pytest.mark.parametrize("priority", [0, 0.5, -1])
def test_without_a_usable_keyring_it_lies_in_a_file_for_the_user_alone(
    tmp_path: Path, system: MemoryKeyring, monkeypatch: pytest.MonkeyPatch, priority: float
) -> None:
    """A keyring that refuses everything, or would keep plain text, is none. The file has mode 0600 from the start."""
    monkeypatch.setattr(MemoryKeyring, "priority", priority)
    vault = Vault(tmp_path / "not" / "yet" / "there")
    assert keyring_name() == ""
    assert vault.put("stripe", "signing_secret", SECRET) is Place.FILE
    assert vault.read("stripe", "signing_secret") == SECRET
    assert vault.path.stat().st_mode & 0o777 == 0o600
    assert not vault.exposed()
    assert system.found == {}
    assert [each.name for each in vault.path.parent.iterdir()] == ["secrets.json"]


def test_a_file_that_others_may_read_is_noticed_and_mended_by_writing(tmp_path: Path, system: MemoryKeyring) -> None:
    """Whoever loosened its mode gets it back with the next secret."""
    vault = Vault(tmp_path)
    vault.put("stripe", "signing_secret", SECRET, in_file=True)
    vault.path.chmod(0o644)
    assert vault.exposed()
    vault.put("adyen", "hmac_key", "ab", in_file=True)
    assert not vault.exposed()
    assert vault.read("stripe", "signing_secret") == SECRET
    assert system.found == {}


def test_a_keyring_that_is_locked_says_so_and_nothing_else_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A secret never falls into a file because a keyring was locked; the words hold nothing of it."""
    use(monkeypatch, LockedKeyring())
    vault = Vault(tmp_path)
    with pytest.raises(InspectorError, match="does not take") as caught:
        vault.put("stripe", "signing_secret", SECRET)
    assert not vault.path.exists()
    assert SECRET not in str(caught.value)
    assert "--file" in caught.value.hint
    vault.path.write_text('{"stripe": {"signing_secret": null}}')
    with pytest.raises(InspectorError, match="does not give"):
        vault.read("stripe", "signing_secret")


@pytest.mark.parametrize(("backend", "words"), [(NoKeyring, "cannot be reached"), (MemoryKeyring, "not kept any")])
def test_what_the_keyring_has_not_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, backend: type[KeyringBackend], words: str
) -> None:
    """It is gone from it, or there is no keyring in this session; it can be taken off the list all the same."""
    monkeypatch.setattr(keyring, "get_keyring", backend)
    vault = Vault(tmp_path)
    vault.path.write_text('{"stripe": {"signing_secret": null}}')
    with pytest.raises(InspectorError, match=words):
        vault.read("stripe", "signing_secret")
    vault.drop("stripe", "signing_secret")
    vault.drop("stripe", "signing_secret")
    assert vault.places() == {}


@pytest.mark.parametrize("text", ["{", '["%s"]', '{"stripe": "%s"}', '{"stripe": {"signing_secret": ["%s"]}}'])
def test_a_broken_list_is_named_and_nothing_of_it_shown(tmp_path: Path, text: str) -> None:
    """What stands there may be a secret."""
    vault = Vault(tmp_path)
    vault.path.write_text(text.replace("%s", SECRET))
    with pytest.raises(InspectorError, match="is not a list of secrets") as caught:
        vault.places()
    assert SECRET not in str(caught.value)
    assert caught.value.exit_code == 2


def test_every_change_can_be_noticed(tmp_path: Path, system: MemoryKeyring) -> None:
    """Also two within the same moment: another process compares stamps."""
    vault = Vault(tmp_path)
    stamps = [vault.stamp()]
    for turn in range(5):
        vault.put("stripe", "signing_secret", f"whsec_{turn}", in_file=True)
        stamps.append(vault.stamp())
    assert stamps[0] == (0, 0)
    assert all(one != two for one, two in pairwise(stamps))
    assert system.found == {}


def test_where_nothing_can_be_written_that_is_said(tmp_path: Path) -> None:
    """A file stands where the config folder should be: it is named, without the secret."""
    (tmp_path / "config").write_text("in the way")
    with pytest.raises(InspectorError, match="cannot be") as caught:
        Vault(tmp_path / "config").put("stripe", "signing_secret", SECRET, in_file=True)
    assert SECRET not in str(caught.value)
