"""Settings: what the user configured in the environment, in inspector.toml and with `inspector secrets`.

The environment stands before the file, and the file before what is kept in the vault.

INSPECTOR_STRIPE_SIGNING_SECRET             the setting signing_secret of stripe
INSPECTOR_STRIPE__SHOP__SIGNING_SECRET      the same for the account that the path /stripe/shop names

[connectors.stripe]                         the same in inspector.toml
signing_secret = "whsec_…"
[connectors."stripe/shop"]
signing_secret = "whsec_…"

[keys]                                      # of the screen: ? shows them with the names that stand here
forward = "ctrl+f"
last = ["G", "end", "f5"]

[destinations.shop]                             where deliveries are forwarded to, and which
url = "http://localhost:3000/webhooks"
event = ["charge.*", "WEBHOOK_REFUND_*"]
secret = "whsec_…"                              or INSPECTOR_DESTINATION_SHOP_SECRET: signed anew with it

[destinations.ledger]                           a message queue: a stream of Redis, or an exchange of RabbitMQ
url = "amqp://user:password@localhost/payments"
"""

import os
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Final

from pydantic import SecretStr, ValidationError

from inspector.configuration import FILE, Listen, Profile, found_file, read
from inspector.core.destination import Destinations, configured
from inspector.model import InspectorError
from inspector.vault import Place, Vault

__all__ = ["NGROK", "PROFILE", "Settings", "load_settings"]

PROFILE: Final = "INSPECTOR_PROFILE"
"""The variable that names the profile in force."""
NGROK: Final = "ngrok"
"""The account whose setting authtoken opens the tunnel; it is that of no processor."""
_PREFIX: Final = "INSPECTOR_"
_PREVIOUS: Final = "previous_secret"


class Settings:
    """The settings of every connector. A value is told to nobody but the core; `repr` has names only.

    `origins` says of each account and setting where it was configured, `keys` which keys the screen's actions get,
    `sources` of each value of `listen` that is no default the variable or the file in which it stands.
    What the vault keeps is read when it is first needed, or by `prepare`, because a keyring may be slow and may ask its
    user.
    """

    def __init__(
        self,
        listen: Listen,
        values: Mapping[str, Mapping[str, SecretStr]],
        source: Path | None,
        vault: Vault | None = None,
        origins: Mapping[tuple[str, str], str] | None = None,
        keys: Mapping[str, Sequence[str]] | None = None,
        destinations: Destinations | None = None,
        sources: Mapping[str, str] | None = None,
    ) -> None:
        self.listen = listen
        self.destinations = destinations or Destinations()
        self.source = source
        self.vault = vault
        self.keys = dict(keys or {})
        self.sources = dict(sources or {})
        self._values = {account: dict(found) for account, found in values.items()}
        self._origins = dict(origins or {})
        self._kept: Mapping[str, Mapping[str, Place]] = {}
        self._read: dict[str, dict[str, SecretStr]] = {}
        self._stamp = (0, 0)
        self.problems: dict[tuple[str, str], str] = {}
        self.refresh()

    def __repr__(self) -> str:
        return f"Settings({', '.join(self.accounts())})"

    def accounts(self) -> list[str]:
        """The accounts of processors that have settings: CONNECTOR, or CONNECTOR/LABEL."""
        return sorted({*self._values, *self._kept} - {NGROK})

    def names(self, connector: str, label: str = "") -> list[str]:
        """The names of the settings of an account, those that it has from its connector included."""
        return sorted({*self.own(connector), *(self.own(f"{connector}/{label}") if label else ())})

    def own(self, account: str) -> dict[str, str]:
        """The settings that are configured for exactly this account, and where: a variable, a file, the keyring."""
        kept = {name: self.place(place) for name, place in self._kept.get(account, {}).items()}
        return kept | {name: self._origins.get((account, name), "") for name in self._values.get(account, {})}

    def kept(self, account: str) -> Mapping[str, Place]:
        """The settings of this account that the vault keeps, whether something stands before them or not."""
        return self._kept.get(account, {})

    def place(self, place: Place) -> str:
        """A place of the vault in words."""
        return "keyring" if place is Place.KEYRING or self.vault is None else str(self.vault.path)

    def all(self) -> dict[str, dict[str, str]]:
        """The settings of every account, for the core to try: CONNECTOR, or CONNECTOR/LABEL."""
        return {account: self.of(*account.split("/", 1)) for account in self.accounts()}

    def of(self, connector: str, label: str = "") -> dict[str, str]:
        """The settings of a connector; those of the account that the label names stand before the general ones."""
        found = {**self._opened(connector), **self._values.get(connector, {})}
        if label:
            account = f"{connector}/{label}"
            found |= {**self._opened(account), **self._values.get(account, {})}
        return {name: value.get_secret_value() for name, value in found.items()}

    def prepare(self) -> None:
        """Read what the vault keeps. What it does not give is in `problems`, in words, and as if it were not set."""
        for account in self._kept:
            self._opened(account)

    def refresh(self) -> bool:
        """Take over what another process may have kept since; whether there was anything. Raises InspectorError."""
        if self.vault is None or (stamp := self.vault.stamp()) == self._stamp:
            return False
        self._stamp = stamp  # a file with a mistake in it is told once, and what was read before stays
        self._kept = self.vault.places()
        self._read, self.problems = {}, {}
        return True

    def keep(self, account: str, setting: str, text: str, *, rotate: bool = False, in_file: bool = False) -> Place:
        """Keep a setting in the vault, in force at once unless something stands before it. To rotate is to keep the one
        that was there as `previous_secret`, so that both are accepted. Raises InspectorError."""
        vault = self._open_vault()
        if rotate:
            if setting not in self.kept(account):
                where = self.own(account).get(setting)
                hint = f"It stands in {where}: change it there, and set previous_secret beside it" if where else ""
                raise InspectorError(f"{account}: no {setting} is kept that could be rotated", hint=hint, exit_code=2)
            vault.put(account, _PREVIOUS, vault.read(account, setting), in_file=in_file)
        place = vault.put(account, setting, text, in_file=in_file)
        self.refresh()
        return place

    def forget(self, account: str, setting: str) -> None:
        """Keep a setting in the vault no longer. Raises InspectorError."""
        self._open_vault().drop(account, setting)
        self.refresh()

    def _open_vault(self) -> Vault:
        if self.vault is None:
            raise InspectorError("Secrets are not kept here", "These settings are made up, and nothing of them is kept")
        return self.vault

    def _opened(self, account: str) -> Mapping[str, SecretStr]:
        """What the vault keeps for an account."""
        if account not in self._kept:
            return {}
        if account not in self._read:
            # What stands before a kept one need not be asked for.
            names = [name for name in self._kept[account] if name not in self._values.get(account, {})]
            self._read[account] = {name: text for name in names if (text := self._asked(account, name)) is not None}
        return self._read[account]

    def _asked(self, account: str, name: str) -> SecretStr | None:
        try:
            return SecretStr(self._open_vault().read(account, name))
        except InspectorError as error:
            self.problems[account, name] = str(error).replace("\n", ": ")
            return None


