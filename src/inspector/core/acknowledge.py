"""Answers that have to be computed: a processor that wants its own words back, signed."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from inspector.core.body import encode_json
from inspector.core.canonical import trustly_serialize
from inspector.core.locate import Message
from inspector.core.signatures.rsa import sign_text
from inspector.model import Acknowledgement

__all__ = ["ANSWERS"]


def _trustly(message: Message) -> Acknowledgement:
    """Method and uuid as they came, status OK, signed with the merchant's key where it is set.

    https://eu.developers.trustly.com/doc/docs/notifications
    """
    root: Any = message.root if isinstance(message.root, dict) else {}
    params: Any = root.get("params") if isinstance(root.get("params"), dict) else {}
    method, uuid, data = str(root.get("method") or ""), str(params.get("uuid") or ""), {"status": "OK"}
    text = f"{method}{uuid}{trustly_serialize(data)}".encode("utf-8", "replace")
    signature = sign_text(message.settings.get("merchant_private_key", ""), text, "sha1") or ""
    result = {"signature": signature, "uuid": uuid, "method": method, "data": data}
    body = encode_json({"result": result, "version": "1.1"})
    return Acknowledgement(200, (("Content-Type", "application/json"),), body)


ANSWERS: Final[Mapping[str, Callable[[Message], Acknowledgement]]] = {"trustly": _trustly}
