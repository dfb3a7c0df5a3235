"""The vault: secrets that the user gave to keep, in the system's keyring, else in a file that only the user can read.

A keyring cannot be listed. What is kept is therefore listed in secrets.json in the user's config folder:

{"stripe": {"signing_secret": null}, "stripe/shop": {"signing_secret": "whsec_…"}}

null says that the keyring has it; a text is the secret itself, kept here for want of a usable keyring.
"""

import os
from collections.abc import Mapping
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec
from platformdirs import user_config_path

from inspector.model import InspectorError

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

__all__ = ["Place", "Vault", "keyring_name"]

_SERVICE: Final = "inspector"
_USABLE: Final = 1  # the priority from which keyring recommends a backend: those below refuse, or keep plain text
_HINT: Final = "Unlock it, or keep the secret in a file: inspector secrets set … --file"

Listing = dict[str, dict[str, str | None]]


class Place(StrEnum):
    """Where a kept secret lies."""

    KEYRING = "keyring"
    FILE = "file"


class Vault:
    """What is kept, by account (CONNECTOR or CONNECTOR/LABEL) and setting. `folder` holds the file."""

    def __init__(self, folder: Path | None = None) -> None:
        self.path = (folder or user_config_path("inspector")) / "secrets.json"

    def __repr__(self) -> str:
        return f"Vault({str(self.path)!r})"

    def places(self) -> Mapping[str, Mapping[str, Place]]:
        """Where each setting of each account lies. No keyring is asked. Raises InspectorError."""
        return {
            account: {name: Place.KEYRING if text is None else Place.FILE for name, text in found.items()}
            for account, found in self._listing().items()
        }

    def stamp(self) -> tuple[int, int]:
        """Something else after each change of the file; zeros where there is none."""
        try:
            found = self.path.stat()
        except OSError:
            return 0, 0
        return found.st_ino, found.st_mtime_ns

    def exposed(self) -> bool:
        """Whether other users of the machine may read the file."""
        return os.name == "posix" and self.path.is_file() and bool(self.path.stat().st_mode & 0o077)

    def read(self, account: str, setting: str) -> str:
        """The secret. Raises InspectorError where the keyring does not give it, or nothing is kept."""
        text = self._listing().get(account, {}).get(setting, "")
        if text is None:
            text = _asked(account, setting)
        if not text:
            raise InspectorError(f"{account}: {setting} is not kept any more", hint=f"inspector secrets set {account}")
        return text

    def put(self, account: str, setting: str, text: str, *, in_file: bool = False) -> Place:
        """Keep a secret; where it lies now. Raises InspectorError where neither the keyring nor the file takes it."""
        backend = None if in_file else _usable()
        if backend is not None:
            _store(backend, account, setting, text)
        listing = self._listing()
        listing.setdefault(account, {})[setting] = None if backend is not None else text
        self._write(listing)
        return Place.FILE if backend is None else Place.KEYRING

    def drop(self, account: str, setting: str) -> None:
        """Keep it no longer; what is not there is no mistake. Raises InspectorError where the keyring refuses."""
        listing = self._listing()
        settings = listing.get(account, {})
        if settings.pop(setting, "") is None:
            _erase(account, setting)
        if not settings:
            listing.pop(account, None)
        self._write(listing)

    def _listing(self) -> Listing:
        try:
            return msgspec.json.decode(self.path.read_bytes(), type=Listing)
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise InspectorError(f"{self.path} cannot be read", str(error.strerror), exit_code=2) from None
        except (msgspec.MsgspecError, UnicodeDecodeError):  # its message might show what stands there
            hint = "Mend it or delete it; then set the secrets again: inspector secrets set"
            raise InspectorError(f"{self.path} is not a list of secrets", hint=hint, exit_code=2) from None

    def _write(self, listing: Listing) -> None:
        """All of it or nothing, and readable for the user alone from the first byte."""
        begun = self.path.with_suffix(f".{os.getpid()}.new")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with open(os.open(begun, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(msgspec.json.format(msgspec.json.encode(listing), indent=2) + b"\n")
                file.flush()
                os.fsync(file.fileno())
            begun.replace(self.path)
        except OSError as error:
            with suppress(OSError):
                begun.unlink()
            raise InspectorError(f"{self.path} cannot be written", str(error.strerror)) from None


def keyring_name() -> str:
    """The system's keyring in words; an empty text where there is none that could be used."""
    backend = _usable()
    return str(backend.name) if backend is not None else ""


def _usable() -> "KeyringBackend | None":
    """The system's keyring, if it has one that is recommended."""
    import keyring  # discovers backends, which takes a tenth of a second: for those only who keep secrets

    backend = keyring.get_keyring()
    return backend if backend.priority >= _USABLE else None


def _user(account: str, setting: str) -> str:
    return f"{account}:{setting}"


def _asked(account: str, setting: str) -> str:
    from keyring.errors import KeyringError

    backend = _usable()
    if backend is None:
        raise InspectorError(
            f"{account}: {setting} lies in a keyring that cannot be reached here",
            hint="Start it from your desktop session, or set the variable in the environment",
        )
    try:
        return backend.get_password(_SERVICE, _user(account, setting)) or ""
    except (KeyringError, OSError) as error:
        raise InspectorError(f"The keyring does not give {setting} of {account}", str(error), _HINT) from None


def _store(backend: "KeyringBackend", account: str, setting: str, text: str) -> None:
    from keyring.errors import KeyringError

    try:
        backend.set_password(_SERVICE, _user(account, setting), text)
    except (KeyringError, OSError) as error:
        raise InspectorError(f"The keyring does not take {setting} of {account}", str(error), _HINT) from None


def _erase(account: str, setting: str) -> None:
    from keyring.errors import KeyringError, PasswordDeleteError

    backend = _usable()
    try:
        if backend is not None:
            backend.delete_password(_SERVICE, _user(account, setting))
    except PasswordDeleteError:  # it is not there: that is what was wanted
        return
    except (KeyringError, OSError) as error:
        raise InspectorError(f"The keyring does not give {setting} of {account} up", str(error)) from None
