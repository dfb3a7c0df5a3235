"""Which keys an inspection lacks."""

from msgspec.structs import replace

from inspector.model import Inspection, Verification

__all__ = ["explained", "needs"]


def needs(inspection: Inspection) -> set[str]:
    """The addresses of the keys without which the signatures of a delivery cannot be checked."""
    verdicts = (inspection.verification, *(event.verification for event in inspection.events))
    return {each.needs for each in verdicts if each.needs}


def explained(inspection: Inspection, why: str) -> Inspection:
    """With the reason why a key is not there."""

    def explained(found: Verification) -> Verification:
        return replace(found, reason=found.reason + why) if found.needs else found

    events = tuple(replace(event, verification=explained(event.verification)) for event in inspection.events)
    return replace(inspection, verification=explained(inspection.verification), events=events)
