"""Open Badges 2.1 in the terms by which clients of OAuth are judged."""

import json

from mock_backpack.apis.badge_connect.api import BADGE_CONNECT as API
from mock_backpack.apis.badge_connect.manifest import API_BASE, CREATE, PATH, READ
from mock_backpack.core.entry import Entry
from mock_backpack.issuer.badge_connect.found import URLS, Manifest
from mock_backpack.issuer.oauth.found import json_of
from mock_backpack.issuer.oauth.terms import Terms

LOST = frozenset(
    {
        *("badgeconnect.json", "register", "registration", "authorize", "authorization", "token"),
        *("revoke", "revocation", "assertions", "assertion", "profile"),
    }
)


def badge_in(entry: Entry) -> str:
    """A pushed badge as a text that identifies it: its id, its JWS, or the body."""
    body = json_of(entry.body)
    members = body if isinstance(body, dict) else {}
    assertion, signed = members.get("assertion"), members.get("signedAssertion")
    if isinstance(signed, str):
        return signed
    if isinstance(assertion, dict) and isinstance(assertion.get("id"), str):
        return str(assertion["id"])
    return json.dumps(members, sort_keys=True) if members else str(entry.body)


TERMS = Terms(
    name=API.name,
    document="manifest",
    discovery="manifest",
    push="assertions",
    profile="profile",
    urls=URLS,
    paths=(PATH, "/oauth/", API_BASE),
    lost=LOST,
    create=CREATE,
    read=READ,
    registration="BC21-CLIENT-03",
    optional=("refresh_token", "expires_in", "scope"),
    found=Manifest,
    badge=badge_in,
)
