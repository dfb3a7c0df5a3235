"""What is simulated, as somebody says it: by the flags of a command, or in a line on the screen."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final

import msgspec

from inspector.core import Connector
from inspector.core.destination import check_destination, for_app
from inspector.core.retry import schedule_of
from inspector.core.span import seconds_in
from inspector.library import folder
from inspector.model import Destination, InspectorError
from inspector.trigger import Candidate, candidates, choose
from inspector.workspace.simulate import Simulation, Trouble

if TYPE_CHECKING:
    from inspector.workspace.sending import Sending

__all__ = ["Plan", "plan_of", "planned", "read_plan", "simulation_of"]


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """Which events and how many; `schedule`: the seconds from each try to the next, where they are not to be the
    documented ones; how many times faster than in life (`compress`); what goes wrong; and the seed of its chance."""

    event: str = ""
    count: int = 10
    schedule: tuple[float, ...] = ()
    compress: float = 10_000.0
    seed: int = 1
    trouble: Trouble = Trouble()


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or len(text) > 9 or int(text) == 0:
        raise ValueError(f"{text!r} is no number from 1 on")
    return int(text)


def _part(text: str) -> float:
    number = float(text)
    if not 0 <= number <= 1:
        raise ValueError(f"{text} is not between 0 and 1")
    return number


def _factor(text: str) -> float:
    number = float(text)
    if not 0 < number < math.inf:
        raise ValueError(f"{text!r} is not how many times as fast")
    return number


def _spans(text: str) -> tuple[float, ...]:
    return tuple(seconds_in(each) for each in text.split(","))


_TERMS: Final[Mapping[str, Callable[[str], Any]]] = {
    "event": str,
    "count": _number,
    "schedule": _spans,
    "compress": _factor,
    "seed": _number,
    "duplicates": _part,
    "lost": _part,
    "reorder": _part,
    "delay": seconds_in,
    "outage": seconds_in,
    "every": seconds_in,
}


def plan_of(terms: Iterable[tuple[str, str]]) -> Plan:
    """A plan from names and what was written for them; of a name that is there twice the last one counts. Raises
    InspectorError."""
    found: dict[str, Any] = {}
    for name, text in terms:
        if name not in _TERMS:
            near = get_close_matches(name, _TERMS, n=1, cutoff=0.5)
            hint = f"Did you mean {near[0]}=…?" if near else f"There are {', '.join(_TERMS)}: outage=30min lost=0.2"
            raise InspectorError(f"{name!r} is nothing that can be simulated", hint=hint, exit_code=2)
        try:
            found[name] = _TERMS[name](text)
        except ValueError as error:
            raise InspectorError(f"{name}: {text!r} is not understood", str(error), exit_code=2) from None
    wrong = {name: found.pop(name) for name in Trouble.__struct_fields__ if name in found}
    return Plan(**found, trouble=Trouble(**wrong))


def read_plan(text: str) -> Plan:
    """A plan from `count=20 outage=30min lost=0.2`: the flags of the command without their dashes. InspectorError."""
    parted = [each.partition("=") for each in text.split()]
    return plan_of((name, value) for name, _, value in parted)


def planned(
    connector: Connector,
    offered: Sequence[Candidate],
    settings: Mapping[str, str],
    destination: Destination,
    plan: Plan,
    clock: Callable[[], float],
) -> Simulation:
    """A processor with the settings of an account that carries out a plan. Raises InspectorError where it could not
    sign, where nobody says when it tries again, for an event that it does not have, and for a message queue."""
    app = for_app(destination)
    if connector.secret and not settings.get(connector.secret):
        title = f"No secret of {connector.title} is set, so no app could accept anything"
        raise InspectorError(title, hint=f"inspector secrets set {connector.name}, or --secret TEXT", exit_code=2)
    schedule = plan.schedule or schedule_of(connector)
    if not schedule:
        note = connector.document.retries.note
        hint = "Give them: --schedule 1min,5min,1h (schedule=… on the screen)"
        raise InspectorError(f"{connector.title} documents no times for its retries", note, hint, exit_code=2)
    posted = [each.sample for each in offered if each.sample.request.method == "POST"]
    found = [choose(offered, plan.event)] if plan.event else posted
    samples = [found[number % len(found)] for number in range(plan.count)]
    return Simulation(connector, samples, settings, app, clock, schedule, plan.trouble, plan.seed, plan.compress)


def simulation_of(workspace: "Sending", account: str, where: str, plan: Plan) -> Simulation:
    """An account of a processor, CONNECTOR or CONNECTOR/LABEL, that carries out a plan against a destination, named or
    an address, with the settings of the workspace. Raises InspectorError."""
    name, _, label = account.partition("/")
    found = candidates(workspace.service, folder(workspace.options.connectors), name)
    connector = workspace.service.connectors[name]
    destination = workspace.destinations.get(where) or check_destination(where)
    settings = workspace.settings_of(name, label)
    if destination.signs:
        settings[connector.secret] = workspace.settings.destinations.secrets[destination.name].get_secret_value()
    return planned(connector, found, settings, destination, plan, workspace.clock)
