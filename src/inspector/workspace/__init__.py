"""The use cases. The workspace owns the clock and the tasks, and joins the adapters."""

from inspector.workspace.changes import Change
from inspector.workspace.coverage import coverage
from inspector.workspace.destinations import decisions
from inspector.workspace.explain import explain
from inspector.workspace.look import keep_theme, theme_of
from inspector.workspace.options import Options
from inspector.workspace.rescue import rescued
from inspector.workspace.resend import editable, resend
from inspector.workspace.samples import all_candidates, fields_of
from inspector.workspace.saving import Saving, written
from inspector.workspace.secrets import Setting, remove_secret, secret_of, secrets_of, set_secret, vault_place
from inspector.workspace.workspace import Workspace

__all__ = [
    "Change",
    "Options",
    "Saving",
    "Setting",
    "Workspace",
    "all_candidates",
    "coverage",
    "decisions",
    "editable",
    "explain",
    "fields_of",
    "keep_theme",
    "remove_secret",
    "rescued",
    "resend",
    "secret_of",
    "secrets_of",
    "set_secret",
    "theme_of",
    "vault_place",
    "written",
]
