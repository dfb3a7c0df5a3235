"""Secrets are planted wherever a user may put one, everything is used, and then all that was written is searched."""

import io
import json
import logging
import traceback
from base64 import b64encode
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

import pytest

from inspector.cli.output import encode
from inspector.cli.rows import delivery_values, event_line
from inspector.core import Bad, parse_query, spoil
from inspector.core.signatures.key import KeySpec
from inspector.model import InspectorError
from inspector.settings import load_settings
from tests.cli.running import event, inspector, listening
from tests.connectors.shared import CONNECTORS, NOW, SAMPLES, SETTINGS, signed
from tests.test_workspace import opened

ENVIRONMENT, FILE, KEPT, GIVEN, LINE = (
    f"whsec_{sha256(place.encode()).hexdigest()}" for place in ("environment", "file", "vault", "command", "line")
)
ADYEN = sha256(b"adyen").hexdigest()
PLANTED = (ENVIRONMENT, FILE, KEPT, GIVEN, LINE, ADYEN)
PUBLIC = frozenset(
    "notification_url currency amount_unit capture_method public_key certificate ca_certificate jwks webhook_id "
    "x_login access_key".split()
)


def forms(secret: str) -> Iterator[bytes]:
    """What a secret looks like where somebody wrote it in another way."""
    for text in {secret, secret.removeprefix("whsec_")}:
        raw = text.encode()
        yield from (raw, b64encode(raw).rstrip(b"="), raw.hex().encode(), quote(text, safe="").encode())
        yield from (json.dumps(text)[1:-1].encode(), text[::-1].encode(), raw[:20])


def leaked(content: bytes, secrets: tuple[str, ...] = PLANTED) -> list[str]:
    """The secrets that stand in it."""
    return [secret for secret in secrets if any(form in content for form in forms(secret))]


def plant(home: Path) -> dict[str, str]:
    """Secrets in the file, in the vault and (the variables) in the environment."""
    config = home / ".config" / "inspector"
    config.mkdir(parents=True)
    (config / "inspector.toml").write_text(
        f'[connectors."stripe/file"]\nsigning_secret = "{FILE}"\n[connectors.adyen]\nhmac_key = "{ADYEN}"\n'
    )
    assert inspector("secrets", "set", "stripe/kept", home=home, stdin=KEPT).returncode == 0
    return {"INSPECTOR_STRIPE_SIGNING_SECRET": ENVIRONMENT}


def triggers() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """What is triggered: an account, a sample, and flags."""
    for flags in ((), ("--tamper",), ("--unsigned",), ("--bad", "wrong-secret"), ("--print",), ("--secret", GIVEN)):
        yield "stripe", "invoice.paid", flags
    for account, name in (("stripe/file", "invoice.paid"), ("stripe/kept", "invoice.paid")):
        yield account, name, ()
        yield account, name, ("--tamper",)
    yield "adyen", "AUTHORISATION.success", ("--tamper",)


def test_a_leak_would_be_seen() -> None:
    """The search finds a secret as it is, without its prefix, in base64 and in hexadecimal."""
    for text in (KEPT, KEPT.removeprefix("whsec_"), b64encode(KEPT.encode()).decode(), KEPT.encode().hex()):
        assert leaked(f"some {text} text".encode()) == [KEPT]
    assert leaked(b"nothing of it") == []


def test_no_command_tells_one(tmp_path: Path) -> None:
    """Standard output, standard error, the database and every other file but the two that the user keeps them in."""
    variables = plant(tmp_path)
    written: list[str] = []
    with listening("--json", home=tmp_path, **variables) as receiver:
        at = f":{receiver.port}"
        for account, name, more in triggers():
            words = ("trigger", account, name, "--to", f"{at}/{account}", *more)
            found = inspector(*words, home=tmp_path, **variables)
            written += [found.stdout, found.stderr]
        for body in (b"{", event(), b"\xff"):
            receiver.post("/stripe", body, {"Stripe-Signature": "t=1,v1=00"})
        words = ("--to", f"{at}/stripe", "--connector", "stripe")
        commands = (
            *(("events",), ("events", "--json"), ("secrets", "list"), ("secrets", "list", "--json"), ("doctor",)),
            *(("doctor", "--json"), ("connectors", "show", "stripe"), ("probe", *words), ("probe", *words, "--json")),
            *(("secrets", "set", "stripe", GIVEN), ("secrets", "set", GIVEN), ("handle", "--jsonl")),
        )
        line = {"connector": "stripe", "headers": {"Stripe-Signature": "t=1,v1=00"}, "body": event().decode()}
        given: tuple[dict[str, object], ...] = ({"secret": LINE}, {"secret": [LINE]}, {"settings": {"x": LINE}})
        stdin = "\n".join(json.dumps({**line, **more}) for more in given)
        for command in commands[:-1]:
            found = inspector(*command, home=tmp_path, **variables)
            written += [found.stdout, found.stderr]
        answered = inspector(*commands[-1], home=tmp_path, stdin=stdin, **variables)
        _, out, err = receiver.stop()
    written += [answered.stdout, answered.stderr, out, err]
    assert sum(text.count("VALID") for text in written) > 10
    assert leaked("\n".join(written).encode()) == []
    kept = {"inspector.toml", "secrets.json"}
    files = [each for each in tmp_path.rglob("*") if each.is_file() and each.name not in kept]
    assert any(each.suffix == ".db" for each in files)
    assert {each.name: leaked(each.read_bytes()) for each in files if leaked(each.read_bytes())} == {}


