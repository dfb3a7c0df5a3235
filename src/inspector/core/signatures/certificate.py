"""RSA-SHA256 with an X.509 certificate (RFC 5280) that the message names by its address.

The core fetches nothing: where the certificate is not there yet, the verdict is KEY_NEEDED with the address.
The address is the sender's word, so the document says which hosts and paths it may have.
"""

from functools import lru_cache
from typing import Any, Literal

from pydantic import Field

from inspector.core.locate import Message, locator
from inspector.core.signatures.public_key import pem
from inspector.core.signatures.rsa import fits, sign_text
from inspector.core.signatures.shared import LocatorText, SchemeSpec, TemplateText, allowed_url, decode, no_secret
from inspector.core.signatures.value import Value, ValueSpec
from inspector.core.signed_text import as_text, template
from inspector.model import Verdict, Verification

__all__ = ["Certificate", "CertificateSpec"]


class CertificateSpec(SchemeSpec):
    """[signature] with scheme = "certificate"."""

    scheme: Literal["certificate"]
    setting: str = Field(description="the setting that takes part in the signed text")
    value: ValueSpec
    algorithm: LocatorText = Field(description="where the message names the algorithm")
    algorithms: list[str] = Field(description="the names that are accepted; all mean RSA with SHA-256")
    address: LocatorText = Field(description="where the address of the certificate stands")
    hosts: list[str] = Field(min_length=1, description="domains whose hosts the address may have")
    path: str = Field(pattern="^/", description="what the path of the address begins with")
    subject: str = Field(description="what the certificate's common name ends with")
    signed: TemplateText

    def compile(self) -> "Certificate":
        """The scheme, ready to verify and to sign."""
        return Certificate(self)


class _Refused(Exception):  # noqa: N818 - a finding about the certificate, not an error of ours
    pass


