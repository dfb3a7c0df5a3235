"""What every test shares: a time zone, so that times of day on the screen are the same everywhere."""

import os
import time

import pytest

os.environ["TZ"] = "UTC"
time.tzset()


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A developer's own secrets and settings have no place in a test."""
    for name in [name for name in os.environ if name.startswith("INSPECTOR_")]:
        monkeypatch.delenv(name)
