"""Keyrings for tests: one that keeps what it is given in a file, one that is locked, and one that counts."""

import json
import os
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError

__all__ = ["FileKeyring", "LockedKeyring", "MemoryKeyring"]


class MemoryKeyring(KeyringBackend):
    """Keeps what it is given as long as it lives. `asked` holds what was asked for."""

    priority = 9

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.found: dict[str, str] = {}
        self.asked: list[str] = []

    def get_password(self, service: str, username: str) -> str | None:
        """What is kept."""
        self.asked.append(username)
        return self.found.get(f"{service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep it."""
        self.found[f"{service} {username}"] = password

    def delete_password(self, service: str, username: str) -> None:
        """Keep it no longer."""
        if self.found.pop(f"{service} {username}", None) is None:
            raise PasswordDeleteError("there is none")


class LockedKeyring(MemoryKeyring):
    """Gives and takes nothing: its user has not unlocked it."""

    def get_password(self, service: str, username: str) -> str | None:
        """Refused."""
        raise KeyringLocked("Failed to unlock the collection!")

    def set_password(self, service: str, username: str, password: str) -> None:
        """Refused."""
        raise KeyringLocked("Failed to unlock the collection!")


class FileKeyring(MemoryKeyring):
    """Keeps what it is given in the file that TEST_KEYRING names, for commands that run as processes of their own."""

    def __init__(self) -> None:
        super().__init__()
        self._path = Path(os.environ["TEST_KEYRING"])
        if self._path.exists():
            self.found = json.loads(self._path.read_text())

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep it in the file."""
        super().set_password(service, username, password)
        self._path.write_text(json.dumps(self.found))

    def delete_password(self, service: str, username: str) -> None:
        """Take it out of the file."""
        super().delete_password(service, username)
        self._path.write_text(json.dumps(self.found))