class Certificate:
    """A compiled scheme. A certificate that the user gives (`certificate`) counts before a fetched one."""

    def __init__(self, spec: CertificateSpec) -> None:
        self.spec = spec
        self.name = "RSA-SHA256 with certificate"
        self.value = Value(spec.value)
        self.template = template(spec.signed)
        self.covers = self.template.covers
        self._address = locator(spec.address)
        self._algorithm = locator(spec.algorithm)

    def present(self, message: Message) -> bool:
        """Whether there is a signature."""
        return bool(self.value.texts(message))

    def verify(self, message: Message, now: float) -> Verification:
        """The verdict on the message; certificates are judged at `now`, Unix seconds."""
        texts = self.value.texts(message)
        if not texts:
            return self._verdict(Verdict.MISSING, f"There is no signature: {self.value.where} is missing.")
        if not message.settings.get(self.spec.setting, "").strip():
            return no_secret(self.name, self.spec.setting, self.covers)
        named = as_text(self._algorithm.find(message))
        if named and named not in self.spec.algorithms:
            reason = f"The message names the algorithm {named[:40]!r}; only {self.spec.algorithms[0]} is accepted."
            return self._verdict(Verdict.INVALID, reason)
        given, address = message.settings.get("certificate", ""), as_text(self._address.find(message))
        if not given:
            if not allowed_url(address, self.spec.hosts, self.spec.path):
                reason = (
                    f"The certificate's address {address[:120]!r} is none of the processor's, so it is not fetched."
                )
                return self._verdict(Verdict.INVALID, reason)
            if address not in message.keys:
                reason = f"The certificate at {address[:200]} has to be fetched first."
                return Verification(Verdict.KEY_NEEDED, self.name, reason, covers=self.covers, needs=address)
        chain = pem(given) if given else message.keys[address]
        return self._check(message, texts[0], chain, now, fetched=not given)

    def _check(self, message: Message, encoded: str, chain: bytes, now: float, *, fetched: bool) -> Verification:
        signature = decode(encoded, "base64")
        if signature is None:
            return self._verdict(Verdict.INVALID, f"The signature in {self.value.where} is not base64.")
        text = self.template(message, "", "")
        try:
            leaf, how = self._trusted(chain, message, now, fetched)
        except _Refused as refused:
            return self._verdict(Verdict.INVALID, str(refused), text)
        if fits(leaf.public_key(), signature, text, "sha256"):
            return self._verdict(Verdict.VALID, f"The signature in {self.value.where} matches {how}.", text)
        reason = (
            f"The signature in {self.value.where} does not match: another {self.spec.setting}, or a changed message."
        )
        return self._verdict(Verdict.INVALID, reason, text)

    def _trusted(self, chain: bytes, message: Message, now: float, fetched: bool) -> tuple[Any, str]:
        """The leaf of a chain that holds at `now`, and what was proven of it. Raises _Refused."""
        certificates = _load(chain)
        leaf = certificates[0]
        for each in certificates:
            if not each.not_valid_before_utc.timestamp() <= now <= each.not_valid_after_utc.timestamp():
                raise _Refused(f"The certificate of {_common_name(each)} is not valid at that time.")
        anchors = pem(message.settings.get("ca_certificate", "")) or (
            message.keys.get("roots", b"") if fetched else b""
        )
        if not anchors:
            if fetched:
                raise _Refused("There is no root certificate to trust: set ca_certificate.")
            return leaf, "the given certificate; its chain was not checked"
        name = _common_name(leaf).lower()
        if not name.endswith(self.spec.subject):
            raise _Refused(f"The certificate belongs to {name[:80]!r}, which is none of the processor's names.")
        _climb(certificates, _load(anchors))
        return leaf, f"the certificate of {name}, whose chain holds"

    def sign(self, message: Message, now: float) -> dict[str, str]:
        """The signature in its place, where there is a private key (`signing_key`) to sign with."""
        signature = sign_text(message.settings.get("signing_key", ""), self.template(message, "", ""), "sha256")
        if signature is None:
            return {}
        values = {self.value.place(message): signature}
        return values if self._algorithm.find(message) else {**values, self.spec.algorithm: self.spec.algorithms[0]}

    def open(self, message: Message) -> bytes:
        """The body is not encrypted."""
        return message.body

    def challenge(self, message: Message, text: str) -> str | None:
        """No processor asks for it."""
        return None

    def _verdict(self, verdict: Verdict, reason: str, text: bytes | None = None) -> Verification:
        return Verification(verdict, self.name, reason, text, None, None, self.covers)


@lru_cache(maxsize=16)  # the public authorities are many
def _load(chain: bytes) -> list[Any]:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.x509 import load_pem_x509_certificates

    try:
        found = load_pem_x509_certificates(chain)
        usable = bool(found) and isinstance(found[0].public_key(), RSAPublicKey)
    except (ValueError, TypeError):
        usable = False
    if not usable:
        raise _Refused("The certificate cannot be read: it is no PEM of an RSA certificate.")
    return found


def _common_name(certificate: Any) -> str:
    from cryptography.x509.oid import NameOID

    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else ""


def _climb(certificates: list[Any], anchors: list[Any]) -> None:
    """Each certificate is issued by the next, the last by an anchor. Raises _Refused."""
    current = certificates[0]
    for issuer in certificates[1:]:
        if not (_issued(current, issuer) and _may_issue(issuer)):
            break
        current = issuer
    if current not in anchors and not any(_issued(current, anchor) for anchor in anchors):
        raise _Refused("The certificate's chain does not end at a trusted root.")


def _issued(certificate: Any, issuer: Any) -> bool:
    from cryptography.exceptions import InvalidSignature

    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def _may_issue(certificate: Any) -> bool:
    from cryptography.x509 import BasicConstraints, ExtensionNotFound

    try:
        return bool(certificate.extensions.get_extension_for_class(BasicConstraints).value.ca)
    except (ExtensionNotFound, ValueError):
        return False
