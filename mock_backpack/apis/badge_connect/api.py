"""Badge Connect as a value: its routes, handlers and defects."""

from attrs import frozen

from mock_backpack.apis.api import ANY, Api, Route, Routes
from mock_backpack.apis.badge_connect import manifest
from mock_backpack.apis.badge_connect.bearer import recognise
from mock_backpack.apis.badge_connect.dialects import DIALECTS
from mock_backpack.apis.badge_connect.facts import FACTS
from mock_backpack.apis.badge_connect.handlers import Handlers
from mock_backpack.apis.badge_connect.manifest import API_BASE, OFFER
from mock_backpack.apis.oauth.authorization import Authorization
from mock_backpack.apis.oauth.granting import granting_by
from mock_backpack.apis.oauth.registration import Registration
from mock_backpack.apis.oauth.tokens import TokenEndpoint
from mock_backpack.apis.pages import EarnerPages
from mock_backpack.core.sandbox import Sandbox
from mock_backpack.openbadges.two.judge import Judge


@frozen
class BadgeConnect:
    """The handlers of one sandbox."""

    api: Handlers
    registration: Registration
    authorization: Authorization
    tokens: TokenEndpoint


def handlers_of(sandbox: Sandbox) -> BadgeConnect:
    """The handlers of a sandbox."""
    backpack, clients = sandbox.backpack, sandbox.clients
    return BadgeConnect(
        Handlers(backpack, sandbox.watched(Judge(sandbox.shared.fetcher, sandbox.clock))),
        Registration(clients, OFFER),
        Authorization(
            backpack,
            clients,
            OFFER,
            EarnerPages(sandbox.sessions, sandbox.base),
            sandbox.consent,
        ),
        TokenEndpoint(backpack, clients, OFFER),
    )


ROUTES: Routes = {
    manifest.PATH: {"GET": Route("manifest", manifest.manifest)},
    "/oauth/register": {
        ANY: Route("register", lambda api, request: api.registration.register(request))
    },
    "/oauth/authorize": {
        "GET": Route("authorize", lambda api, request: api.authorization.authorize(request))
    },
    "/oauth/accept": {
        "POST": Route("accept", lambda api, request: api.authorization.accept(request))
    },
    "/oauth/token": {ANY: Route("oauth-token", lambda api, request: api.tokens.token(request))},
    "/oauth/revoke": {ANY: Route("oauth-revoke", lambda api, request: api.tokens.revoke(request))},
    f"{API_BASE}/assertions": {
        ANY: Route("assertions", lambda api, request: api.api.assertions(request))
    },
    f"{API_BASE}/profile": {ANY: Route("profile", lambda api, request: api.api.profile(request))},
}

BADGE_CONNECT = Api(
    name="ob2.1",
    routes=ROUTES,
    below={f"{API_BASE}/": Route("assertions", lambda api, request: api.api.nothing(request))},
    endpoints=(
        *("manifest", "register", "authorize", "accept", "oauth-token", "oauth-revoke"),
        *("assertions", "profile"),
    ),
    handlers=handlers_of,
    grant=granting_by(OFFER, API_BASE),
    recognise=recognise,
    defects=(
        "mock_backpack.apis.oauth.defects",
        "mock_backpack.apis.badge_connect.defects",
        "mock_backpack.apis.defects",
    ),
    facts=FACTS,
    dialects=DIALECTS,
    requirements=tuple(f"BC21-CLIENT-{number:02}" for number in (3, 4, 9, 10, 11, 12, 13)),
)
