"""What every test shares: a time zone, so that times of day on the screen are the same everywhere."""

import os
import time
from pathlib import Path

import pytest

from inspector import vault

os.environ["TZ"] = "UTC"
time.tzset()


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A developer's own secrets, settings and keyring have no place in a test, and a test nothing in them."""
    for name in [name for name in os.environ if name.startswith("INSPECTOR_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    monkeypatch.setattr(vault, "user_config_path", lambda _: _nowhere(tmp_path_factory))


def _nowhere(places: pytest.TempPathFactory) -> Path:
    """A config folder that is not there."""
    return places.getbasetemp() / "no-config"
