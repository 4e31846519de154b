"""The Open Badges 3.0 API as a value: its routes, handlers and defects."""

from attrs import frozen

from mock_backpack.apis.api import ANY, Api, Route, Routes
from mock_backpack.apis.oauth.authorization import Authorization
from mock_backpack.apis.oauth.bearer import recognise
from mock_backpack.apis.oauth.granting import granting_by
from mock_backpack.apis.oauth.registration import Registration
from mock_backpack.apis.oauth.tokens import TokenEndpoint
from mock_backpack.apis.open_badges_3 import discovery
from mock_backpack.apis.open_badges_3.discovery import BASE, OAUTH, OFFER
from mock_backpack.apis.open_badges_3.envelope import dressed
from mock_backpack.apis.open_badges_3.facts import FACTS
from mock_backpack.apis.open_badges_3.handlers import Handlers
from mock_backpack.apis.pages import EarnerPages
from mock_backpack.core.sandbox import Sandbox
from mock_backpack.openbadges.three.judge import Judge


@frozen
class OpenBadges3:
    """The handlers of one sandbox."""

    api: Handlers
    registration: Registration
    authorization: Authorization
    tokens: TokenEndpoint


def handlers_of(sandbox: Sandbox) -> OpenBadges3:
    """The handlers of a sandbox."""
    backpack, clients = sandbox.backpack, sandbox.clients
    pages = EarnerPages(sandbox.sessions, sandbox.base)
    return OpenBadges3(
        Handlers(backpack, Judge(sandbox.shared.fetcher, sandbox.clock)),
        Registration(clients, OFFER),
        Authorization(backpack, clients, OFFER, pages, sandbox.consent),
        TokenEndpoint(backpack, clients, OFFER),
    )


ROUTES: Routes = {
    discovery.PATH: {"GET": Route("discovery", discovery.discovery)},
    f"{OAUTH}/register": {
        ANY: Route("register", lambda api, request: api.registration.register(request))
    },
    f"{OAUTH}/authorize": {
        "GET": Route("authorize", lambda api, request: api.authorization.authorize(request))
    },
    f"{OAUTH}/accept": {
        "POST": Route("accept", lambda api, request: api.authorization.accept(request))
    },
    f"{OAUTH}/token": {ANY: Route("oauth-token", lambda api, request: api.tokens.token(request))},
    f"{OAUTH}/revoke": {
        ANY: Route("oauth-revoke", lambda api, request: api.tokens.revoke(request))
    },
    f"{BASE}/credentials": {
        ANY: Route("credentials", lambda api, request: api.api.credentials(request))
    },
    f"{BASE}/profile": {
        ANY: Route("credential-profile", lambda api, request: api.api.profile(request))
    },
}

OPEN_BADGES_3 = Api(
    name="ob3",
    routes=ROUTES,
    below={f"{BASE}/": Route("credentials", lambda api, request: api.api.nothing(request))},
    endpoints=(
        *("discovery", "register", "authorize", "accept", "oauth-token", "oauth-revoke"),
        *("credentials", "credential-profile"),
    ),
    handlers=handlers_of,
    grant=granting_by(OFFER, BASE),
    recognise=recognise,
    defects=(
        "mock_backpack.apis.oauth.defects",
        "mock_backpack.apis.open_badges_3.defects",
        "mock_backpack.apis.defects",
    ),
    facts=FACTS,
    requirements=(
        *(f"OB3-CLIENT-{number:02}" for number in (1, 2, 5, 6, 7, 11, 13, 14)),
        *(f"OB3-CRED-{number:02}" for number in (*range(1, 14), 15)),
    ),
    dress=dressed,
)
