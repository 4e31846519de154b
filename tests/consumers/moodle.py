"""A consumer with the habits of Moodle, written anew after a table of what Moodle does.

It takes the last entry of the manifest, registers once, loses the first scope on the way, uses its
session key as state, refreshes by its own clock with id and secret in the body, wants all members
of a token answer, and never revokes a token.
"""

import base64
import hashlib
import secrets
import string
import time
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

import requests
from attrs import define, field

from tests.consumers.site import hosting, opened

CALLBACK = "/admin/oauth2callback.php"
TIMEOUT = 3
"""Seconds."""
EARLY = 10
"""Seconds by which a token is taken for expired too early."""
LETTERS = string.ascii_letters + string.digits


def base64url(content):
    """Without padding."""
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


@define
class Moodle:
    """One site, connected to one Backpack."""

    told: dict
    site: object
    loses_a_scope: bool = True
    """Whether the first scope is never asked for: a fault that some versions have."""
    ahead: float = 0.0
    """Seconds by which its clock runs on after each badge."""
    http: requests.Session = field(factory=requests.Session)
    session_key: str = field(factory=lambda: "".join(secrets.choice(LETTERS) for _ in range(10)))
    api: dict = field(factory=dict)
    client: dict = field(factory=dict)
    token: dict = field(factory=dict)
    now: float = field(factory=time.time)

    def found(self):
        """All endpoints, of whatever entry comes last."""
        answer = self.http.get(self.told["BACKPACK_MANIFEST"], timeout=TIMEOUT)
        for entry in answer.json()["badgeConnectAPI"]:
            self.api = entry

    def registered(self):
        """Once, with all offered scopes."""
        root = self.site.url
        answer = self.http.post(
            self.api["registrationUrl"],
            json={
                "client_name": "A school",
                "client_uri": root,
                "logo_uri": f"{root}/logo.png",
                "tos_uri": root,
                "policy_uri": root,
                "software_id": "moodle",
                "software_version": "2025",
                "redirect_uris": [f"{root}{CALLBACK}"],
                "token_endpoint_auth_method": "client_secret_basic",
                "grant_types": ["authorization_code", "refresh_token"],
                "response_types": ["code"],
                "scope": " ".join(self.api["scopesOffered"]),
            },
            timeout=TIMEOUT,
        )
        self.client = answer.json() if "client_id" in answer.json() else {}

    def asked(self):
        """The address of an authorization request, and its verifier."""
        scopes = self.api["scopesOffered"][1 if self.loses_a_scope else 0 :]
        verifier = base64url(secrets.token_bytes(43))
        query = {
            "client_id": self.client["client_id"],
            "response_type": "code",
            "redirect_uri": f"{self.site.url}{CALLBACK}",
            "state": self.session_key,
            "scope": " ".join(scopes),
            "code_challenge": base64url(hashlib.sha256(verifier.encode()).digest()),
            "code_challenge_method": "S256",
        }
        request = requests.Request("GET", self.api["authorizationUrl"], params=query)
        return request.prepare().url, verifier, " ".join(scopes)

    def connected(self):
        """The earner's way through the pages; whether there is a token then."""
        url, verifier, scope = self.asked()
        back = opened(requests.Session(), url, f"{self.site.url}{CALLBACK}")
        query = dict(parse_qsl(urlsplit(back).query))
        if query.get("state") != self.session_key or "code" not in query:
            return False
        answer = self.http.post(
            self.api["tokenUrl"],
            data={
                "grant_type": "authorization_code",
                "code": query["code"],
                "redirect_uri": f"{self.site.url}{CALLBACK}",
                "scope": scope,
                "code_verifier": verifier,
            },
            auth=(self.client["client_id"], self.client["client_secret"]),
            timeout=TIMEOUT,
        )
        return self.kept(answer)

    def kept(self, answer):
        """Store a token; all four members must be there."""
        if answer.status_code != 200:
            return False
        tokens = answer.json()
        if not {"access_token", "expires_in", "refresh_token", "scope"} <= set(tokens):
            return False
        self.token = {**tokens, "expires": self.now + tokens["expires_in"] - EARLY}
        return True

    def refreshed(self):
        """By its own clock, with id and secret in the body."""
        if self.now < self.token["expires"]:
            return True
        names = ("client_id", "client_secret")
        form = {"grant_type": "refresh_token", "refresh_token": self.token["refresh_token"]}
        form |= {name: self.client[name] for name in names}
        return self.kept(self.http.post(self.api["tokenUrl"], data=form, timeout=TIMEOUT))

    def pushed(self, number):
        """Push a badge; whether that is taken for a success."""
        if not self.refreshed():
            return False
        answer = self.http.post(
            f"{self.api['apiBase']}/assertions",
            json={"assertion": self.awarded(number)},
            headers={"Authorization": f"Bearer {self.token['access_token']}"},
            timeout=TIMEOUT,
        )
        try:
            status = answer.json().get("status")
        except requests.JSONDecodeError:
            return False
        return isinstance(status, dict) and status.get("statusCode") == 200

    def awarded(self, number):
        """An assertion with an embedded badge class, in the members of Open Badges 1 and 2."""
        salt = secrets.token_hex(4)
        digest = hashlib.sha256(f"{self.told['BACKPACK_EARNER']}{salt}".encode()).hexdigest()
        path = f"/badges/assertion.php?b={number}"
        return self.site.host(
            path,
            "Assertion",
            recipient={
                "identity": f"sha256${digest}",
                "type": "email",
                "hashed": True,
                "salt": salt,
            },
            verify={"type": "hosted", "url": f"{self.site.url}{path}"},
            issuedOn=datetime.now(UTC).isoformat(timespec="seconds"),
            badge=self.site.badge(),
            evidence=f"{self.site.url}/badges/badge.php?b={number}",
        )

    def run(self):
        """Connect and push; what happens on disconnect is only known to this site."""
        self.found()
        self.registered()
        if not self.client or not self.connected():
            return
        for number in range(int(self.told["BACKPACK_AWARDS"])):
            self.pushed(number)
            self.now += self.ahead
        if self.told["BACKPACK_DISCONNECT"]:
            self.token = {}


def run(variables, **habits):
    """A run of such a site."""
    with hosting() as site:
        moodle = Moodle(variables, site, **habits)
        with moodle.http:
            try:
                moodle.run()
            except requests.RequestException:
                return
