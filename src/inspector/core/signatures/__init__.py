"""Signature schemes, one a file, each with verify and sign. SCHEMES is the list of them."""

from inspector.core.signatures.hmac import HmacSpec
from inspector.core.signatures.shared import Scheme
from inspector.core.signatures.token import TokenSpec
from inspector.core.signatures.unsigned import UnsignedSpec

SCHEMES = {"hmac": HmacSpec, "token": TokenSpec, "unsigned": UnsignedSpec}

SignatureSpec = HmacSpec | TokenSpec | UnsignedSpec

__all__ = ["SCHEMES", "Scheme", "SignatureSpec"]
