"""Destinations: each app gets what its rule takes, with its own headers, certificates and secret."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from msgspec.structs import replace

from inspector.core import EventService
from inspector.model import CapturedRequest, Destination, ForwardMode, InspectorError, Rule
from inspector.settings import load_settings
from inspector.workspace import Options, Workspace, decisions, resend
from tests.apps import running_app
from tests.connectors.shared import CONNECTORS, SETTINGS, sample, signed
from tests.test_workspace import opened, succeeded

REFUNDED = signed("stripe", sample("stripe", "charge.refunded"))
ADYEN = signed("adyen", sample("adyen", "AUTHORISATION.success"))
STRIPE = SETTINGS["stripe"]["signing_secret"]


def certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's context with a certificate for localhost that it signed itself, and the file of that certificate."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "app")])
    begins = datetime.fromtimestamp(Workspace.clock(), UTC) - timedelta(days=1)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(begins).not_valid_after(begins + timedelta(days=30))
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    made = builder.sign(key, hashes.SHA256())
    pem, private = folder / "ca.pem", folder / "key.pem"
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    form, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    private.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, plain))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, private)
    return context, pem


async def test_each_app_gets_what_its_rule_takes(tmp_path: Path) -> None:
    """By itself and by hand; what none takes is said with every reason, and nothing is sent."""
    async with running_app() as refunds, running_app() as rest:
        destinations = (
            Destination(refunds.url, name="refunds", rule=Rule(event=("WEBHOOK_REFUND_*",))),
            Destination(rest.url, name="rest", rule=Rule(connector=("stripe",), event=("!WEBHOOK_REFUND_*",))),
        )
        async with opened(tmp_path, auto_forward=True, destinations=destinations) as workspace:
            await workspace.listen()
            for request in (succeeded(), REFUNDED, succeeded()):
                await workspace.receive(request, "stripe", "")
            await workspace.receive(ADYEN, "adyen", "")
            await refunds.got(1)
            await rest.got(2)
            attempts = await workspace.forward(2)
            assert [each.destination for each in attempts] == [refunds.url]
            with pytest.raises(InspectorError, match="No destination takes this") as caught:
                await workspace.forward(4)
            assert "rest takes connector stripe, and this is adyen" in caught.value.detail
            (attempt,) = await workspace.forward(4, "rest")
            assert attempt.status_code == 200
            assert [each.goes for each in decisions(workspace, workspace.delivery(1))] == [False, True]
    assert refunds.bodies == [REFUNDED.body] * 2
    assert rest.bodies == [succeeded().body, succeeded().body, ADYEN.body]


async def test_a_destination_with_a_secret_of_its_own_gets_what_is_signed_with_it(tmp_path: Path) -> None:
    """The app there has another secret than the receiver; the attempt says that it was signed anew, and no attempt,
    no word of the settings and no value of the destination has the secret or the header's value."""
    file = tmp_path / "inspector.toml"
    async with running_app() as app:
        file.write_text(
            f'[destinations.shop]\nurl = "{app.url}"\nsecret = "in_the_file"\nheaders = {{ X-Token = "hidden" }}\n'
        )
        variables = {"INSPECTOR_STRIPE_SIGNING_SECRET": STRIPE, "INSPECTOR_DESTINATION_SHOP_SECRET": "whsec_other"}
        settings = load_settings(CONNECTORS, variables, file)
        options = Options(data=tmp_path, port=0, destinations=settings.destinations.all)
        workspace = await Workspace.open(options, lambda _: settings)
        await workspace.receive(succeeded(), "stripe", "")
        await workspace.receive(replace(succeeded(), body=b"?"), "nobody", "")
        (first,), (unknown,) = await workspace.forward(1), await workspace.forward(2)
        await resend(workspace, 1)
        now = workspace.clock()
        await workspace.close()
    assert first.mode is ForwardMode.RESIGNED
    assert "who would sign" in unknown.error
    assert len(app.received) == 2
    service = EventService(CONNECTORS)
    for received in app.received:
        assert received.header("x-token") == "hidden"
        sent = replace(received, received_at=now)
        assert service.handle(sent, "stripe", {"signing_secret": "whsec_other"}, now).source_verified
    said = f"{first} {settings!r} {vars(settings)} {options}"
    assert not any(word in said for word in ("whsec_other", "in_the_file", "hidden"))


async def test_an_app_with_a_certificate_of_its_own(tmp_path: Path) -> None:
    """Refused as it is, taken with its file or with any certificate; a file that holds none is told at once."""
    context, file = certificate(tmp_path)
    async with running_app(tls=context) as app:
        destinations = (
            Destination(app.url, name="plain"),
            Destination(app.url, name="any", insecure=True),
            Destination(app.url, name="own", ca_file=str(file)),
        )
        async with opened(tmp_path, destinations=destinations) as workspace:
            await workspace.receive(succeeded(), "stripe", "")
            plain, insecure, own = await workspace.forward(1)
    assert "TLS" in plain.error
    assert (insecure.status_code, own.status_code) == (200, 200)
    for name, words in (("key.pem", "no certificate can be read"), ("nowhere.pem", "No such file")):
        with pytest.raises(InspectorError, match="no certificate can be read") as caught:
            async with opened(tmp_path, destinations=(Destination(app.url, ca_file=str(tmp_path / name)),)):
                pass
        assert words in str(caught.value)


async def test_a_rule_for_a_processor_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    """Nothing would ever go there; the key in the file and the name that was meant are said."""
    with pytest.raises(InspectorError) as caught:
        async with opened(tmp_path, destinations=(Destination("http://x", name="shop", rule=Rule(("strip",))),)):
            pass
    assert "destinations.shop.connector: there is no strip (did you mean stripe?)" in caught.value.detail


def test_mistakes_in_a_destination_are_told_with_file_and_key(tmp_path: Path) -> None:
    """All of them at once, and the key that was meant."""
    file = tmp_path / "inspector.toml"
    file.write_text('[destinations.shop]\nurl = "ftp://x"\ntimeuot = 3\n[destinations."My Shop"]\nurl = ":1"\n')
    with pytest.raises(InspectorError) as caught:
        load_settings(CONNECTORS, {}, file)
    said = str(caught.value)
    for words in (
        str(file),
        "destinations.shop.url: this is not an address",
        "did you mean timeout?",
        "My Shop",
    ):
        assert words in said


async def test_an_unknown_request_is_forwarded_as_well(tmp_path: Path) -> None:
    """Where no rule asks for more."""
    async with running_app() as app, opened(tmp_path, forward_to=app.url) as workspace:
        await workspace.receive(CapturedRequest(url="http://127.0.0.1/x", body=b"hello"), None, "")
        (attempt,) = await workspace.forward(1)
    assert attempt.status_code == 200
    assert app.bodies == [b"hello"]
