"""Settings: what the user configured in the environment and in inspector.toml. The environment wins.

INSPECTOR_STRIPE_SIGNING_SECRET             the setting signing_secret of stripe
INSPECTOR_STRIPE__SHOP__SIGNING_SECRET      the same for the account that the path /stripe/shop names

[connectors.stripe]                         the same in inspector.toml
signing_secret = "whsec_…"
[connectors."stripe/shop"]
signing_secret = "whsec_…"
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar

from platformdirs import user_config_path
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from inspector.model import AnswerMode, InspectorError

__all__ = ["FILE", "Listen", "Settings", "load_settings"]

FILE: Final = "inspector.toml"
_PREFIX: Final = "INSPECTOR_"

Model = TypeVar("Model", bound=BaseModel)


class Listen(BaseModel):
    """[listen] of the file, and INSPECTOR_PORT and so on in the environment: what the command line has as flags."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 4242
    forward_to: str | None = None
    auto_forward: bool = False
    answer: AnswerMode = AnswerMode.ACK
    public_url: str | None = None
    session: str = "default"
    data: Path | None = None
    connectors: Path | None = None
    max_body: Annotated[int, Field(ge=1)] = 10 * 1024 * 1024


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    listen: dict[str, Any] = {}
    connectors: dict[str, dict[str, SecretStr]] = {}


class Settings:
    """The settings of every connector. A value is told to nobody but the core; `repr` has names only."""

    def __init__(self, listen: Listen, values: Mapping[str, Mapping[str, SecretStr]], source: Path | None) -> None:
        self.listen = listen
        self.source = source
        self._values = {account: dict(found) for account, found in values.items()}

    def __repr__(self) -> str:
        return f"Settings({', '.join(self.accounts())})"

    def accounts(self) -> list[str]:
        """The accounts that have settings: CONNECTOR, or CONNECTOR/LABEL."""
        return sorted(self._values)

    def names(self, connector: str, label: str = "") -> list[str]:
        """The names of the settings of an account."""
        return sorted(self.of(connector, label))

    def of(self, connector: str, label: str = "") -> dict[str, str]:
        """The settings of a connector; those of the account that the label names stand before the general ones."""
        found = dict(self._values.get(connector, {}))
        if label:
            found.update(self._values.get(f"{connector}/{label}", {}))
        return {name: value.get_secret_value() for name, value in found.items()}


def load_settings(
    connectors: Mapping[str, object], environment: Mapping[str, str] | None = None, file: Path | None = None
) -> Settings:
    """Read the file (the one named, ./inspector.toml, or the user's) and the environment over it.

    `connectors` holds the names of connectors. Raises InspectorError with every mistake at once.
    """
    environment = os.environ if environment is None else environment
    path = file or next((each for each in _places() if each.is_file()), None)
    found = _read(path) if path else _File()
    values: dict[str, dict[str, SecretStr]] = {name: dict(each) for name, each in found.connectors.items()}
    listen = dict(found.listen)
    for name, text in environment.items():
        if not name.startswith(_PREFIX) or not text:
            continue
        key = name.removeprefix(_PREFIX).lower()
        account, setting = _account(key, connectors)
        if account:
            values.setdefault(account, {})[setting] = SecretStr(text)
        elif key in Listen.model_fields:
            listen[key] = text
    return Settings(_checked(Listen, listen, path, ("listen",)), values, path)


def _places() -> list[Path]:
    return [Path(FILE), user_config_path("inspector") / FILE]


def _account(key: str, connectors: Mapping[str, object]) -> tuple[str, str]:
    """The account and the setting in stripe_signing_secret or stripe__shop__signing_secret."""
    parts = key.split("__")
    if len(parts) == 3 and parts[0] in connectors:
        return f"{parts[0]}/{parts[1]}", parts[2]
    connector, _, setting = key.partition("_")
    return (connector, setting) if connector in connectors and setting else ("", "")


def _read(path: Path) -> _File:
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InspectorError(f"{path} is not TOML", str(error), exit_code=2) from None
    except OSError as error:
        raise InspectorError(f"{path} cannot be read", str(error.strerror), exit_code=2) from None
    return _checked(_File, raw, path, ())


def _checked(model: type[Model], raw: Any, path: Path | None, prefix: tuple[str, ...]) -> Model:
    try:
        return model.model_validate(raw)
    except ValidationError as errors:
        # Never the input itself: it may be a secret.
        lines = [
            f"{'.'.join(str(step) for step in (*prefix, *error['loc']))}: {error['msg']}"
            for error in errors.errors(include_input=False, include_context=False)
        ]
        raise InspectorError(
            f"{path or 'The environment'} has mistakes", "\n".join(lines), "The README has an example", exit_code=2
        ) from None
