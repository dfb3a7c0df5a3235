"""Where deliveries go: which destinations take one, and why, and what each of them is sent."""

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from inspector.core import sign
from inspector.core.destination import check_destination, decide
from inspector.core.document import nearest
from inspector.model import Decision, Delivery, Destination, InspectorError

if TYPE_CHECKING:
    from inspector.workspace.sending import Sending

__all__ = ["check_rules", "chosen", "decisions", "signed"]

_HINT = "Start with --forward-to http://localhost:3000/webhooks"


def check_rules(destinations: Iterable[Destination], connectors: Collection[str], source: Path | None) -> None:
    """Raise InspectorError where a rule names a processor that nobody knows: nothing would ever go there."""
    lines = [
        f"destinations.{each.name}.connector: there is no {name}{nearest(name, connectors)}"
        for each in destinations
        for name in each.rule.connector
        if "*" not in name and name.removeprefix("!").lower() not in connectors
    ]
    if lines:
        hint = "inspector connectors lists the processors"
        raise InspectorError(f"{source or 'The settings'} has mistakes", "\n".join(lines), hint, exit_code=2)


def decisions(workspace: "Sending", delivery: Delivery) -> list[Decision]:
    """Of each destination whether a delivery goes there, and why."""
    return [
        decide(each, delivery.request, delivery.label, delivery.inspection) for each in workspace.destinations.values()
    ]


def chosen(workspace: "Sending", delivery: Delivery, where: str | None = None) -> list[Destination]:
    """Where to send a delivery: to the destination or the address that is named, or to all that take it.

    Raises InspectorError where that is none.
    """
    if where is not None:
        return [workspace.destinations.get(where) or check_destination(where)]
    found = decisions(workspace, delivery)
    if not found:
        raise InspectorError("There is no app to forward to", hint=_HINT)
    taking = [each.destination for each in found if each.goes]
    if not taking:
        lines = "\n".join(f"{each.destination.key} {each.why}" for each in found)
        raise InspectorError("No destination takes this", lines, "F sends it wherever you say")
    return taking


def signed(workspace: "Sending", delivery: Delivery, destination: Destination | None = None) -> Delivery:
    """The delivery under a signature of now: by the secret of the destination, where that has one, or of the account.

    Raises InspectorError where nobody could have signed it.
    """
    name = delivery.inspection.connector
    connector = workspace.service.connectors.get(name)
    if connector is None:
        raise InspectorError("Nobody knows who would sign this", hint="f sends it as it came")
    settings = workspace.settings_of(name, delivery.label)
    if destination is not None and destination.signs:
        settings[connector.secret] = workspace.settings.destinations.secrets[destination.name].get_secret_value()
    return replace(delivery, request=sign(connector, delivery.request, settings, workspace.clock()))
