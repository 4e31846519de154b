"""Open Badges 3.0 in the terms by which clients of OAuth are judged."""

from mock_backpack.apis.open_badges_3.api import OPEN_BADGES_3 as API
from mock_backpack.apis.open_badges_3.discovery import BASE, READ, UPSERT
from mock_backpack.issuer.oauth.terms import Terms
from mock_backpack.issuer.open_badges_3.found import URLS, Discovery
from mock_backpack.issuer.open_badges_3.pushed import badge_in

LOST = frozenset(
    {
        *("discovery", "register", "registration", "authorize", "authorization", "token"),
        *("revoke", "revocation", "credentials", "credential"),
    }
)

TERMS = Terms(
    name=API.name,
    document="discovery document",
    discovery="discovery",
    push="credentials",
    profile="credential-profile",
    urls=URLS,
    paths=(f"{BASE}/",),
    lost=LOST,
    create=UPSERT,
    read=READ,
    registration="OB3-CLIENT-02",
    optional=("refresh_token", "expires_in"),
    found=Discovery,
    badge=badge_in,
    missing="OB3-CLIENT-01",
)