def secrets_of(name: str) -> tuple[str, ...]:
    """What of a processor's settings is secret."""
    return tuple(text for setting, text in SETTINGS[name].items() if setting not in PUBLIC)


def contents(folder: Path) -> list[bytes]:
    """What every file in a folder holds."""
    return [each.read_bytes() for each in folder.rglob("*") if each.is_file()]


def is_keyed(name: str) -> bool:
    """Whether the processor signs with its secret, and does not send it."""
    signature = CONNECTORS[name].document.signature
    specs = signature if isinstance(signature, list) else [signature]
    return all(isinstance(getattr(spec, "key", None), KeySpec) for spec in specs)


@pytest.mark.parametrize("name", [name for name in CONNECTORS if is_keyed(name)])
async def test_no_scheme_tells_one(name: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Signed, spoilt or broken, of every processor that signs with a secret: neither in what is stored, nor printed,
    nor logged, nor in the signed text that is made visible. A token that is sent is a part of the request itself."""
    caplog.set_level(logging.DEBUG)
    requests = [signed(name, each.request) for each in SAMPLES if each.connector == name][:3]
    said = []
    for bad in Bad:
        try:
            requests.append(spoil(CONNECTORS[name], requests[0], SETTINGS[name], NOW, bad))
        except InspectorError as error:
            said.append(str(error).encode())
    variables = {f"INSPECTOR_{name}_{setting}".upper(): text for setting, text in SETTINGS[name].items()}
    async with opened(tmp_path, variables) as workspace:
        for request in requests:
            await workspace.receive(request, name, "")
        deliveries = [workspace.delivery(number) for number in range(1, len(requests) + 1)]
        lines = [event_line(row) for row in workspace.rows(workspace.ids(parse_query("")))]
    told = [encode(delivery_values(each)) for each in deliveries]
    texts = [event.verification.signed_text or b"" for each in deliveries for event in each.inspection.events]
    told += [repr(deliveries).encode(), "\n".join(lines).encode(), caplog.text.encode()]
    everything = [*said, *told, *texts, *contents(tmp_path)]
    assert any(texts)
    assert [found for each in everything if (found := leaked(each, secrets_of(name)))] == []


class Broken(Mapping[str, object]):
    """Breaks whatever looks into it."""

    def __getitem__(self, _: str) -> object:
        raise RuntimeError("broken on purpose")

    def __iter__(self) -> Iterator[str]:
        raise RuntimeError("broken on purpose")

    def __len__(self) -> int:
        return 1


async def test_no_traceback_tells_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistake of ours while a delivery is verified, as Python writes it down and as the log does."""
    variables = {"INSPECTOR_STRIPE_SIGNING_SECRET": ENVIRONMENT}
    log = io.StringIO()
    logger = logging.getLogger("test_no_traceback_tells_one")
    logger.addHandler(logging.StreamHandler(log))
    async with opened(tmp_path, variables) as workspace:
        monkeypatch.setattr(workspace.service, "connectors", Broken())
        try:
            await workspace.receive(signed("stripe", SAMPLES[0].request), "stripe", "")
        except RuntimeError:
            logger.exception("while a delivery was verified: %r %r", workspace.settings, vars(workspace.settings))
            log.write(traceback.format_exc())
    assert log.getvalue().count("broken on purpose") >= 2
    assert leaked(log.getvalue().encode()) == []


@pytest.mark.parametrize(
    "text",
    [
        f'[connectors.stripe]\nsigning_secret = ["{FILE}"]\n',
        f'[connectors]\nstripe = "{FILE}"\n',
        f'[listen]\nport = "{FILE}"\n',
        f'[connectors.stripe\nsigning_secret = "{FILE}"\n',
        f'[connectors.stripe]\nsigning_secret = "{FILE}\n',
    ],
)
def test_no_mistake_in_a_file_tells_one(tmp_path: Path, text: str) -> None:
    """The place is named, and not what stands there."""
    file = tmp_path / "inspector.toml"
    file.write_text(text)
    with pytest.raises(InspectorError) as caught:
        load_settings(CONNECTORS, {}, file)
    assert leaked(f"{caught.value}{traceback.format_exception(caught.value)}".encode()) == []
