"""No artefact of a run against a provider has a secret of OAuth in it."""

from pathlib import Path

import pytest

from tests.conformance.command import run_command
from tests.conformance.leaks import gives_away
from tests.miniatures.current import CurrentHost
from tests.miniatures.modern import ModernProvider

pytestmark = pytest.mark.slow

SELECTED = (
    "exchange-code or exchange-refresh or exchange-credentials or access-refused or revocation"
)
SHORTEST = 16


@pytest.mark.parametrize("defect", [None, "loses-the-state"], ids=["right", "wrong"])
def test_no_file_of_a_run_gives_a_secret_away(tmp_path: Path, defect: str | None):
    """No client secret, code, verifier, state, access token or refresh token, in no encoding."""
    out = tmp_path / "out"
    with ModernProvider(defect=defect) as provider:
        options = ["--api", "ob2.1", "--settings", "permissions", "--out", str(out), "-v"]
        ended = run_command("run", f"{provider.root}/", "--select", SELECTED, *options)
        secrets = {secret for secret in provider.store.secrets() if len(secret) >= SHORTEST}
    assert len(secrets) > 50
    written = {file: file.read_bytes() for file in out.rglob("*") if file.is_file()}
    assert {file.name for file in written} >= {"record.jsonl", "conformance.html", "wire.har"}
    texts = [content.decode(errors="replace") for content in written.values()]
    for text in (*texts, ended.out, ended.err):
        assert [secret for secret in secrets if secret in text] == []


def test_credentials_are_hidden_in_every_encoding(tmp_path: Path):
    """Among them the header of HTTP Basic, which has the secret in base64."""
    out = tmp_path / "out"
    with ModernProvider() as provider:
        options = ["--api", "ob2.1", "--settings", "permissions", "--out", str(out)]
        run_command("run", f"{provider.root}/", "--select", "exchange-code", *options)
        secrets = [client.secret for client in provider.store.clients.values()]
    text = (out / "record.jsonl").read_text()
    assert secrets
    assert "Basic «" in text
    assert {secret: gives_away(text, secret) for secret in secrets} == {
        secret: [] for secret in secrets
    }


def test_no_file_of_a_run_of_open_badges_3_gives_a_secret_away(tmp_path: Path):
    """Also not of refresh tokens that were replaced."""
    out = tmp_path / "out"
    selected = "tokens-code or tokens-refresh or tokens-rotation or upsert-jwt or bearers-refused"
    with CurrentHost() as host:
        options = ["--api", "ob3", "--settings", "permissions", "--out", str(out), "-v"]
        ended = run_command("run", f"{host.root}/", "--select", selected, *options)
        secrets = {secret for secret in host.store.secrets() if len(secret) >= SHORTEST}
    assert len(secrets) > 20
    texts = [file.read_text(errors="replace") for file in out.rglob("*") if file.is_file()]
    for text in (*texts, ended.out, ended.err):
        assert [secret for secret in secrets if secret in text] == []
