"""The settings that a command works with: those of the command line over those that are configured."""

import argparse
from difflib import get_close_matches

from inspector.core import Connector
from inspector.model import InspectorError

__all__ = ["given", "pair"]

# What any connector may have beside the settings that its document describes.
_COMMON = ("previous_secret", "tolerance_seconds", "signing_key", "ca_certificate")


def given(options: argparse.Namespace, connector: Connector | None, configured: dict[str, str]) -> dict[str, str]:
    """The configured settings with --secret and --setting put over them. Raises InspectorError for a strange name."""
    if connector is None:
        return {}
    settings = dict(configured)
    if options.secret:
        settings[connector.secret] = options.secret
    for text in options.setting:
        name, value = pair(text)
        known = [*connector.settings, *_COMMON]
        if name not in known:
            near = get_close_matches(name, known, n=1, cutoff=0.5)
            hint = f"Did you mean {near[0]}?" if near else f"There are {', '.join(known)}"
            raise InspectorError(f"{connector.title} has no setting {name!r}", hint=hint, exit_code=2)
        settings[name] = value
    return settings


def pair(text: str) -> tuple[str, str]:
    """NAME=VALUE in two. Raises InspectorError."""
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise InspectorError(f"{text!r} is not NAME=VALUE", hint="Example: amount=1999", exit_code=2)
    return name, value
