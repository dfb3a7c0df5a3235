"""Deliveries that were broken in one known way each, for processors of every kind."""

import gzip
import hmac
import json
import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, quote

import msgspec
from msgspec.structs import replace

from inspector.core import sign
from inspector.model import CapturedRequest, Diagnosis
from tests.connectors.shared import CONNECTORS, NOW, SETTINGS, item, sample, service
from tests.connectors.shared import request as made

__all__ = ["BREAKS", "Broken", "intact"]

Accounts = Mapping[str, Mapping[str, str]]
Secret = Callable[[str], str]
Change = Callable[[bytes], bytes]
UMLAUTS: Final = {"id": "evt_1", "type": "payment.paid", "name": "Zoë Müller", "url": "https://shop.example/a/b"}
EVENT: Final = {
    "id": "evt_1",
    "type": "charge.succeeded",
    "livemode": False,
    "data": {"object": {"id": "ch_1", "a": 1}},
}


class Broken(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery that is not verified, the settings it is judged by, and what the diagnosis has to say."""

    connector: str
    request: CapturedRequest
    settings: Mapping[str, str]
    cause: str
    sentence: str
    now: float = NOW
    others: Accounts = {}

    def diagnose(self) -> Diagnosis | None:
        """Its diagnosis."""
        return service().diagnose(self.request, self.connector, self.settings, self.now, others=self.others)


def intact(connector: str, body: Any = None, settings: Mapping[str, str] | None = None) -> CapturedRequest:
    """A delivery of a connector, signed with its throwaway secret; of plain values, bytes, or a sample by its name."""
    unsigned = sample(connector, body) if isinstance(body, str) else made(connector, EVENT if body is None else body)
    return sign(CONNECTORS[connector], unsigned, settings or SETTINGS[connector], NOW)


def secret(connector: str, change: Secret, cause: str, sentence: str, body: Any = None, signs: str = "") -> Broken:
    """The configured secret is another text than the one that signs."""
    name = CONNECTORS[connector].secret
    right = {**SETTINGS[connector], name: signs or SETTINGS[connector][name]}
    wrong = {**right, name: change(right[name])}
    request = intact(connector, body, right)
    return Broken(
        connector=connector, request=request, settings=wrong, cause=f"secret.{cause}:{name}", sentence=sentence
    )


def kept(
    connector: str, others: Accounts, cause: str, sentence: str, body: Any = None, own: str = "0ther-5ecret"
) -> Broken:
    """The secret that signs is configured for another account."""
    name = CONNECTORS[connector].secret
    settings = {**SETTINGS[connector], name: own} if own else {}
    request = intact(connector, body)
    return Broken(
        connector=connector, request=request, settings=settings, others=others, cause=cause, sentence=sentence
    )


def settings(connector: str, cause: str, sentence: str, body: Any = None, **changed: str) -> Broken:
    """Some settings are other texts."""
    mine = {**SETTINGS[connector], **changed}
    return Broken(connector=connector, request=intact(connector, body), settings=mine, cause=cause, sentence=sentence)


def body(connector: str, sent: Any, change: Change, cause: str, sentence: str) -> Broken:
    """The body is changed on its way."""
    request = intact(connector, sent)
    changed = replace(request, body=change(request.body))
    assert changed.body != request.body
    return Broken(
        connector=connector,
        request=changed,
        settings=SETTINGS[connector],
        cause=f"body.{cause}" if cause else "verdict.invalid",
        sentence=sentence,
    )


def dumped(**layout: Any) -> Change:
    """JSON, written anew by Python."""
    return lambda content: json.dumps(json.loads(content), **layout).encode()


def header(connector: str, name: str, change: Secret, cause: str, sentence: str, body: Any = None) -> Broken:
    """A header is changed on its way."""
    request = intact(connector, body)
    changed = request.with_headers({name: change(request.header(name) or "")})
    return Broken(connector=connector, request=changed, settings=SETTINGS[connector], cause=cause, sentence=sentence)


def without(connector: str, name: str, cause: str, sentence: str, body: Any = None, **more: str) -> Broken:
    """A header is lost on its way; another one (underscores for hyphens) has its value or one of its own."""
    request = intact(connector, body)
    text = request.header(name) or ""
    kept = tuple(pair for pair in request.headers if pair[0].lower() != name)
    added = tuple((key.replace("_", "-"), value or text) for key, value in more.items())
    changed = replace(request, headers=(*kept, *added))
    return Broken(connector=connector, request=changed, settings=SETTINGS[connector], cause=cause, sentence=sentence)


def address(connector: str, registered: str, called: str, cause: str, fit: str, **headers: str) -> Broken:
    """The address that is registered, and signed, is another one than the one that was called."""
    right = {**SETTINGS[connector], "notification_url": registered}
    request = replace(intact(connector, None, right), url=called)
    request = request.with_headers({name.replace("_", "-"): text for name, text in headers.items()})
    mine = {name: text for name, text in right.items() if name != "notification_url"}
    sentence = f"It fits when the address is {fit}."
    return Broken(connector=connector, request=request, settings=mine, cause=f"address:{cause}", sentence=sentence)


def late(connector: str, at: float, cause: str, sentence: str, received: float = 0.0) -> Broken:
    """The delivery is judged at another time than it was signed at."""
    request = replace(intact(connector), received_at=received)
    return Broken(
        connector=connector, request=request, settings=SETTINGS[connector], now=at, cause=cause, sentence=sentence
    )


def by_hand(connector: str, now: float, cause: str, sentence: str) -> Broken:
    """The sender counts its time in the other unit: signed at a moment that is a thousand times another one."""
    request = sign(CONNECTORS[connector], made(connector, EVENT), SETTINGS[connector], now)
    return Broken(connector=connector, request=request, settings=SETTINGS[connector], cause=cause, sentence=sentence)


def dated() -> Broken:
    """A sender of one's own that signs a date where the processor signs a number."""
    text = msgspec.json.encode(EVENT)
    key = SETTINGS["stripe"]["signing_secret"].encode()
    signature = hmac.digest(key, b"2026-01-01." + text, "sha256").hex()
    return Broken(
        connector="stripe",
        request=made("stripe", text).with_headers({"Stripe-Signature": f"t=2026-01-01,v1={signature}"}),
        settings=SETTINGS["stripe"],
        cause="verdict.unreadable",
        sentence="The signature matches, but its timestamp is not a number: '2026-01-01'.",
    )


def sent_to(
    connector: str, signed_by: str, cause: str, sentence: str, others: Accounts, body: Any = None, **own: str
) -> Broken:
    """The delivery of another processor."""
    request = intact(signed_by, body)
    return Broken(connector=connector, request=request, settings=own, others=others, cause=cause, sentence=sentence)


def by_another_scheme(connector: str, cause: str, sentence: str, **changed: str) -> Broken:
    """A sender of one's own that signs otherwise."""
    spec: Any = CONNECTORS[connector].document.signature
    other = replace(CONNECTORS[connector], scheme=spec.model_copy(update=changed).compile())
    request = sign(other, made(connector, EVENT), SETTINGS[connector], NOW)
    return Broken(connector=connector, request=request, settings=SETTINGS[connector], cause=cause, sentence=sentence)


def repeated() -> Broken:
    """A gateway that adds a header of its own under the same name."""
    request = intact("razorpay")
    own = (*request.headers, ("X-Razorpay-Signature", "0" * 64))
    return Broken(
        connector="razorpay",
        request=replace(request, headers=own),
        settings=SETTINGS["razorpay"],
        cause="header.repeated:1",
        sentence="It fits with number 1 of x-razorpay-signature, which came 2 times, alone.",
    )


def of_a_batch() -> Broken:
    """Two events of Adyen's in one delivery; the amount of the second was changed."""
    both = item()
    both["notificationItems"] += item(pspReference="PSP0000000000002")["notificationItems"]
    request = intact("adyen", both)
    first, _, rest = request.body.partition(b"PSP0000000000002")
    start = first.rindex(b'"value":1999')
    changed = first[:start] + b'"value":1' + first[start + len(b'"value":1999') :]
    return Broken(
        connector="adyen",
        request=replace(request, body=changed + b"PSP0000000000002" + rest),
        settings=SETTINGS["adyen"],
        cause="batch.one-changed",
        sentence="Event 2 of 2: Another event of the batch fits, so the secret is right: this one was changed.",
    )


def with_blanks(content: bytes) -> bytes:
    """A form whose signs + were turned into blanks, as by a framework that decodes twice."""
    pairs = parse_qsl(content.decode(), keep_blank_values=True)
    return "&".join(f"{name}={quote(value, safe='+/=')}" for name, value in pairs).encode()


def hexed(text: str) -> str:
    """The bytes that a base64 secret stands for, in hexadecimal."""
    return msgspec.json.decode(f'"{text.removeprefix("whsec_")}"', type=bytes).hex()


def base64(text: str) -> str:
    """The bytes of a hexadecimal text in base64."""
    return b64encode(bytes.fromhex(text)).decode()


SHOP: Final = {"stripe/shop": SETTINGS["stripe"]}
LIVE: Final = {"event": "charge.success", "data": {"id": 1, "domain": "live", "reference": "r", "amount": 1}}
ROUND: Final = {"event": {"id": "1", "type": "charge:confirmed", "data": {"n": 12345678901234567890}}, "id": 1}
HERE: Final = "http://127.0.0.1:4242/square"
BREAKS: Final[Mapping[str, Broken]] = {
    # The secret
    "blanks": secret("stripe", lambda t: f" {t}\n", "blanks", "It fits without the white space around signing_secret."),
    "quotes": secret("adyen", lambda t: f"'{t}'", "quotes", "It fits without the quotes around hmac_key.", item()),
    "breaks": secret(
        "checkout", lambda t: f"{t[:9]}\n{t[9:]}", "breaks", "It fits without the white space in signature_key."
    ),
    "brackets": secret(
        "sanlam", lambda t: f"<{t}>,", "marks", "It fits without the quotes, brackets or commas around webhook_secret."
    ),
    "whsec missing": secret(
        "stripe",
        lambda t: t.removeprefix("whsec_"),
        "prefix-missing-whsec_",
        "It fits with whsec_ before signing_secret.",
        signs="whsec_abcdefgh",
    ),
    "wsk missing": secret(
        "revolut",
        lambda t: t.removeprefix("wsk_"),
        "prefix-missing-wsk_",
        "It fits with wsk_ before signing_secret.",
        {"event": "ORDER_COMPLETED", "order_id": "1"},
        signs="wsk_abcdefgh",
    ),
    "whsec too many": secret(
        "razorpay",
        lambda t: f"whsec_{t}",
        "prefix-too-many-whsec_",
        "It fits without whsec_ at the beginning of webhook_secret.",
    ),
    "assignment": secret(
        "paddle",
        lambda t: f'export PADDLE="{t}"',
        "assignment",
        "It fits with only what is assigned in endpoint_secret_key.",
    ),
    "capitals": secret(
        "coinbase",
        str.upper,
        "small-letters",
        "It fits with webhook_shared_secret in small letters.",
        signs="abcdef0123",
    ),
    "percent": secret(
        "lemonsqueezy", quote, "percent", "It fits with signing_secret percent-decoded.", signs="a/b c+d&e"
    ),
    "once more in base64": secret(
        "gocardless",
        lambda t: b64encode(t.encode()).decode(),
        "wrapped",
        "It fits with the text that webhook_endpoint_secret holds in base64.",
        {"events": [{"id": "EV1", "resource_type": "payments", "action": "paid_out"}]},
    ),
    "hex for base64": secret(
        "standardwebhooks",
        hexed,
        "is-hexadecimal",
        "It fits with signing_secret decoded from hexadecimal.",
        "payment.succeeded",
    ),
    "base64 for hex": secret("adyen", base64, "is-base64", "It fits with hmac_key decoded from base64.", item()),
    "text for base64": secret(
        "standardwebhooks",
        lambda _: "m1ne0wnsecret",
        "is-text",
        "It fits with signing_secret taken as it stands, as text.",
        "payment.succeeded",
        signs=f"whsec_{b64encode(b'm1ne0wnsecret').decode()}",
    ),
    "bytes for text": by_another_scheme(
        "checkout",
        "sender.key-hex",
        "It fits with signature_key decoded from hexadecimal by the sender.",
        key=CONNECTORS["checkout"].document.signature.key.model_copy(update={"encoding": "hex"}),  # type: ignore[union-attr,arg-type]
    ),
    "previous with blanks": settings(
        "stripe",
        "secret.blanks:previous_secret",
        "It fits without the white space around previous_secret.",
        signing_secret="whsec_new",
        previous_secret=SETTINGS["stripe"]["signing_secret"] + " ",
    ),
    "other label": kept("stripe", SHOP, "account:stripe/shop", "It fits with the settings of stripe/shop."),
    "no secret, other label": kept(
        "stripe", SHOP, "account:stripe/shop", "It fits with the settings of stripe/shop.", own=""
    ),
    "other processor's secret": kept(
        "checkout",
        {"square": {"signature_key": SETTINGS["checkout"]["signature_key"]}},
        "secret-of:square",
        "It fits with the secret of square.",
    ),
    "other token": kept(
        "xendit",
        {"xendit/test": SETTINGS["xendit"]},
        "account:xendit/test",
        "It fits with the settings of xendit/test.",
        {"event": "payment.succeeded", "business_id": "1", "created": "x", "data": {}},
    ),
    "nobody's token": settings(
        "xendit",
        "verdict.invalid",
        "The token in the header x-callback-token is another one.",
        {"event": "payment.succeeded", "business_id": "1", "created": "x", "data": {}},
        callback_token="0ther-5ecret",
    ),
    "no address": settings(
        "square",
        "secret.implausible:notification_url",
        "notification_url is not an address, https://….",
        notification_url="shop.example",
    ),
    "no secret, and no address": settings(
        "square",
        "verdict.no_secret",
        "No secret is set, so the signature was not checked: set signature_key.",
        signature_key="",
        notification_url="shop.example",
    ),
    "no secret": kept(
        "razorpay",
        {},
        "verdict.no_secret",
        "No secret is set, so the signature was not checked: set webhook_secret.",
        own="",
    ),
    "api key of Stripe": settings(
        "stripe",
        "secret.implausible:signing_secret",
        "signing_secret looks like a secret API key.",
        signing_secret="sk_test_4eC39HqLyjWDarjtT1zdp7dc",
    ),
    "api key of Razorpay": settings(
        "razorpay",
        "secret.implausible:webhook_secret",
        "webhook_secret looks like a Razorpay key id.",
        webhook_secret="rzp_test_1DP5mmOlF5G5ag",
    ),
    "test secret, live event": settings(
        "paystack",
        "secret.mode",
        "The event is of live mode, and secret_key begins as those of test mode do.",
        LIVE,
        secret_key="sk_test_0123456789abcdef",
    ),
    "restricted API key": settings(
        "stripe",
        "secret.implausible:signing_secret",
        "signing_secret looks like a restricted API key.",
        signing_secret="rk_live_51Habc",
    ),
    "API key for hex": settings(
        "adyen",
        "secret.implausible:hmac_key",
        "The secret cannot be used: hmac_key is an Adyen API key, not hexadecimal.",
        item(),
        hmac_key="AQEyhmfxLI3MaBFLw0m",
    ),
    "as a dashboard shows it": settings(
        "stripe",
        "secret.implausible:signing_secret",
        "signing_secret is not the whole text.",
        signing_secret="whsec_…",
    ),
    "its beginning alone": settings(
        "revolut",
        "secret.implausible:signing_secret",
        "signing_secret is not the whole text.",
        {"event": "ORDER_COMPLETED", "order_id": "1"},
        signing_secret="wsk_",
    ),
    "not of that kind": settings(
        "stripe",
        "secret.implausible:signing_secret",
        "signing_secret does not begin with whsec_.",
        signing_secret="hunter2",
    ),
    "keys swapped": settings(
        "braintree",
        "secret.swapped:public_key",
        "It fits with private_key and public_key swapped.",
        "subscription_charged_successfully",
        private_key=SETTINGS["braintree"]["public_key"],
        public_key=SETTINGS["braintree"]["private_key"],
    ),
    "another pair's public key": settings(
        "braintree",
        "secret.key-named:throwaway_public_key",
        "It fits with the public_key that the message names, 'throwaway_public_key'.",
        "subscription_charged_successfully",
        public_key="of_another_pair",
    ),
    "part of the signed text not set": settings(
        "rapyd",
        "missing.setting:access_key",
        "The setting access_key takes part in the signature, and is not set.",
        "CUSTOMER_CREATED",
        access_key="",
    ),
    # The time
    "stale": late(
        "stripe",
        NOW + 732,
        "time.past",
        "The signature is right, but its timestamp is 12 min 12 s old; "
        "the tolerance is 5 min, so it is outside by 7 min 12 s.",
    ),
    "from the future": late(
        "paddle",
        NOW - 65,
        "time.future",
        "The signature is right, but its timestamp is 1 min 5 s ahead of the clock; "
        "the tolerance is 5 s, so it is outside by 1 min.",
    ),
    "judged long after": late(
        "finix",
        NOW + 90_000,
        "time.received",
        "It fits at the moment when it was received, 1 d 59 min before the one it is judged at.",
        received=NOW + 60,
    ),
    "milliseconds": by_hand(
        "standardwebhooks",
        NOW * 1000,
        "time.milliseconds",
        "It fits when its timestamp is read as milliseconds, where seconds are due.",
    ),
    "seconds": by_hand(
        "airwallex",
        NOW / 1000,
        "time.seconds",
        "It fits when its timestamp is read as seconds, where milliseconds are due.",
    ),
    "a date for a number": dated(),
    # The body
    "compact": body(
        "stripe",
        "charge.refunded",
        dumped(separators=(",", ":")),
        "indent-2",
        "It fits when the body is indented by two blanks.",
    ),
    "spaced": body("checkout", EVENT, dumped(), "compact", "It fits when the body is written without white space."),
    "was spaced": body(
        "razorpay",
        dumped()(msgspec.json.encode(EVENT)),
        dumped(separators=(",", ":")),
        "spaced",
        "It fits when the body is written with a blank after each comma and colon.",
    ),
    "was indented by four": body(
        "klarna",
        dumped(indent=4)(msgspec.json.encode({"metadata": {"event_type": "payment.request.state-change.completed"}})),
        dumped(),
        "indent-4",
        "It fits when the body is indented by four blanks.",
    ),
    "was a file": body(
        "cryptopay",
        dumped(indent=2)(msgspec.json.encode(EVENT)) + b"\n",
        dumped(),
        "indent-2-line-feed",
        "It fits when the body is indented by two blanks, with a line feed at its end.",
    ),
    "was sorted": body(
        "paystack",
        dumped(sort_keys=True, separators=(",", ":"))(msgspec.json.encode(LIVE)),
        lambda _: msgspec.json.encode(LIVE),
        "sorted",
        "It fits when the body is written without white space, its keys sorted.",
    ),
    "slashes unescaped": body(
        "razorpay",
        msgspec.json.encode(UMLAUTS).replace(b"/", b"\\/"),
        lambda content: content.replace(b"\\/", b"/"),
        "slashes-escaped",
        "It fits when the body is written with slashes escaped.",
    ),
    "slashes escaped": body(
        "payload",
        UMLAUTS,
        lambda content: content.replace(b"/", b"\\/"),
        "slashes-plain",
        "It fits when the body is written with slashes not escaped.",
    ),
    "umlauts escaped": body(
        "lemonsqueezy",
        UMLAUTS,
        dumped(separators=(",", ":")),
        "letters",
        "It fits when the body is written with \\u… as the letters themselves.",
    ),
    "umlauts unescaped": body(
        "coinbase",
        dumped()(msgspec.json.encode(UMLAUTS)),
        dumped(ensure_ascii=False),
        "ascii",
        "It fits when the body is written with other letters than ASCII as \\u….",
    ),
    "as PHP writes it": body(
        "worldpay",
        dumped(separators=(",", ":"))(msgspec.json.encode(UMLAUTS)).replace(b"/", b"\\/"),
        dumped(ensure_ascii=False),
        "compact-slashes-escaped-ascii",
        "It fits when the body is written without white space, slashes escaped and other letters than ASCII as \\u….",
    ),
    "decimals cut": body(
        "cashfree",
        b'{"event_time":"x","amount":170.00}',
        lambda _: b'{"event_time":"x","amount":170.0}',
        "cents",
        "It fits when the body is written with two decimals in every decimal number.",
    ),
    "line feed added": body(
        "square",
        EVENT,
        lambda content: content + b"\n",
        "line-end-added",
        "It fits when the line end after the body is cut off.",
    ),
    "line feed cut": body(
        "paddle",
        msgspec.json.encode(EVENT) + b"\n",
        bytes.rstrip,
        "line-feed-cut",
        "It fits when a line feed stands after the body.",
    ),
    "crlf": body(
        "finix",
        dumped(indent=1)(msgspec.json.encode(EVENT)),
        lambda content: content.replace(b"\n", b"\r\n"),
        "crlf",
        "It fits when its line ends are LF, not CRLF.",
    ),
    "byte-order mark": body(
        "imerchantsolutions",
        EVENT,
        lambda content: b"\xef\xbb\xbf" + content,
        "mark-added",
        "It fits when the byte-order mark before the body is cut off.",
    ),
    "charset": body(
        "paysafe",
        UMLAUTS,
        lambda content: content.decode().encode("latin-1"),
        "from-latin-1",
        "It fits when the body is read as ISO 8859-1 and written as UTF-8.",
    ),
    "double UTF-8": body(
        "nmi",
        UMLAUTS,
        lambda content: content.decode("latin-1").encode(),
        "to-latin-1",
        "It fits when the body is read as UTF-8 and written as ISO 8859-1.",
    ),
    "packed": body("checkout", EVENT, gzip.compress, "gzip", "It fits when the body is unpacked: it is gzip."),
    "in base64": body(
        "polar",
        UMLAUTS,
        b64encode,
        "base64",
        "It fits when the body is decoded from base64.",
    ),
    "as a text": body(
        "standardwebhooks",
        EVENT,
        lambda content: msgspec.json.encode(content.decode()),
        "json-text",
        "It fits when the body is what its JSON text holds.",
    ),
    "form's blanks": body(
        "bluesnap",
        b"transactionType=CHARGE&note=a+b&referenceNumber=1",
        lambda content: content.replace(b"+", b"%20"),
        "form",
        "It fits when the body is written as a form with + for blanks.",
    ),
    "form's plus signs": body(
        "braintree",
        "subscription_charged_successfully",
        with_blanks,
        "form-plus",
        "It fits when the body is read with its + as plus signs.",
    ),
    "rounded": body(
        "coinbase",
        ROUND,
        lambda content: content.replace(b"12345678901234567890", b"12345678901234567000"),
        "rounded",
        "The body holds a number that looks rounded to 53 bits, as by JavaScript: digits may be lost.",
    ),
    "batch cut": body(
        "adyen",
        item(),
        lambda content: content[:80],
        "cut",
        "The body ends after 80 bytes in the middle of its JSON, as one does that was cut.",
    ),
    "cut": body(
        "checkout",
        EVENT,
        lambda content: content[:40],
        "cut",
        "The body ends after 40 bytes in the middle of its JSON, as one does that was cut.",
    ),
    "letters lost": body(
        "worldpay",
        UMLAUTS,
        lambda content: content.decode("ascii", "replace").encode(),
        "lost-letters",
        "The body holds U+FFFD, which stands for letters that were lost in a wrong charset.",
    ),
    "empty": body(
        "sanlam", EVENT, lambda _: b"", "empty", "The body is empty: if one was sent, something read it before."
    ),
    # The address
    "http for https": address(
        "square",
        "https://127.0.0.1:4242/square",
        HERE,
        "https://127.0.0.1:4242/square",
        "https://127.0.0.1:4242/square",
    ),
    "tunnel": address(
        "square",
        "https://ab12.example/square",
        HERE,
        "https://ab12.example/square",
        "https://ab12.example/square",
        X_Forwarded_Host="ab12.example",
        X_Forwarded_Proto="https",
    ),
    "last slash": address("square", HERE + "/", HERE, HERE + "/", HERE + "/"),
    "port": address(
        "square",
        "https://shop.example/square",
        "http://shop.example:8080/square",
        "https://shop.example/square",
        "https://shop.example/square",
    ),
    "query backwards": address("square", HERE + "?b=2&a=1", HERE + "?a=1&b=2", HERE + "?b=2&a=1", HERE + "?b=2&a=1"),
    "query": address("square", HERE + "?a=1&b=2", HERE + "?b=2&a=1", HERE + "?a=1&b=2", HERE + "?a=1&b=2"),
    "another path": address(
        "rapyd",
        "https://shop.example/hooks",
        "http://127.0.0.1:4242/rapyd",
        "https://shop.example/hooks",
        "https://shop.example/hooks",
        X_Forwarded_Host="shop.example",
        X_Original_URL="/hooks",
    ),
    # The header
    "no signature": without(
        "stripe",
        "stripe-signature",
        "missing.signature",
        "There is no signature: the header stripe-signature is missing.",
    ),
    "no signature in the body": Broken(
        connector="adyen",
        request=made("adyen", item()),
        settings=SETTINGS["adyen"],
        cause="missing.signature",
        sentence="There is no signature: the member additionalData.hmacSignature is missing.",
    ),
    "authorization taken away": without(
        "dlocal", "authorization", "missing.signature", "There is no signature: the header authorization is missing."
    ),
    "renamed": without(
        "stripe",
        "stripe-signature",
        "header.renamed:alike",
        "It fits when X-Original-Stripe-Signature is read as stripe-signature.",
        X_Original_Stripe_Signature="",
    ),
    "renamed beyond recognition": without(
        "checkout", "cko-signature", "header.renamed:x-auth", "It fits when X-Auth is read as cko-signature.", X_Auth=""
    ),
    "signed header missing": without(
        "standardwebhooks",
        "webhook-id",
        "missing.header:webhook-id",
        "The signed text holds the header webhook-id, which is missing.",
        "payment.succeeded",
    ),
    "cut signature": header(
        "square",
        "x-square-hmacsha256-signature",
        lambda text: text[:30],
        "header.cut",
        "It fits when it is completed: 14 of its 44 characters were cut off.",
    ),
    "short signature": header(
        "square",
        "x-square-hmacsha256-signature",
        lambda _: "AAAA",
        "header.length",
        "The signature in the header x-square-hmacsha256-signature has 3 bytes, and HMAC-SHA256 has 32.",
    ),
    "nonsense": header(
        "razorpay",
        "x-razorpay-signature",
        lambda _: "undefined",
        "header.unreadable",
        "The signature in the header x-razorpay-signature is not hex.",
    ),
    "base64 signature": header(
        "cryptopay",
        "x-cryptopay-signature",
        base64,
        "header.is-base64",
        "It fits with the signature read as base64.",
    ),
    "hex signature": header(
        "cashfree",
        "x-webhook-signature",
        hexed,
        "header.is-hexadecimal",
        "It fits with the signature read as hexadecimal.",
    ),
    "prefix missing": header(
        "authorizedotnet",
        "x-anet-signature",
        lambda text: text.removeprefix("sha512="),
        "header.mark-missing",
        "It fits with sha512= before the signature.",
    ),
    "prefix too many": header(
        "coinbase",
        "x-cc-webhook-signature",
        lambda text: "sha256=" + text,
        "header.mark-too-many",
        "It fits without sha256= before the signature.",
    ),
    "separators": header(
        "stripe",
        "stripe-signature",
        lambda text: text.replace(",", "; "),
        "header.separators",
        "It fits with its parts separated as Stripe separates them.",
    ),
    "quoted signature": header(
        "airwallex",
        "x-signature",
        lambda text: f'"{text}"',
        "header.quotes",
        "It fits without the quotes around the signature.",
    ),
    "two signatures": header(
        "gocardless",
        "webhook-signature",
        lambda text: "00" * 32 + "," + text,
        "header.list:2",
        "It fits with number 2 of the 2 entries in webhook-signature, alone.",
        {"events": [{"id": "EV1", "resource_type": "payments", "action": "paid_out"}]},
    ),
    "repeated header": repeated(),
    "signatures of a rotation": header(
        "revolut",
        "revolut-signature",
        lambda _: f"v1={'0' * 64},v1={'1' * 64}",
        "header.rotation",
        "There are 2 signatures, as while a secret is rotated; none fits the secret that is set.",
        {"event": "ORDER_COMPLETED", "order_id": "1"},
    ),
    # The sender
    "for another path": sent_to(
        "stripe",
        "standardwebhooks",
        "processor:standardwebhooks",
        "It fits as a message of Standard Webhooks, with the secret of standardwebhooks.",
        {"standardwebhooks": SETTINGS["standardwebhooks"]},
        signing_secret="whsec_0ther",
    ),
    "for another path, same secret": sent_to(
        "razorpay",
        "checkout",
        "processor:checkout:same-secret",
        "It fits as a message of Checkout.com, with the secret that is set for Razorpay.",
        {},
        webhook_secret=SETTINGS["checkout"]["signature_key"],
    ),
    "of another processor": sent_to(
        "stripe",
        "paddle",
        "missing.other-processor",
        "The signature of Stripe is missing (the header stripe-signature); paddle-signature is there, "
        "which Paddle Billing sends.",
        {},
        signing_secret="whsec_0ther",
    ),
    "signed after all": sent_to(
        "itaubank",
        "razorpay",
        "processor:razorpay",
        "It fits as a message of Razorpay, with the secret of razorpay.",
        {"razorpay": SETTINGS["razorpay"]},
    ),
    "unsigned": Broken(
        connector="itaubank",
        request=made("itaubank", {"pix": [{"endToEndId": "E1"}]}),
        settings={},
        cause="verdict.unsigned",
        sentence=CONNECTORS["itaubank"].document.signature.reason,  # type: ignore[union-attr]
    ),
    "body alone": by_another_scheme(
        "stripe",
        "sender.text-body",
        "It fits when the body alone is signed, not {timestamp}.{body}.",
        signed="{body}",
    ),
    "another hash": by_another_scheme(
        "razorpay",
        "sender.hash-sha512",
        "It fits with HMAC-SHA512, where Razorpay signs with HMAC-SHA256.",
        hash="sha512",
    ),
    "of a processor that signs in the body": sent_to(
        "stripe",
        "adyen",
        "missing.other-processor",
        "The signature of Stripe is missing (the header stripe-signature); the message looks like one of Adyen.",
        {},
        item(),
        signing_secret="whsec_0ther",
    ),
    "in the body, for another path": sent_to(
        "stripe",
        "adyen",
        "processor:adyen",
        "It fits as a message of Adyen, with the secret of adyen.",
        {"adyen": SETTINGS["adyen"]},
        item(),
        signing_secret="whsec_0ther",
    ),
    "not to be read": sent_to(
        "adyen",
        "braintree",
        "unreadable.other-processor",
        "The signature cannot be checked: the body is not JSON: Expecting value at line 1 column 1; "
        "the message looks like one of Braintree.",
        {},
        "subscription_charged_successfully",
        hmac_key=SETTINGS["adyen"]["hmac_key"],
    ),
    "one of a batch": of_a_batch(),
    "more after its end": body(
        "razorpay",
        EVENT,
        lambda content: content + b"xyz",
        "",
        "The signature in the header x-razorpay-signature does not match: "
        "another secret, or the signed text was changed.",
    ),
    "a round sum": body(
        "checkout",
        {**EVENT, "wei": 10**18},
        lambda content: content.replace(b'"ch_1"', b'"ch_2"'),
        "",
        "The signature in the header cko-signature does not match: another secret, or the signed text was changed.",
    ),
    "anything": body(
        "razorpay",
        EVENT,
        lambda content: re.sub(rb"ch_1", b"ch_2", content),
        "",
        "The signature in the header x-razorpay-signature does not match: "
        "another secret, or the signed text was changed.",
    ),
}
