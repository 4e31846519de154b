"""The Service Description Document of a host: where it is, and what it announces."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

from conformance.apis.credentials.endpoints import BASE, Endpoint
from conformance.apis.oauth.server import OFFLINE, AuthorizationServer
from conformance.apis.oauth.service import Discovery, Service
from conformance.core.exchange import Exchange
from conformance.core.plain import shortened
from conformance.engine.session import Session
from conformance.target.http.client import is_usable
from conformance.target.http.throttle import is_here
from conformance.target.issuer_site import FIRST

SCOPES = "https://purl.imsglobal.org/spec/ob/v3p0/scope/"
"""What the scopes of the specification begin with."""
NOT_OFFERED = "the discovery document does not offer"
PUBLIC, SECURE_SITE = "public-host", "secure-site"
FEATURES: Mapping[str, str] = {
    "write": f"{NOT_OFFERED} the scope credential.upsert",
    "read": f"{NOT_OFFERED} the scope credential.readonly",
    "profile": f"{NOT_OFFERED} the scope profile.readonly",
    "profile-update": f"{NOT_OFFERED} the scope profile.update",
    "offline": "the discovery document has no refreshUrl",
    "token-revocation": "the discovery document has no URL for revocation",
    PUBLIC: "the host is on this machine, where http is allowed",
    SECURE_SITE: "the issuer site of the suite has no https address, which did:web needs",
}
"""What a host may offer, and why a scenario does not apply where it does not."""
BY_SCOPE = {
    "write": f"{SCOPES}credential.upsert",
    "read": f"{SCOPES}credential.readonly",
    "profile": f"{SCOPES}profile.readonly",
    "profile-update": f"{SCOPES}profile.update",
}
"""The scope that offers each feature."""
LONGEST_VERSION = 20
"""Characters of the version that are shown."""
REGISTRATION = "x-imssf-registrationUrl"
SCHEME = ("components", "securitySchemes", "OAuth2ACG")
FLOW = ("flows", "authorizationCode")


def discovery_url(root: str) -> str:
    """The URL of the document below the root of a host (section Service Discovery)."""
    return urljoin(root, f"{BASE}/discovery")


def read(exchange: Exchange) -> Discovery:
    """What the document says."""
    response = exchange.response()
    if response is None:
        return Discovery(exchange, reason=exchange.trouble)
    if response["status"] != 200 or not isinstance(response["body"], Mapping):
        return Discovery(exchange, reason=f"expected 200 with JSON, saw {response['status']}")
    scheme = at(response["body"], *SCHEME)
    flow = at(scheme, *FLOW)
    named = {
        f"OAuth2ACG.{REGISTRATION}": scheme.get(REGISTRATION),
        "flows.authorizationCode.authorizationUrl": flow.get("authorizationUrl"),
        "flows.authorizationCode.tokenUrl": flow.get("tokenUrl"),
    }
    bad = [name for name, url in named.items() if not is_usable(url)]
    if bad:
        return Discovery(exchange, reason=f"expected absolute URLs as {', '.join(bad)}")
    return Discovery(exchange, _server(exchange.request.url, response["body"], scheme, flow))


def announced(exchange: Exchange) -> str | None:
    """The version of OpenAPI of the document; ``None`` when it describes no such host."""
    response = exchange.response()
    body = response["body"] if response and response["status"] == 200 else None
    if not isinstance(body, Mapping) or not (at(body, *SCHEME) or "openapi" in body):
        return None
    return f"a document of OpenAPI {shortened(str(body.get('openapi')), LONGEST_VERSION)}"


def at(value: Any, *names: str) -> Mapping[str, Any]:
    """The object at a path of members; an empty one when there is none."""
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def _server(
    url: str, document: Mapping[str, Any], scheme: Mapping[str, Any], flow: Mapping[str, Any]
) -> AuthorizationServer:
    refresh = flow.get("refreshUrl")
    return AuthorizationServer(
        registration=scheme[REGISTRATION],
        authorization=flow["authorizationUrl"],
        token=flow["tokenUrl"],
        revocation=next(revocations({**scheme, **flow}), None),
        scopes=tuple(at(flow, "scopes")),
        scope_prefix=SCOPES,
        resources=_resources(url, document),
        refresh=refresh if is_usable(refresh) else None,
    )


def revocations(members: Mapping[str, Any]) -> Iterator[str]:
    """URLs where tokens are revoked: the specification does not say in which member they are."""
    for name, url in members.items():
        if "revo" in name.lower() and is_usable(url):
            yield str(url)


def _resources(url: str, document: Mapping[str, Any]) -> str:
    """The root of the API: the first server that is announced, else beside the document.

    A path that ends with /credentials may have more in front of it.
    """
    servers, paths = document.get("servers"), at(document, "paths")
    first = servers[0] if isinstance(servers, list) and servers else {}
    written = first.get("url") if isinstance(first, Mapping) else None
    beside = urljoin(url, ".").rstrip("/")
    try:
        known = urljoin(url, written) if isinstance(written, str) and written else ""
    except ValueError:  # the host of a URL cannot be read
        return beside
    before = next((path for path in paths if path.endswith("/credentials")), "/credentials")
    base = known.rstrip("/") + before.removesuffix("/credentials")
    return base if known and is_usable(base) else beside


def features(server: AuthorizationServer) -> frozenset[str]:
    """The features that a document offers."""
    offered = {feature for feature, scope in BY_SCOPE.items() if scope in server.scopes}
    offered |= {"offline"} if server.refresh or OFFLINE in server.scopes else set()
    return frozenset(offered | ({"token-revocation"} if server.revocation else set()))


def offered(session: Session, server: AuthorizationServer | None) -> frozenset[str]:
    """The features that a host offers, and what the run itself has.

    Without a document that can be used, every feature of a document counts as offered.
    """
    is_local = is_here(urlsplit(session.target.root).hostname or "")
    is_secure = session.site.origins[FIRST].url.startswith("https://")
    own = {PUBLIC: not is_local, SECURE_SITE: is_secure}
    known = features(server) if server else frozenset(FEATURES) - own.keys()
    return known | {name for name, is_met in own.items() if is_met}


SERVICE = Service(
    document=Endpoint.DISCOVERY,
    url=discovery_url,
    read=read,
    announced=announced,
    offered=offered,
    features=FEATURES,
    resources=(Endpoint.CREDENTIALS, Endpoint.PROFILE),
    requirements="OB3-DISC-01 to 07",
    least="Offer credential.upsert or credential.readonly in the scopes.",
)
"""The API of Open Badges 3.0 as the half of OAuth needs it."""
