"""Requests of a client of Open Badges 2.1, and the grants for them."""

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener, urlopen

from attrs import frozen

from benchmarks.documents import EARNER
from benchmarks.load import CONNECTIONS, Sender, post, request

ASSERTIONS = "/ims/ob/v2p1/assertions"
TOKEN = "/oauth/token"  # noqa: S105 - a path
FORM = "application/x-www-form-urlencoded"
SITE = "http://127.0.0.1:9"
VERIFIER = "benchmark-of-the-mock-benchmark-of-the-mock"


@frozen
class Connection:
    """What one connection of the client has."""

    credentials: str
    access: str
    refresh: str


class _Staying(HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def connections(mock: str) -> list[Connection]:
    """A grant for each connection, all of one client, without any page."""
    uris = {name: f"{SITE}/{name}" for name in ("client_uri", "logo_uri", "tos_uri", "policy_uri")}
    named = {"client_name": "Benchmark", "software_id": "benchmark", "software_version": "1"}
    client = post(f"{mock}/oauth/register", {**uris, **named, "redirect_uris": [SITE]})
    pair = f"{client['client_id']}:{client['client_secret']}".encode()
    credentials = f"Basic {base64.b64encode(pair).decode()}"
    return [_connection(mock, client, credentials) for _ in range(CONNECTIONS)]


def _connection(mock: str, client: Mapping[str, Any], credentials: str) -> Connection:
    put = Request(  # noqa: S310 - our own server
        f"{mock}/_mock/consent",
        json.dumps({"answer": "grant", "earner": EARNER}).encode(),
        {"Content-Type": "application/json"},
        method="PUT",
    )
    urlopen(put).close()  # noqa: S310
    digest = hashlib.sha256(VERIFIER.encode()).digest()
    asked = {
        "response_type": "code",
        "client_id": client["client_id"],
        "redirect_uri": SITE,
        "scope": client["scope"],
        "state": "benchmark",
        "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
        "code_challenge_method": "S256",
    }
    try:
        build_opener(_Staying).open(f"{mock}/oauth/authorize?{urlencode(asked)}")
    except OSError as redirect:  # an answer with 303 is an error where it is not followed
        code = parse_qs(urlsplit(redirect.headers["Location"]).query)["code"][0]  # type: ignore[attr-defined]
    form = {"grant_type": "authorization_code", "code": code, "code_verifier": VERIFIER}
    body = urlencode({**form, "redirect_uri": SITE}).encode()
    headers = {"Authorization": credentials, "Content-Type": FORM}
    with urlopen(Request(f"{mock}{TOKEN}", body, headers)) as answer:  # noqa: S310
        tokens = json.load(answer)
    return Connection(credentials, tokens["access_token"], tokens["refresh_token"])


def reading(connection: Connection, query: str = "limit=10") -> Sender:
    """Read a page of assertions, again and again."""
    message = request("GET", f"{ASSERTIONS}?{query}", Authorization=f"Bearer {connection.access}")
    return lambda _body: message


def renewing(connection: Connection) -> Sender:
    """Refresh with the refresh token that the last refresh gave."""
    token = connection.refresh

    def following(body: bytes) -> bytes:
        nonlocal token
        token = json.loads(body)["refresh_token"] if body else token
        form = urlencode({"grant_type": "refresh_token", "refresh_token": token}).encode()
        headers = {"Authorization": connection.credentials, "Content-Type": FORM}
        return request("POST", TOKEN, form, **headers)

    return following


def answers(mock: str, connection: Connection) -> str:
    """What the mock answers to both, for a bare server to answer as well."""
    bearer = {"Authorization": f"Bearer {connection.access}"}
    basic = {"Authorization": connection.credentials, "Content-Type": FORM}
    form = urlencode({"grant_type": "refresh_token", "refresh_token": connection.refresh}).encode()
    by_path = {}
    for path, asked in (
        (ASSERTIONS, Request(f"{mock}{ASSERTIONS}?limit=10", headers=bearer)),  # noqa: S310
        (TOKEN, Request(f"{mock}{TOKEN}", form, basic)),  # noqa: S310
    ):
        with urlopen(asked) as answer:  # noqa: S310 - our own server
            dropped = ("Date", "Content-Length", "Connection")
            headers = [pair for pair in answer.getheaders() if pair[0] not in dropped]
            by_path[path] = (headers, answer.read().decode())
    return json.dumps(by_path)
