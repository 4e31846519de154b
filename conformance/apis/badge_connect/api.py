"""Badge Connect as a value of `Api`."""

from conformance.apis.badge_connect.control import listens, works
from conformance.apis.badge_connect.diagnosis import diagnose, look
from conformance.apis.badge_connect.endpoints import Endpoint, endpoint_of
from conformance.apis.badge_connect.inviting import invite
from conformance.apis.badge_connect.manifest import FEATURES
from conformance.apis.badge_connect.moments import MOMENTS
from conformance.apis.badge_connect.preflight import preflight
from conformance.apis.badge_connect.sighting import sight
from conformance.apis.badge_connect.verbs import VERBS
from conformance.apis.oauth.granting import Walking
from conformance.apis.verbs.deriving import CHANGES
from conformance.engine.api import Api
from conformance.openbadges.v2.bundle import VERSION
from conformance.openbadges.v2.flaws import flaws_2
from conformance.openbadges.v2.variants import variants
from conformance.scenario.language import Language

BADGE_CONNECT = Api(
    language=Language(
        name="ob2.1",
        verbs=VERBS,
        strategies={},
        endpoints=tuple(Endpoint),
        always_asked=(Endpoint.PAGES, Endpoint.MANIFEST),
        changes={**CHANGES, **MOMENTS},
        flaws=flaws_2(),
        dead_token_answers=("unauthenticated",),
        schema="scenario-ob2.1",
        versions=(VERSION,),
        variants=variants(),
        features=FEATURES,
    ),
    granting=Walking(),
    sight=sight,
    preflight=preflight,
    diagnose=diagnose,
    look=look,
    invite=invite,
    listens=listens,
    works=works,
    endpoint_of=endpoint_of,
    pages=Endpoint.PAGES,
)
