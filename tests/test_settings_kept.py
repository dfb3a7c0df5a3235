"""What `inspector secrets` keeps is in force below the file and the environment, is read late, and can be rotated."""

from pathlib import Path

import keyring
import pytest

from inspector import vault
from inspector.configuration import Listen
from inspector.model import InspectorError
from inspector.settings import Settings, load_settings
from tests.keyrings import LockedKeyring, MemoryKeyring

CONNECTORS = {"stripe": 1, "adyen": 1}


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> MemoryKeyring:
    """A keyring that works, and a config folder of the test's own."""
    backend = MemoryKeyring()
    monkeypatch.setattr(keyring, "get_keyring", lambda: backend)
    monkeypatch.setattr(vault, "user_config_path", lambda _: tmp_path / "config")
    return backend


def loaded(environment: dict[str, str] | None = None, file: Path | None = None) -> Settings:
    """The settings under this environment."""
    return load_settings(CONNECTORS, environment or {}, file)


@pytest.mark.usefixtures("system")
def test_the_environment_stands_before_the_file_and_that_before_what_is_kept(tmp_path: Path) -> None:
    """Setting by setting and account by account; each knows where it is from."""
    file = tmp_path / "inspector.toml"
    file.write_text('[connectors.stripe]\nsigning_secret = "of_the_file"\n')
    kept = loaded()
    for account, setting in (("stripe", "signing_secret"), ("stripe", "previous_secret"), ("stripe/shop", "a")):
        kept.keep(account, setting, f"kept_{setting}")
    assert loaded().of("stripe") == {"signing_secret": "kept_signing_secret", "previous_secret": "kept_previous_secret"}
    assert loaded({}, file).of("stripe")["signing_secret"] == "of_the_file"
    found = loaded({"INSPECTOR_STRIPE_SIGNING_SECRET": "of_the_environment"}, file)
    assert found.of("stripe")["signing_secret"] == "of_the_environment"
    assert found.of("stripe", "shop") == {**found.of("stripe"), "a": "kept_a"}
    assert found.own("stripe") == {"signing_secret": "INSPECTOR_STRIPE_SIGNING_SECRET", "previous_secret": "keyring"}
    assert loaded({}, file).own("stripe")["signing_secret"] == str(file)
    assert found.accounts() == ["stripe", "stripe/shop"]
    assert found.all() == {"stripe": found.of("stripe"), "stripe/shop": found.of("stripe", "shop")}
    assert found.names("stripe", "shop") == ["a", "previous_secret", "signing_secret"]


def test_a_keyring_is_asked_late_once_and_for_nothing_in_vain(system: MemoryKeyring) -> None:
    """Not when the settings are loaded, not twice, not for another account, not where something stands before it."""
    first = loaded()
    for account in ("stripe", "stripe/shop", "adyen"):
        first.keep(account, "signing_secret", "kept")
    found = loaded({"INSPECTOR_ADYEN_SIGNING_SECRET": "x"})
    assert found.names("stripe") == ["signing_secret"]
    assert system.asked == []
    for _ in range(2):
        assert found.of("stripe") == {"signing_secret": "kept"}
    assert system.asked == ["stripe:signing_secret"]
    found.prepare()
    assert system.asked == ["stripe:signing_secret", "stripe/shop:signing_secret"]


def test_a_kept_one_is_in_force_at_once_and_until_it_is_forgotten(system: MemoryKeyring) -> None:
    """In the settings that kept it, and in those of another process when they look."""
    here, elsewhere = loaded(), loaded()
    here.keep("stripe", "signing_secret", "one")
    assert here.of("stripe") == {"signing_secret": "one"}
    assert elsewhere.of("stripe") == {}
    assert elsewhere.refresh()
    assert not elsewhere.refresh()
    assert elsewhere.of("stripe") == {"signing_secret": "one"}
    elsewhere.forget("stripe", "signing_secret")
    assert here.refresh()
    assert here.of("stripe") == elsewhere.of("stripe") == {}
    assert system.found == {}


@pytest.mark.usefixtures("system")
def test_a_rotated_one_leaves_the_one_before_it_in_force() -> None:
    """As previous_secret, which every scheme accepts."""
    found = loaded()
    found.keep("stripe", "signing_secret", "old")
    found.keep("stripe", "signing_secret", "new", rotate=True)
    assert found.of("stripe") == {"signing_secret": "new", "previous_secret": "old"}


@pytest.mark.usefixtures("system")
def test_only_what_is_kept_can_be_rotated() -> None:
    """What stands elsewhere is named with its place; nothing is changed."""
    found = loaded({"INSPECTOR_STRIPE_SIGNING_SECRET": "old"})
    with pytest.raises(InspectorError) as caught:
        found.keep("stripe", "signing_secret", "new", rotate=True)
    assert "INSPECTOR_STRIPE_SIGNING_SECRET" in caught.value.hint
    assert found.of("stripe") == {"signing_secret": "old"}
    assert found.kept("stripe") == {}


def test_a_keyring_that_refuses_is_a_problem_in_words(system: MemoryKeyring, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is as if the secret were not set, once, and what else is set stays."""
    loaded({}).keep("stripe", "signing_secret", "kept")
    monkeypatch.setattr(keyring, "get_keyring", LockedKeyring)
    found = loaded({"INSPECTOR_STRIPE_PREVIOUS_SECRET": "older"})
    assert found.of("stripe") == {"previous_secret": "older"}
    assert "does not give signing_secret of stripe" in found.problems["stripe", "signing_secret"]
    assert system.asked == []


def test_nothing_that_is_printed_holds_a_kept_secret(system: MemoryKeyring) -> None:
    """Neither the text of the settings nor that of what is in them."""
    found = loaded()
    found.keep("stripe", "signing_secret", "never_to_be_seen")
    found.prepare()
    assert system.asked
    assert "never_to_be_seen" not in f"{found!r} {found} {vars(found)}"


def test_made_up_settings_keep_nothing() -> None:
    """A demonstration has no vault."""
    with pytest.raises(InspectorError, match="not kept here"):
        Settings(Listen(), {}, None).keep("stripe", "signing_secret", "x")
