"""Signature schemes, one a file, each with verify and sign. SCHEMES is the list of them."""

from inspector.core.locate import locator
from inspector.core.signatures.certificate import CertificateSpec
from inspector.core.signatures.hmac import DigestSpec, HmacSpec
from inspector.core.signatures.jws import JwsSpec
from inspector.core.signatures.rsa import RsaSpec
from inspector.core.signatures.sealed import SealedSpec
from inspector.core.signatures.several import Several
from inspector.core.signatures.shared import Scheme
from inspector.core.signatures.token import TokenSpec
from inspector.core.signatures.unsigned import UnsignedSpec

SCHEMES = {
    "hmac": HmacSpec,
    "digest": DigestSpec,
    "rsa": RsaSpec,
    "certificate": CertificateSpec,
    "jws": JwsSpec,
    "sealed": SealedSpec,
    "token": TokenSpec,
    "unsigned": UnsignedSpec,
}

SignatureSpec = HmacSpec | DigestSpec | RsaSpec | CertificateSpec | JwsSpec | SealedSpec | TokenSpec | UnsignedSpec


def compile_scheme(specs: SignatureSpec | list[SignatureSpec]) -> Scheme:
    """One scheme, or the choice between several."""
    if not isinstance(specs, list):
        return specs.compile()
    return Several([(locator(spec.when) if spec.when else None, spec.compile()) for spec in specs])


__all__ = ["SCHEMES", "Scheme", "SignatureSpec", "compile_scheme"]
