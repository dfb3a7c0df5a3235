"""inspector doctor: what is in the way, with its fix."""

import json
import socket
from pathlib import Path
from typing import Any

import pytest
from tests.cli.running import SECRET, connectors_folder, inspector


def looked(home: Path, *words: str | Path, **variables: str) -> tuple[int, dict[str, Any]]:
    """The exit code, and the last finding of each check."""
    found = inspector("doctor", "--json", *words, home=home, **variables)
    return found.returncode, {each["check"]: each for each in json.loads(found.stdout)}


def free() -> int:
    """A port that nobody uses now."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def test_a_healthy_machine_is_told_so(tmp_path: Path) -> None:
    """Python, port, data folder, documents and secrets are looked at, each in a line; exit code 0."""
    found = inspector("doctor", "--port", str(free()), home=tmp_path, INSPECTOR_STRIPE_SIGNING_SECRET=SECRET)
    assert found.returncode == 0
    lines = {line.split()[1]: line.split()[0] for line in found.stdout.splitlines() if "→" not in line}
    assert {name: lines[name] for name in ("python", "port", "data", "connectors", "secrets")} == dict.fromkeys(
        ("python", "port", "data", "connectors", "secrets"), "ok"
    )
    assert SECRET not in found.stdout + found.stderr


def test_what_would_stop_work_exits_with_1(tmp_path: Path) -> None:
    """A taken port and an app that is not there are failures with a way out."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, found = looked(tmp_path, "--port", str(port), "--forward-to", f":{free()}")
    assert code == 1
    assert found["port"]["state"] == "fail"
    assert f"--port {port + 1}" in found["port"]["fix"]
    assert found["app"]["state"] == "fail"
    assert "Start your app" in found["app"]["fix"]


def test_documents_with_mistakes_are_named(tmp_path: Path) -> None:
    """A connector document that does not load is a failure, with the command that lists the mistakes."""
    folder = connectors_folder(tmp_path)
    (folder / "stripe" / "connector.toml").write_text("name = ")
    code, found = looked(tmp_path, "--connectors", folder)
    assert code == 1
    assert found["connectors"]["fix"] == f"inspector connectors check {folder}"


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("INSPECTOR_STRIPE_SIGNING_SECRET", "sk_test_51Habc", "signing_secret looks like a secret API key"),
        ("INSPECTOR_STRIPE_SIGNING_SECRET", "pasted_wrong", "signing_secret does not begin with whsec_"),
        ("INSPECTOR_STRIPE_SIGNING_SECRET", " whsec_abc ", "signing_secret has blanks around it"),
        ("INSPECTOR_STRIPE_SIGNING_SECERT", "whsec_abc", "signing_secert is no setting of Stripe"),
        ("INSPECTOR_ADYEN_HMAC_KEY", "not-hexadecimal", "hmac_key is not hex"),
    ],
)
def test_a_secret_that_cannot_be_right_is_pointed_out(tmp_path: Path, variable: str, value: str, said: str) -> None:
    """Its name and what is wrong with it are told, and not a character of it."""
    found = inspector("doctor", "--port", str(free()), home=tmp_path, **{variable: value})
    assert said in found.stdout
    assert value.strip() not in found.stdout + found.stderr


def test_what_is_kept_is_looked_at_as_well(tmp_path: Path) -> None:
    """Its shape, where it lies, and whether others may read it."""
    config = tmp_path / ".config" / "inspector"
    config.mkdir(parents=True)
    file = config / "secrets.json"
    file.write_text('{"stripe/shop": {"signing_secret": "sk_live_51Habc"}, "adyen": {"hmac_key": null}}')
    file.chmod(0o644)
    found = inspector("doctor", "--port", str(free()), home=tmp_path)
    assert "stripe/shop: signing_secret looks like a secret API key" in found.stdout
    assert "adyen: hmac_key lies in a keyring that cannot be reached" in found.stdout
    assert f"chmod 600 {file}" in found.stdout
    assert "51Habc" not in found.stdout + found.stderr


def test_a_variable_that_means_nothing_is_pointed_out(tmp_path: Path) -> None:
    """A misspelt variable is named with the one that was meant."""
    _, found = looked(tmp_path, INSPECTOR_STRIP_SIGNING_SECRET="x")
    assert found["environment"]["fix"] == "Did you mean INSPECTOR_STRIPE_SIGNING_SECRET?"


def test_a_broken_config_file_is_named(tmp_path: Path) -> None:
    """A mistake in inspector.toml is a failure that names the file, and shows no value of it."""
    config = tmp_path / ".config" / "inspector"
    config.mkdir(parents=True)
    (config / "inspector.toml").write_text(f'[listen]\nport = "{SECRET}"\n')
    code, found = looked(tmp_path)
    assert code == 1
    assert "inspector.toml" in found["settings"]["fact"]
    assert SECRET not in json.dumps(found)