def load_settings(
    connectors: Mapping[str, object], environment: Mapping[str, str] | None = None, file: Path | None = None
) -> Settings:
    """Read the file (the one named, ./inspector.toml, or the user's) and the environment over it; below both lies
    what `inspector secrets` keeps, which is listed here and read when it is needed.

    `connectors` holds the names of connectors. Raises InspectorError with every mistake at once.
    """
    environment = os.environ if environment is None else environment
    path, profile = file or found_file(), environment.get(PROFILE, "")
    if profile and path is None:
        raise InspectorError(f"There is no profile {profile!r}", f"There is no {FILE}", exit_code=2)
    found = read(path, profile) if path else Profile()
    values: dict[str, dict[str, SecretStr]] = {name: dict(each) for name, each in found.connectors.items()}
    origins = {(account, name): str(path) for account, each in values.items() for name in each}
    listen = found.listen.model_dump(exclude_unset=True)
    sources = dict.fromkeys(listen, str(path))
    for name, text in environment.items():
        if not name.startswith(_PREFIX) or not text:
            continue
        key = name.removeprefix(_PREFIX).lower()
        account, setting = _account(key, (*connectors, NGROK))
        if account:
            values.setdefault(account, {})[setting] = SecretStr(text)
            origins[account, setting] = name
        elif key in Listen.model_fields:
            listen[key], sources[key] = text, name
    destinations = configured(found.destinations, environment, str(path.parent) if path else None)
    return Settings(_listen(listen, sources), values, path, Vault(), origins, found.keys, destinations, sources)


def _listen(values: Mapping[str, object], sources: Mapping[str, str]) -> Listen:
    """The file is sound by now: what is wrong here is wrong in the environment."""
    try:
        return Listen.model_validate(values)
    except ValidationError as errors:
        # Never the input itself: it may be a secret.
        wrong = errors.errors(include_input=False, include_context=False)
        lines = [f"{sources[str(each['loc'][0])]}: {each['msg']}" for each in wrong]
        raise InspectorError("The environment has mistakes", "\n".join(lines), exit_code=2) from None


def _account(key: str, connectors: Collection[str]) -> tuple[str, str]:
    """The account and the setting in stripe_signing_secret or stripe__shop__signing_secret."""
    parts = key.split("__")
    if len(parts) == 3 and parts[0] in connectors:
        return f"{parts[0]}/{parts[1]}", parts[2]
    connector, _, setting = key.partition("_")
    return (connector, setting) if connector in connectors and setting else ("", "")
