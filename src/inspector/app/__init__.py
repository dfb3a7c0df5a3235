"""The screen: the only part that knows Textual."""

from inspector.app.app import InspectorApp, run

__all__ = ["InspectorApp", "run"]
