"""inspector.toml: what may stand in it. It is read once, every mistake is told with its line, and never a value.

[profiles.staging.listen]                   the same tables as above, in force with --profile staging
forward_to = "https://staging.example.com/webhooks"
"""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import msgspec
from platformdirs import user_config_path
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError

from inspector.core.answer_mode import read_answering
from inspector.core.destination import Address, DestinationName, DestinationSpec
from inspector.core.document import nearest
from inspector.core.keeping import read_retention
from inspector.core.lines import line_of, lines_of
from inspector.model import InspectorError

__all__ = ["FILE", "File", "Listen", "Mistake", "Profile", "found_file", "mistakes", "read", "schema"]

FILE: Final = "inspector.toml"


def _addresses(value: Any) -> Any:
    """One address or several, which the environment parts by spaces."""
    return value.split() if isinstance(value, str) else value


def _answering(value: Any) -> str:
    """An answer mode, which may be a number: the status."""
    try:
        read_answering(str(value))
    except InspectorError as error:
        raise ValueError(f"this is no answer mode. {error.hint}") from None  # without the value, as everywhere
    return str(value)


def _kept(value: Any) -> str:
    """A length of time to keep."""
    return _retained(str(value), None)


def _sized(value: Any) -> str:
    """A size to keep, which may be a number of bytes."""
    return _retained(None, str(value))


def _retained(keep: str | None, max_size: str | None) -> str:
    try:
        read_retention(keep, max_size)
    except InspectorError as error:
        raise ValueError(f"nothing can be kept by this. {error.hint}") from None  # without the value, as everywhere
    return keep or max_size or ""


class Listen(BaseModel):
    """[listen] of the file, and INSPECTOR_PORT and so on in the environment: what the command line has as flags."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 4242
    forward_to: Annotated[list[Address], BeforeValidator(_addresses, json_schema_input_type=str | list[str])] = []
    insecure: bool = False
    ca_file: str = ""
    auto_forward: bool = False
    answer: Annotated[str, BeforeValidator(_answering, json_schema_input_type=str | int)] = "ack"
    public_url: str | None = None
    tunnel: Literal["ngrok"] | None = None
    domain: str | None = None
    session: str = "default"
    data: Path | None = None
    connectors: Path | None = None
    max_body: Annotated[int, Field(ge=1)] = 10 * 1024 * 1024
    keep: Annotated[str, BeforeValidator(_kept)] | None = None
    max_size: Annotated[str, BeforeValidator(_sized, json_schema_input_type=str | int)] | None = None
    theme: str | None = None


def _several(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class Profile(BaseModel):
    """What can be configured: `keys` of the screen, the settings of each account of `connectors`, `destinations`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    listen: Listen = Listen()
    connectors: dict[str, dict[str, SecretStr]] = {}
    keys: dict[str, Annotated[list[str], BeforeValidator(_several, json_schema_input_type=str | list[str])]] = {}
    destinations: dict[DestinationName, DestinationSpec] = {}


class File(Profile):
    """The whole file: what holds always, and the profiles, each of which stands over it."""

    profiles: dict[str, Profile] = {}


class Mistake(msgspec.Struct, frozen=True):
    """One mistake in the file: its line (1 for the first), the key, and what is wrong with it."""

    line: int
    key: str
    what: str


_KNOWN: Final = (*File.model_fields, *Listen.model_fields, *DestinationSpec.model_fields)


def schema() -> dict[str, Any]:
    """The JSON Schema of the file, for editors."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **File.model_json_schema()}


def found_file() -> Path | None:
    """The file of the project's folder, else that of the user's; None where there is neither."""
    places = (Path(FILE), user_config_path("inspector") / FILE)
    return next((each for each in places if each.is_file()), None)


def read(path: Path, profile: str = "") -> Profile:
    """What is in force. Raises InspectorError with every mistake at once."""
    raw, lines = _raw(path)
    if wrong := _validated(raw, lines):
        detail = "\n".join(f"{path}:{each.line}: {each.key}: {each.what}" for each in wrong)
        raise InspectorError(
            f"{path} has mistakes", detail, "Mend them; inspector config check looks for more", exit_code=2
        )
    profiles: dict[str, Any] = raw.pop("profiles", {})
    if profile and profile not in profiles:
        known = f"There are {', '.join(profiles)}" if profiles else f"{path} has none"
        raise InspectorError(f"There is no profile {profile!r}{nearest(profile, profiles)}", known, exit_code=2)
    return Profile.model_validate(_over(raw, profiles.get(profile, {})))


def mistakes(path: Path) -> list[Mistake]:
    """Every mistake in the file. Raises InspectorError where it is no TOML, or cannot be read."""
    return _validated(*_raw(path))


def _raw(path: Path) -> tuple[dict[str, Any], Mapping[tuple[str, ...], int]]:
    try:
        text = path.read_text(encoding="utf-8")
        return tomllib.loads(text), lines_of(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at line (\d+)", str(error))
        where = f"{path}:{place[1]}" if place else str(path)
        raise InspectorError(f"{path} is not TOML", f"{where}: {error}", exit_code=2) from None
    except UnicodeDecodeError as error:
        raise InspectorError(f"{path} is not TOML", str(error), exit_code=2) from None
    except OSError as error:
        raise InspectorError(f"{path} cannot be read", str(error.strerror), exit_code=2) from None


def _validated(raw: dict[str, Any], lines: Mapping[tuple[str, ...], int]) -> list[Mistake]:
    try:
        File.model_validate(raw)
    except ValidationError as errors:
        # Never the input itself: it may be a secret.
        wrong = errors.errors(include_input=False, include_context=False)
        found = [_mistake(tuple(map(str, each["loc"])), each["type"], each["msg"], lines) for each in wrong]
        return sorted(found, key=lambda each: each.line)
    return []


def _mistake(path: tuple[str, ...], kind: str, said: str, lines: Mapping[tuple[str, ...], int]) -> Mistake:
    said = said.removeprefix("Value error, ")
    what = f"{said[:1].lower()}{said[1:]}"
    if kind == "extra_forbidden":
        what += nearest(path[-1], _KNOWN)
    return Mistake(line_of(lines, path), ".".join(path), what)


def _over(below: dict[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Table by table, what is named above stands over what is below."""
    merged = dict(below)
    for name, value in above.items():
        under = merged.get(name)
        merged[name] = _over(under, value) if isinstance(under, dict) and isinstance(value, dict) else value
    return merged
