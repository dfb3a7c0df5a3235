"""Why an event is not verified: asked when somebody looks."""

from inspector.model import Delivery, Diagnosis
from inspector.workspace.reading import Reading

__all__ = ["explain"]


def explain(reading: Reading, delivery: Delivery, position: int = 0) -> Diagnosis | None:
    """Why an event of a delivery is not verified, by the settings of today; None where it is by them.

    It is not kept, and costs milliseconds.
    """
    connector = delivery.inspection.connector
    return reading.service.diagnose(
        delivery.request,
        connector or None,
        reading.settings_of(connector, delivery.label),
        others=reading.settings.all(),
        keys=reading.keys,
        position=position,
    )
