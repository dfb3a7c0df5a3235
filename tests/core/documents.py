"""Small documents for tests: a processor of our own, whose signature a test chooses."""

from inspector.core import Connector, compile_document, read_document

__all__ = ["PLAIN", "connector", "text"]

PLAIN = """scheme = "hmac"
hash = "sha256"
key = { setting = "secret_key" }
value = { in = "header:x-signature" }
signed = "{body}"
"""


def text(signature: str = PLAIN, rest: str = "", body: str = "") -> str:
    """A document: its [signature] table, the [body] table, and what comes after [event]."""
    return f"""name = "acme"
title = "Acme"
docs = "https://acme.example/webhooks"

[settings]
secret_key = "the secret"
key_id = "which key is ours"
notification_url = "the registered address"

[body]
{body}
[signature]
{signature}
[event]
type = "type"
id = "id"
{rest or "[types.payment]"}
"""


def connector(signature: str = PLAIN, rest: str = "", body: str = "") -> Connector:
    """The connector of such a document; a mistake in it fails the test."""
    document, mistakes = read_document(text(signature, rest, body))
    assert document is not None, mistakes
    return compile_document(document)
