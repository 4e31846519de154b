"""``--tls``: everything over https, with an authority that clients can trust."""

import http.client
import json
import socket
import ssl
from urllib.parse import urlsplit

import pytest

from mock_backpack.client import MockClient
from tests.mock_backpack.apis.consumer import metadata_of
from tests.mock_backpack.cli.test_command import PATIENCE, serving, url_in

MANIFEST = "/.well-known/badgeconnect.json"


@pytest.fixture(scope="module")
def secured(tmp_path_factory):
    """The URL of a mock, and a context that trusts its authority."""
    file = tmp_path_factory.mktemp("tls") / "authority.pem"
    with serving("--port", "0", "--tls", "--tls-ca", str(file)) as (process, line):
        assert process.stdout.readline() == f"certificate authority at {file}\n"
        yield url_in(line), ssl.create_default_context(cafile=str(file))


def ask(url, path, context, host="127.0.0.1", body=None):
    """Status and JSON of an answer; ``host`` need not be known to any name server."""
    port = urlsplit(url).port
    connection = http.client.HTTPSConnection(host, port, timeout=PATIENCE)
    plain = socket.create_connection(("127.0.0.1", port), PATIENCE)
    connection.sock = context.wrap_socket(plain, server_hostname=host)
    try:
        content = None if body is None else json.dumps(body)
        method = "GET" if body is None else "POST"
        connection.request(method, path, content, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        return answer.status, json.load(answer)
    finally:
        connection.close()


@pytest.mark.slow
def test_all_that_the_manifest_names_is_https(secured):
    """At an address, at localhost, and at the host of a sandbox."""
    url, context = secured
    port = urlsplit(url).port
    with MockClient(url, tls=context) as client, client.sandbox("own") as own:
        assert own.health()["status"] == "ok"
        for host in ("127.0.0.1", "localhost", "own.localhost"):
            status, manifest = ask(url, MANIFEST, context, host)
            root = f"https://{host}:{port}"
            assert (status, manifest["id"]) == (200, f"{root}{MANIFEST}")
            (entry,) = manifest["badgeConnectAPI"]
            assert entry["tokenUrl"].startswith(f"{root}/")


@pytest.mark.slow
def test_nobody_trusts_it_without_the_authority(secured):
    """The certificate is good for those who were given the authority, and for its names."""
    url, context = secured
    with pytest.raises(ssl.SSLCertVerificationError):
        ask(url, MANIFEST, ssl.create_default_context())
    with pytest.raises(ssl.SSLCertVerificationError):
        ask(url, MANIFEST, context, "mock.example")


def test_clients_need_tls_too(secured):
    """The leniency for this machine ends where the mock has TLS."""
    url, context = secured
    sent = metadata_of("http://127.0.0.1:1")
    assert ask(url, "/oauth/register", context, body=sent)[0] == 400
    sent = metadata_of("https://127.0.0.1:1")
    assert ask(url, "/oauth/register", context, body=sent)[0] == 201
