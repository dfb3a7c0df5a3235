"""The address: processors that sign it sign the one that is registered with them, to the last slash."""

from collections.abc import Iterator
from itertools import product
from typing import Final
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from msgspec.structs import replace

from inspector.core.diagnose.case import Trial
from inspector.core.diagnose.subject import Subject
from inspector.core.locate import Message, locator
from inspector.core.signatures.jws import Jws

__all__ = ["addresses"]

_PORTS: Final = {"http": 80, "https": 443}


def addresses(subject: Subject) -> Iterator[Trial]:
    """Other addresses under which the same delivery may be registered."""
    yield from _query(subject)
    if not subject.covers("url") and not isinstance(subject.scheme, Jws):
        return
    name = f"INSPECTOR_{subject.case.connector.name}_NOTIFICATION_URL".upper()
    advice = f"Set {name} to the address as it is registered with {subject.title}, or start with --public-url."
    seen = {_assumed(subject)}
    for url in _candidates(subject):
        if url not in seen:
            seen.add(url)
            case = subject.with_settings({"notification_url": url})
            yield Trial(f"address:{url[:200]}", f"when the address is {url[:200]}", advice, case)


def _assumed(subject: Subject) -> str:
    return subject.case.settings.get("notification_url") or subject.case.request.url


def _candidates(subject: Subject) -> Iterator[str]:
    """Schemes, hosts, paths and queries of all addresses that are known, each with each; the likeliest first."""
    known = list(dict.fromkeys((_assumed(subject), subject.case.request.url, *_forwarded(subject.message))))
    for url in known:
        yield from _near(url)
    parts = [urlsplit(url) for url in known if _readable(url)]
    hosts, rests = ((each.scheme, each.netloc) for each in parts), [(each.path, each.query) for each in parts]
    for (scheme, host), (path, query) in product(list(dict.fromkeys(hosts)), dict.fromkeys(rests)):
        yield from _near(urlunsplit((scheme, host, path, query, "")))


def _readable(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and (parts.port or 0) >= 0
    except ValueError:
        return False


def _near(url: str) -> Iterator[str]:
    """The address with another scheme, port, last slash, or query."""
    yield url
    if not _readable(url):
        return
    parts = urlsplit(url)
    other = {"http": "https", "https": "http"}.get(parts.scheme, parts.scheme)
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    path = parts.path.rstrip("/") if parts.path.endswith("/") else parts.path + "/"
    netlocs = dict.fromkeys((parts.netloc, host, f"{host}:{parts.port or _PORTS.get(parts.scheme, 80)}"))
    for netloc, scheme in product(netlocs, (parts.scheme, other)):
        yield urlunsplit((scheme, netloc, parts.path, parts.query, ""))
        yield urlunsplit((scheme, netloc, path, parts.query, ""))
    if parts.query:
        pairs = parse_qsl(parts.query, keep_blank_values=True)
        orders = (urlencode(each) for each in (sorted(pairs), pairs[::-1], pairs))
        for query in ("", *orders, unquote(parts.query)):
            yield urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))
    yield url.rstrip("/")


def _forwarded(message: Message) -> Iterator[str]:
    """The address that a proxy says it was called by: X-Forwarded-Proto, -Host and -Port, or X-Original-URL."""
    headers = message.headers
    host = headers.get("x-forwarded-host", "") or headers.get("x-original-host", "") or headers.get("host", "")
    scheme = headers.get("x-forwarded-proto", "").partition(",")[0].strip() or "https"
    rest = message.request.path + (f"?{message.request.query}" if message.request.query else "")
    host = host.partition(",")[0].strip()
    if host:
        for path in (rest, headers.get("x-original-url", ""), headers.get("x-forwarded-prefix", "") + rest):
            if path.startswith("/"):
                yield f"{scheme}://{host}{path}"


def _query(subject: Subject) -> Iterator[Trial]:
    """Mercado Pago signs the parameter data.id, which rewriting proxies lose; the body knows it as well."""
    if not subject.covers("mercadopago-manifest") or subject.message.query.get("data.id"):
        return
    found = locator("data.id").find(subject.message)
    if isinstance(found, str | int):
        request = subject.case.request
        url = f"{request.url.partition('?')[0]}?{urlencode({'data.id': str(found)})}"
        advice = "Something on the way drops the query of the address: hand it on."
        fit = "when the address has the parameter data.id that the body names"
        yield Trial("address.query", fit, advice, subject.with_request(replace(request, url=url)))
