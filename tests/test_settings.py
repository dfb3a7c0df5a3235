"""Settings: the environment over the file, several accounts by label, and every mistake told without its value."""

from pathlib import Path

import pytest

from inspector.model import InspectorError
from inspector.settings import Settings, load_settings

CONNECTORS = {"stripe": 1, "adyen": 1}


def loaded(tmp_path: Path, text: str = "", environment: dict[str, str] | None = None) -> Settings:
    """The settings of a file with this text, under this environment."""
    file = tmp_path / "inspector.toml"
    file.write_text(text)
    return load_settings(CONNECTORS, environment or {}, file)


FILE = """
[listen]
port = 5000
forward_to = "http://localhost:3000"

[connectors.stripe]
signing_secret = "from_the_file"
previous_secret = "older"

[connectors."stripe/shop"]
signing_secret = "of_the_shop"
"""


def test_the_environment_stands_before_the_file(tmp_path: Path) -> None:
    """Setting by setting: what only one of them names is kept."""
    variables = {"INSPECTOR_STRIPE_SIGNING_SECRET": "from_the_environment", "INSPECTOR_PORT": "6000"}
    found = loaded(tmp_path, FILE, variables)
    assert found.of("stripe") == {"signing_secret": "from_the_environment", "previous_secret": "older"}
    assert (found.listen.port, found.listen.forward_to) == (6000, ["http://localhost:3000"])
    assert found.source == tmp_path / "inspector.toml"


def test_an_account_has_its_own_settings_before_the_general_ones(tmp_path: Path) -> None:
    """By the label of the path, from the file or from the environment; an unknown label has the general ones."""
    found = loaded(tmp_path, FILE, {"INSPECTOR_STRIPE__EU__SIGNING_SECRET": "of_europe"})
    assert found.of("stripe", "shop") == {"signing_secret": "of_the_shop", "previous_secret": "older"}
    assert found.of("stripe", "eu")["signing_secret"] == "of_europe"
    assert found.of("stripe", "nobody") == found.of("stripe")
    assert found.of("adyen") == {}
    assert found.accounts() == ["stripe", "stripe/eu", "stripe/shop"]
    assert found.names("stripe") == ["previous_secret", "signing_secret"]


def test_other_variables_are_none_of_ours(tmp_path: Path) -> None:
    """A connector that is not there, an empty value, a name without a setting."""
    variables = {
        "INSPECTOR_NOBODY_SECRET": "x",
        "INSPECTOR_STRIPE_SIGNING_SECRET": "",
        "INSPECTOR_STRIPE": "x",
        "HOME": "/",
    }
    assert loaded(tmp_path, "", variables).accounts() == []


def test_nothing_that_is_printed_holds_a_secret(tmp_path: Path) -> None:
    """Neither the text of the settings nor that of what is in them."""
    found = loaded(tmp_path, FILE)
    assert "from_the_file" not in f"{found!r} {found} {vars(found)}"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[listen]\nport = 99999\n", ["listen.port", "65535"]),
        ("[listen]\nports = 1\n", ["listen.ports", "not permitted"]),
        ("[listen]\nport = 'x'\nmax_body = 0\n", ["listen.port", "listen.max_body"]),
        ("[listen]\nkeep = 30\nmax_size = '2 apples'\n", ["listen.keep", "12h or 30d", "listen.max_size", "2GB"]),
        ("[connectors.stripe]\nsigning_secret = 123456789\n", ["connectors.stripe.signing_secret", "string"]),
        ("[connectors]\nstripe = 'whsec_hidden'\n", ["connectors.stripe", "dictionary"]),
        ("[oops]\n", ["oops"]),
        ("not toml", ["is not TOML"]),
    ],
)
def test_every_mistake_is_named_and_no_value_shown(tmp_path: Path, text: str, words: list[str]) -> None:
    """What was written there may be a secret."""
    with pytest.raises(InspectorError) as caught:
        loaded(tmp_path, text)
    said = f"{caught.value.title} {caught.value.detail} {caught.value.hint}"
    assert all(word in said for word in words), said
    assert not any(value in said for value in ("whsec_hidden", "123456789"))
    assert caught.value.exit_code == 2


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """A folder in its place, bytes that are no text."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    for name in ("folder", "bytes"):
        with pytest.raises(InspectorError, match=name):
            load_settings(CONNECTORS, {}, tmp_path / name)


def test_the_file_of_the_folder_stands_before_the_users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """./inspector.toml, else the one of the user's configuration folder, else nothing."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    assert load_settings(CONNECTORS, {}).source is None
    users = tmp_path / "config" / "inspector" / "inspector.toml"
    users.parent.mkdir(parents=True)
    users.write_text("[listen]\nport = 5001\n")
    assert load_settings(CONNECTORS, {}).listen.port == 5001
    (tmp_path / "inspector.toml").write_text("[listen]\nport = 5002\n")
    assert load_settings(CONNECTORS, {}).listen.port == 5002


def test_keys_are_named_one_or_several(tmp_path: Path) -> None:
    """As a text or a list; what is neither is told by its place."""
    assert loaded(tmp_path, '[keys]\nmark = "M"\nlast = ["G", "end"]\n').keys == {"mark": ["M"], "last": ["G", "end"]}
    with pytest.raises(InspectorError, match="mark"):
        loaded(tmp_path, "[keys]\nmark = 3\n")
