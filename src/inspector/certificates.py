"""Whom a destination has to be trusted as: by the certificates of its file, by those of the system, or by none."""

import ssl
from functools import lru_cache

from inspector.model import Destination, InspectorError

__all__ = ["context", "trusted", "unchecked"]


def trusted(destination: Destination) -> ssl.SSLContext | bool:
    """The certificates that a destination's has to be signed by: those of its file, or those of the system (True);
    False where any will do. Raises InspectorError for a file that holds none."""
    if destination.insecure or not destination.ca_file:
        return not destination.insecure
    try:
        return _of_file(destination.ca_file)
    except OSError as error:  # ssl.SSLError is one
        title = f"{destination.key}: no certificate can be read from {destination.ca_file}"
        hint = "ca_file wants a file of certificates in PEM"
        raise InspectorError(title, error.strerror or str(error), hint, exit_code=2) from None


def context(destination: Destination) -> ssl.SSLContext:
    """The same for a client that wants to be told all of it. Raises InspectorError."""
    found = trusted(destination)
    if isinstance(found, ssl.SSLContext):
        return found
    return ssl.create_default_context() if found else unchecked()


def unchecked() -> ssl.SSLContext:
    """For a client that takes any certificate."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname, made.verify_mode = False, ssl.CERT_NONE
    return made


@lru_cache(maxsize=64)
def _of_file(path: str) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=path)
