"""Inspector: a webhook inspector for payments. `import inspector` alone stays cheap: names load on use."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from inspector.core.service import EventService
    from inspector.model import (
        CapturedRequest,
        EventType,
        Inspection,
        InspectorError,
        Money,
        NormalizedEvent,
        Parsing,
        Verdict,
    )

__version__ = "0.1.0"

_HOME = {"EventService": "inspector.library"}

__all__ = [
    "CapturedRequest",
    "EventService",
    "EventType",
    "Inspection",
    "InspectorError",
    "Money",
    "NormalizedEvent",
    "Parsing",
    "Verdict",
    "__version__",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'inspector' has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(_HOME.get(name, "inspector.model")), name)
    globals()[name] = value
    return value
