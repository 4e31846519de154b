"""A consumer on libraries: Authlib for OAuth, requests and urllib3 for retries."""

from datetime import UTC, datetime

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from tests.consumers.site import hosting, opened

SCOPE = "https://purl.imsglobal.org/spec/ob/v2p1/scope/"
CREATE = f"{SCOPE}assertion.create"
WANTED = f"{CREATE} {SCOPE}assertion.readonly offline_access"
TIMEOUT = 3
"""Seconds."""
TROUBLED = (429, 500, 502, 503, 504)


def patient(session):
    """A session that tries again after trouble, as urllib3 does."""
    retry = Retry(4, backoff_factor=0.2, status_forcelist=TROUBLED, allowed_methods=None)
    session.mount("http://", HTTPAdapter(max_retries=retry))
    return session


def run(variables):
    """Connect, award, push; read and disconnect if told to."""
    with hosting() as site, patient(requests.Session()) as http:
        api = found(http, variables["BACKPACK_MANIFEST"])
        client = registered(http, api, site) if api else None
        if not client:
            return
        asked = " ".join(scope for scope in WANTED.split() if scope in client["scope"].split())
        session = patient(
            OAuth2Session(
                client["client_id"],
                client["client_secret"],
                scope=asked,
                redirect_uri=f"{site.url}/callback",
                code_challenge_method="S256",
                token_endpoint=api["tokenUrl"],
            )
        )
        with session:
            try:
                connect(session, api, f"{site.url}/callback")
                use(session, api, site, variables)
            except (AuthlibBaseError, requests.RequestException):
                return  # an earner who denies, a forged callback, a Backpack out of order


def found(http, url):
    """The API of the manifest."""
    answer = http.get(url, timeout=TIMEOUT)
    try:
        listed = answer.json()["badgeConnectAPI"] if answer.ok else []
    except requests.JSONDecodeError:
        listed = []
    return next((entry for entry in listed if entry["version"] == "v2p1"), None)


def registered(http, api, site):
    """A registration; ``None`` when it is refused."""
    pages = {f"{name}_uri": f"{site.url}/" for name in ("client", "logo", "tos", "policy")}
    metadata = {
        "client_name": "A school",
        **pages,
        "software_id": "library",
        "software_version": "1",
        "redirect_uris": [f"{site.url}/callback"],
        "scope": WANTED,
    }
    answer = http.post(api["registrationUrl"], json=metadata, timeout=TIMEOUT)
    return answer.json() if answer.status_code == 201 else None


def connect(session, api, callback):
    """The earner's way through the pages, and the exchange of the code."""
    verifier = generate_token(48)
    url, state = session.create_authorization_url(api["authorizationUrl"], code_verifier=verifier)
    back = opened(requests.Session(), url, callback)
    if "code=" not in back:  # else the library asks for a token all the same
        raise AuthlibBaseError(error="access_denied")
    session.fetch_token(
        api["tokenUrl"],
        authorization_response=back,
        state=state,
        code_verifier=verifier,
        scope=session.scope,
        timeout=TIMEOUT,
    )


def use(session, api, site, variables):
    """Read and push."""
    if variables["BACKPACK_READ"]:
        url = f"{api['apiBase']}/assertions?limit=10"
        while url:
            url = session.get(url, timeout=TIMEOUT).links.get("next", {}).get("url")
    for number in range(int(variables["BACKPACK_AWARDS"])):
        if CREATE in session.token.get("scope", session.scope).split():
            push(session, api, awarded(site, number, variables["BACKPACK_EARNER"]))
    if variables["BACKPACK_DISCONNECT"]:
        token = session.token["refresh_token"]
        session.revoke_token(api["tokenRevocationUrl"], token=token, timeout=TIMEOUT)


def awarded(site, number, earner):
    """An assertion."""
    return site.host(
        f"/assertions/{number}",
        "Assertion",
        recipient={"type": "email", "hashed": False, "identity": earner},
        badge=site.badge()["id"],
        verification={"type": "HostedBadge"},
        issuedOn=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def push(session, api, assertion):
    """Push; once more with a new token when the old one has expired."""
    url, body = f"{api['apiBase']}/assertions", {"assertion": assertion}
    answer = session.post(url, json=body, timeout=TIMEOUT, allow_redirects=False)
    if answer.status_code == 401 and session.token.get("refresh_token"):
        session.refresh_token(api["tokenUrl"], timeout=TIMEOUT)
        session.post(url, json=body, timeout=TIMEOUT, allow_redirects=False)
