"""The use cases. The workspace owns the clock and the tasks, and joins the adapters."""

from inspector.workspace.changes import Change
from inspector.workspace.coverage import coverage
from inspector.workspace.explain import explain
from inspector.workspace.options import Options
from inspector.workspace.resend import editable, resend
from inspector.workspace.samples import all_candidates, fields_of
from inspector.workspace.saving import Saving, written
from inspector.workspace.secrets import remove_secret, set_secret
from inspector.workspace.workspace import Workspace

__all__ = [
    "Change",
    "Options",
    "Saving",
    "Workspace",
    "all_candidates",
    "coverage",
    "editable",
    "explain",
    "fields_of",
    "remove_secret",
    "resend",
    "set_secret",
    "written",
]
