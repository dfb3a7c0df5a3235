"""Redaction: what must not be saved gets stand-ins, and everything else stays byte for byte."""

from inspector.core.redact.paths import meant, pattern
from inspector.core.redact.places import Steps
from inspector.core.redact.redactor import Leftover, Redactor

__all__ = ["Leftover", "Redactor", "Steps", "meant", "pattern"]
