"""What ngrok says, in words: the reason and the fix. https://ngrok.com/docs/errors/reference"""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from inspector.model import InspectorError, visible

__all__ = ["no_token", "told", "too_old"]

_TOKENS: Final = "https://dashboard.ngrok.com/get-started/your-authtoken"
_BILLING: Final = "See https://dashboard.ngrok.com/billing, or use another tunnel: --public-url"
_NO_TOKEN: Final = (
    "ngrok wants the token of an account",
    f"inspector secrets set ngrok, or NGROK_AUTHTOKEN; it stands on {_TOKENS}",
)
_BAD_TOKEN: Final = (
    "ngrok does not accept the token",
    f"Set it anew: inspector secrets set ngrok; it stands on {_TOKENS}",
)
_QUOTA: Final = ("the ngrok account has used up what it may this month", _BILLING)
_TOO_OLD: Final = ("ngrok's agent is too old", "ngrok update, or https://ngrok.com/download")
_NOT_YOURS: Final = ("the domain is not one of the ngrok account", "See https://dashboard.ngrok.com/domains")

_KNOWN: Final[dict[int, tuple[str, str]]] = {
    102: ("the last payment for the ngrok account failed", _BILLING),
    103: ("the ngrok account is suspended", "See https://dashboard.ngrok.com"),
    105: _BAD_TOKEN,
    106: _BAD_TOKEN,
    107: _BAD_TOKEN,
    108: (
        "the ngrok account has as many agents running as it may",
        "End another one (https://dashboard.ngrok.com/agents shows them), and open it again (n)",
    ),
    109: _BAD_TOKEN,
    120: _TOO_OLD,
    121: _TOO_OLD,
    319: _NOT_YOURS,
    320: _NOT_YOURS,
    334: (
        "another agent has this address already",
        "End it (https://dashboard.ngrok.com/agents), or name another --domain",
    ),
    725: _QUOTA,
    726: _QUOTA,
    727: _QUOTA,
    734: ("the ngrok account has had too many requests within a minute", "Wait a minute"),
    3200: ("ngrok knows of no agent at this address", "Open it anew (n)"),
    4018: _NO_TOKEN,
    8012: ("ngrok's agent does not reach the receiver", "Open it anew (n)"),
}
_CODE = re.compile(r"ERR_NGROK_(\d+)")
# What the agent says of a network that is not there, whatever it was trying: Go's net package.
_NETWORK = re.compile(
    r"dial tcp|lookup |no such host|i/o timeout|network is unreachable|connection refused|has no records"
)


def no_token() -> InspectorError:
    """There is no token to try."""
    return InspectorError("The tunnel does not start", _NO_TOKEN[0], _NO_TOKEN[1])


def too_old() -> InspectorError:
    """The agent lacks what it is asked for."""
    return InspectorError("The tunnel does not start", *_TOO_OLD)


def told(texts: Iterable[str], secrets: Sequence[str] = ()) -> InspectorError:
    """What the first of these texts that is known means; else the first of them. No secret is repeated."""
    said = [text for text in texts if text.strip()]
    for text in said:
        if (code := _CODE.search(text)) and (known := _KNOWN.get(int(code[1]))):
            return InspectorError("The tunnel does not start", f"{known[0]} ({code[0]})", known[1])
    for text in said:
        if _NETWORK.search(text):
            fix = "Is the network there? A firewall has to let the agent out to port 443"
            return InspectorError("The tunnel does not start", "ngrok cannot be reached", fix)
    first = said[0].replace("\\r", " ").replace("\\n", " ") if said else "ngrok's agent ended without a word"
    for secret in secrets:
        first = first.replace(secret, "…") if secret else first
    code = _CODE.search(first)
    fix = f"https://ngrok.com/docs/errors/{code[0].lower()}" if code else "ngrok diagnose looks into it"
    return InspectorError("The tunnel does not start", visible(" ".join(first.split()), 200), fix)
