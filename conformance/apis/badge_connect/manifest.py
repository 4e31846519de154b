"""The manifest of a provider: where it is, and what it announces."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

from conformance.apis.badge_connect.endpoints import WELL_KNOWN, Endpoint
from conformance.apis.oauth.server import OFFLINE, AuthorizationServer
from conformance.apis.oauth.service import Discovery, Service
from conformance.core.exchange import Exchange
from conformance.core.plain import shortened
from conformance.engine.session import Session
from conformance.target.http.client import is_usable
from conformance.target.http.throttle import is_here

SCOPES = "https://purl.imsglobal.org/spec/ob/v2p1/scope/"
"""What the scopes of the specification begin with."""
VERSION = "v2p1"
LONGEST_NAMES = 60
"""Characters of the versions that are shown."""
NOT_OFFERED = "the manifest does not offer"
PUBLIC = "public-host"
FEATURES: Mapping[str, str] = {
    "write": f"{NOT_OFFERED} the scope assertion.create",
    "read": f"{NOT_OFFERED} the scope assertion.readonly",
    "profile": f"{NOT_OFFERED} the scope profile.readonly",
    "profile-update": f"{NOT_OFFERED} the scope profile.update",
    "offline": f"{NOT_OFFERED} the scope offline_access",
    "token-revocation": "the manifest has no tokenRevocationUrl",
    PUBLIC: "the provider is on this machine, where http is allowed",
}
"""What a provider may offer, and why a scenario does not apply where it does not."""
BY_SCOPE = {
    "write": f"{SCOPES}assertion.create",
    "read": f"{SCOPES}assertion.readonly",
    "profile": f"{SCOPES}profile.readonly",
    "profile-update": f"{SCOPES}profile.update",
    "offline": OFFLINE,
}
"""The scope that offers each feature."""


def manifest_url(root: str) -> str:
    """The URL of the manifest of a provider (specification, section Service Discovery)."""
    return urljoin(root, WELL_KNOWN)


def read(exchange: Exchange) -> Discovery:
    """What a manifest says."""
    response = exchange.response()
    if response is None:
        return Discovery(exchange, reason=exchange.trouble)
    if response["status"] != 200 or not isinstance(response["body"], Mapping):
        return Discovery(exchange, reason=f"expected 200 with JSON, saw {response['status']}")
    entries = response["body"].get("badgeConnectAPI")
    entry = entry_of(entries if isinstance(entries, list) else [])
    if entry is None:
        return Discovery(exchange, reason="badgeConnectAPI has no entry that is an object")
    names = ("apiBase", "registrationUrl", "authorizationUrl", "tokenUrl")
    bad = [name for name in names if not is_usable(entry.get(name))]
    if bad:
        return Discovery(exchange, reason=f"expected absolute URLs as {', '.join(bad)}")
    return Discovery(exchange, _server(entry))


def announced(exchange: Exchange) -> str | None:
    """A manifest with the versions that it names; ``None`` when there is no manifest.

    A document is a manifest when it has ``badgeConnectAPI``, whatever is wrong with it otherwise.
    """
    response = exchange.response()
    body = response["body"] if response and response["status"] == 200 else None
    if not isinstance(body, Mapping) or "badgeConnectAPI" not in body:
        return None
    entries = body["badgeConnectAPI"]
    objects = entries if isinstance(entries, list) else []
    versions = (entry.get("version") for entry in objects if isinstance(entry, Mapping))
    names = ", ".join(version for version in versions if isinstance(version, str))
    return f"a manifest of {shortened(names, LONGEST_NAMES) or 'no version'}"


def entry_of(entries: list[Any]) -> Mapping[str, Any] | None:
    """The entry of version 2.1, else the first; ``None`` when no entry is an object."""
    objects = [entry for entry in entries if isinstance(entry, Mapping)]
    current = [entry for entry in objects if entry.get("version") == VERSION]
    return next(iter([*current, *objects]), None)


def _server(entry: Mapping[str, Any]) -> AuthorizationServer:
    offered = entry.get("scopesOffered")
    names = [name for name in offered if isinstance(name, str)] if isinstance(offered, list) else []
    revocation = entry.get("tokenRevocationUrl")
    return AuthorizationServer(
        registration=entry["registrationUrl"],
        authorization=entry["authorizationUrl"],
        token=entry["tokenUrl"],
        revocation=revocation if is_usable(revocation) else None,
        scopes=tuple(names),
        scope_prefix=SCOPES,
        resources=entry["apiBase"].rstrip("/"),
    )


def features(server: AuthorizationServer) -> frozenset[str]:
    """The features that a manifest offers."""
    offered = {feature for feature, scope in BY_SCOPE.items() if scope in server.scopes}
    return frozenset(offered | ({"token-revocation"} if server.revocation else set()))


def offered(session: Session, server: AuthorizationServer | None) -> frozenset[str]:
    """The features that a provider offers, and whether it is a public one.

    Without a manifest that can be used, every feature of a manifest counts as offered.
    """
    is_local = is_here(urlsplit(session.target.root).hostname or "")
    known = features(server) if server else frozenset(FEATURES) - {PUBLIC}
    return known if is_local else known | {PUBLIC}


SERVICE = Service(
    document=Endpoint.MANIFEST,
    url=manifest_url,
    read=read,
    announced=announced,
    offered=offered,
    features=FEATURES,
    resources=(Endpoint.ASSERTIONS, Endpoint.PROFILE),
    requirements="BC21-MANI-01 to 07",
    least="Offer assertion.create or assertion.readonly in scopesOffered.",
)
"""Badge Connect as the half of OAuth needs it."""
