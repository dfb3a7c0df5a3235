"""Saving from the store."""

from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from inspector.core.http_file import read_http
from inspector.core.resign import opened
from inspector.fixtures import Checker, save
from inspector.model import CapturedRequest
from inspector.settings import load_settings
from inspector.workspace import Options, Saving, Workspace, written
from tests.fixtures.kept import CONNECTORS, NOW, SERVICE

KEY = "00112233445566778899aabbccddeeff" * 2


async def test_what_is_encrypted_is_opened_and_redacted(tmp_path: Path) -> None:
    """A body that only the account can read is opened, redacted, and encrypted again with a key that everybody has: it
    verifies, and is read, by what the session names. A test of an app gets it under the app's own key."""
    environment = {"INSPECTOR_PEACHPAYMENTS_DECRYPTION_KEY": KEY}
    settings = load_settings(SERVICE.connectors, environment, file=None)
    workspace = await Workspace.open(Options(data=tmp_path, connectors=CONNECTORS), lambda _: settings)
    try:
        text = b'{"type": "PAYMENT", "payload": {"id": "8a82", "customer": {"email": "grace@navy.mil"}}}'
        sealed = AESGCM(bytes.fromhex(KEY)).encrypt(bytes(12), text, None)
        heads = (
            ("Content-Type", "text/plain"),
            ("Content-Length", str(2 * len(text))),
            ("X-Initialization-Vector", bytes(12).hex()),
            ("X-Authentication-Tag", sealed[-16:].hex()),
        )
        body = sealed[:-16].hex().encode()
        request = CapturedRequest(url="http://localhost/peachpayments", headers=heads, body=body, received_at=NOW)
        await workspace.receive(request, "peachpayments", "")
        found = await written(workspace, [1], Saving(name="sealed"))
        raw = await written(workspace, [1], Saving(name="sealed", redacted=False))
    finally:
        await workspace.close()
    (name,) = [name for name in found.files if name.endswith(".http")]
    saved = read_http(found.files[name])
    assert saved.header("content-length") == str(len(saved.body))
    (path,) = [each for each in save(tmp_path, found).folder.iterdir() if each.name == name]
    checked = Checker(CONNECTORS).check(path)
    assert checked.good
    assert checked.outcome["verdicts"] == ["VALID"]
    kept = checked.kept
    read = opened(SERVICE.connectors["peachpayments"], saved, kept.settings).body
    assert b"@example.com" in read
    assert b"navy" not in read
    fresh = kept.fresh({"decryption_key": KEY}, NOW)
    assert SERVICE.handle(fresh, "peachpayments", {"decryption_key": KEY}).source_verified
    assert opened(SERVICE.connectors["peachpayments"], fresh, {"decryption_key": KEY}).body == read
    (name,) = [name for name in raw.files if name.endswith(".http")]
    assert read_http(raw.files[name], NOW) == request
