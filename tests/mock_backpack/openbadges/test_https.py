"""Documents behind TLS: GET and HEAD trust the same certificates, and errors are reported."""

import json
import ssl
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
import trustme

from tests.mock_backpack.cli.test_command import ENVIRONMENT
from tests.mock_backpack.hand_credential import credential, multikey, proven
from tests.mock_backpack.hand_issuer import PNG, Site, flat_badge
from tests.mock_backpack.served import raw_site, whole

pytestmark = pytest.mark.slow


@pytest.fixture
def authority(tmp_path, monkeypatch):
    """An authority that is trusted by the environment."""
    made = trustme.CA()
    made.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setitem(ENVIRONMENT, "SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    return made


def judged(url):
    """In a process of its own: what is trusted is read when one starts."""
    words = [sys.executable, "-m", "mock_backpack", "validate", url]
    done = subprocess.run(words, capture_output=True, text=True, env=ENVIRONMENT, check=False)
    return done.returncode, done.stdout + done.stderr


def context_of(certificate):
    """The TLS context of a server."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    certificate.configure_cert(context)
    return context


def answer(url):
    """A site with a 0.5 badge."""

    def given(method, target):
        if target == "/image.png":
            return whole(PNG, Content_Type="image/png")
        return whole(b"") if method == "HEAD" else whole(flat(url()))

    return given


def flat(url):
    """A badge of a site at this URL, in bytes."""
    return json.dumps(flat_badge(Site(url))).encode()


def test_a_trusted_site_is_read(authority):
    """By GET and by HEAD."""
    context = context_of(authority.issue_cert("127.0.0.1"))
    with raw_site(answer(lambda: url), context) as url:
        code, out = judged(f"{url}/a")
    assert code == 0, out


@pytest.mark.parametrize(
    ("issued", "says"),
    [
        (lambda ca: ca.issue_cert("other.example"), "a certificate for another"),
        (lambda _ca: trustme.CA().issue_cert("127.0.0.1"), "a certificate whose"),
    ],
)
def test_a_certificate_that_is_not_trusted_is_told(authority, issued, says):
    """The reason, in plain words."""
    with raw_site(answer(lambda: url), context_of(issued(authority))) as url:
        code, out = judged(f"{url}/a")
    assert code == 1
    assert f"expected an answer from {url}/a, saw {says}" in out
    assert "_ssl.c" not in out


ODD_HOST, ODD_PLACE = "0x7f00000a", "127.0.0.10"
"""This machine, though not by a name that would let did:web be fetched by http."""


def did_document(did):
    """A DID document with the key of the issuer."""
    method = {
        "id": f"{did}#key-0",
        "type": "Multikey",
        "controller": did,
        "publicKeyMultibase": multikey(),
    }
    return {"id": did, "verificationMethod": [method], "assertionMethod": [method["id"]]}


def credential_of(did):
    """A credential with a proof by the key of a DID document."""
    issuer = {"id": did, "type": ["Profile"], "name": "A school"}
    document = credential(Site("https://a.example"), issuer=issuer)
    return proven(document, verificationMethod=f"{did}#key-0")


@pytest.mark.skipif(sys.platform != "linux", reason="all of 127.0.0.0/8 is needed")
@pytest.mark.parametrize(("path", "trusted"), [("", True), (":schools:one", True), ("", False)])
def test_a_did_web_is_fetched_by_https(authority, tmp_path, path, trusted):
    """At the well-known place or at its path, and only with a certificate that is trusted."""
    asked = []

    def given(_method, target):
        asked.append(target)
        return whole(json.dumps(did_document(did)).encode())

    context = context_of((authority if trusted else trustme.CA()).issue_cert(ODD_HOST))
    with raw_site(given, context, ODD_PLACE) as url:
        did = f"did:web:{ODD_HOST}%3A{urlsplit(url).port}{path}"
        file = tmp_path / "credential.json"
        file.write_text(json.dumps(credential_of(did)))
        code, out = judged(str(file))
    place = path.replace(":", "/") or "/.well-known"
    where = f"https://{ODD_HOST}:{urlsplit(url).port}{place}/did.json"
    assert f"key  {where}" in out, out
    if trusted:
        assert (code, asked) == (0, [f"{place}/did.json"]), out
    else:
        assert f"expected an answer from {where}, saw a certificate whose" in out
        assert (code, asked) == (1, [])
