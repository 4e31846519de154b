"""The issuer site behind TLS, for Backpacks that take no http."""

import json
import ssl
from pathlib import Path

import aiohttp
import pytest
import trustme
from attrs import frozen

from conformance.apis.oauth.metadata_pages import serve_pages
from conformance.core.errors import AuthoringError
from conformance.record.model import RECORD
from conformance.record.reader import read_record
from conformance.target.configuration.configuration import configured
from conformance.target.issuer_site import (
    FIRST,
    SECOND,
    IssuerSite,
    SiteCertificate,
    SiteOptions,
)
from tests.conformance.command import run_command


@frozen
class Files:
    """The files of a certificate for this machine, and of the authority that signed it."""

    ca: Path
    certificate: Path
    key: Path


@pytest.fixture
def files(tmp_path: Path) -> Files:
    """A certificate that nobody but who reads its authority trusts."""
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    made = Files(*(tmp_path / f"{name}.pem" for name in ("ca", "certificate", "key")))
    authority.cert_pem.write_to_path(str(made.ca))
    issued.cert_chain_pems[0].write_to_path(str(made.certificate))
    issued.private_key_pem.write_to_path(str(made.key))
    return made


@pytest.mark.anyio
async def test_pages_that_metadata_name_are_served_by_tls(files):
    """At both origins: a page for people, two about terms, and a logo."""
    site = IssuerSite(tls=SiteCertificate(files.certificate, files.key))
    await site.start()
    trust = ssl.create_default_context(cafile=str(files.ca))
    try:
        serve_pages(site)
        async with aiohttp.ClientSession() as client:
            for origin in (FIRST, SECOND):
                url = site.origins[origin].url
                assert url.startswith("https://127.0.0.1:")
                for path, kind in (
                    ("", "text/html"),
                    ("/terms", "text/html"),
                    ("/privacy", "text/html"),
                    ("/logo.png", "image/png"),
                ):
                    async with client.get(f"{url}{path}", ssl=trust) as answer:
                        assert (answer.status, answer.content_type) == (200, kind), path
                        assert await answer.read()
    finally:
        await site.stop()


@pytest.mark.slow
def test_a_provider_gets_https_urls_and_fetches_from_them(files, tmp_path, monkeypatch):
    """What registration and assertions name begins with https, and is fetched."""
    monkeypatch.setenv("SSL_CERT_FILE", str(files.ca))  # which aiohttp reads when it is imported
    given = ("--issuer-certificate", str(files.certificate), "--issuer-key", str(files.key))
    chosen = ("--select", "registration-accepted or post-then-get or identity-round-trip")
    apis = ("--api", "ob2.1", "--api", "connect")
    ended = run_command(
        "run", "mock", *apis, *given, *chosen, "--out", str(tmp_path), "-v", is_new=True
    )
    assert ended.code == 4, ended.out + ended.err
    record = read_record(tmp_path / RECORD)
    assert all(finding.outcome == "passed" for s in record.scenarios for finding in s.findings)
    bodies = [each.request.body.decode() for s in record.scenarios for each in s.exchanges]
    registrations = [json.loads(body) for body in bodies if "logo_uri" in body]
    assert registrations
    for sent in registrations:
        urls = [sent[name] for name in ("client_uri", "logo_uri", "tos_uri", "policy_uri")]
        assert all(url.startswith("https://127.0.0.1:") for url in [*urls, *sent["redirect_uris"]])
    pushed = [body for body in bodies if '"assertion"' in body]
    assert pushed
    assert all('"id": "https://127.0.0.1:' in body for body in pushed)


def options(**keys: object) -> SiteOptions:
    """The options of a site, as a user gives them."""
    return SiteOptions.of(configured({name: str(value) for name, value in keys.items()}, {}))


def test_a_key_may_be_in_the_file_of_its_certificate(files, tmp_path):
    """As tools that make both write it."""
    both = tmp_path / "both.pem"
    both.write_bytes(files.certificate.read_bytes() + files.key.read_bytes())
    given = options(**{"issuer-certificate": both})
    assert given.tls == SiteCertificate(both)
    assert isinstance(given.tls.context(), ssl.SSLContext)


def test_files_that_cannot_be_used_are_told(files, tmp_path):
    """Missing, no certificate, without a key, of another key: a sentence before the run starts."""
    other = trustme.CA().issue_cert("127.0.0.1")
    other.private_key_pem.write_to_path(str(tmp_path / "other.pem"))
    (tmp_path / "text.pem").write_text("hello")
    for certificate, key in (
        (tmp_path / "nowhere.pem", None),
        (tmp_path / "text.pem", None),
        (files.certificate, None),
        (files.certificate, tmp_path / "other.pem"),
        (files.certificate, tmp_path),
    ):
        with pytest.raises(AuthoringError, match=r"issuer\.certificate: expected a PEM file with"):
            SiteCertificate(certificate, key).context()
    with pytest.raises(AuthoringError, match=r"issuer\.key: belongs to a certificate: set --issu"):
        options(**{"issuer-key": files.key})


@pytest.mark.slow
def test_a_wrong_certificate_stops_a_run_before_it_begins(tmp_path):
    """With exit code 2 and no traceback."""
    given = ("--issuer-certificate", str(tmp_path / "nowhere.pem"))
    ended = run_command("run", "mock", *given, "--out", str(tmp_path / "out"))
    assert ended.code == 2
    assert "issuer.certificate: expected a PEM file" in ended.err
    assert "Traceback" not in ended.err
