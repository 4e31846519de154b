"""Badge Connect as a value of `Api`."""

from conformance.apis.badge_connect.drawing import STRATEGIES
from conformance.apis.badge_connect.endpoints import Endpoint, endpoint_of
from conformance.apis.badge_connect.load import LOAD
from conformance.apis.badge_connect.manifest import FEATURES, SERVICE
from conformance.apis.badge_connect.moments import MOMENTS
from conformance.apis.badge_connect.verbs import VERBS
from conformance.apis.badge_connect.verbs.assertions import new_badge
from conformance.apis.oauth.by_hand import inviting_by
from conformance.apis.oauth.control import Control
from conformance.apis.oauth.diagnosis import Diagnosis
from conformance.apis.oauth.granting import Walking
from conformance.apis.oauth.preflight import preflight_of
from conformance.apis.oauth.sighting import sighting_by
from conformance.apis.verbs.deriving import CHANGES
from conformance.engine.api import Api
from conformance.openbadges.v2.bundle import VERSION
from conformance.openbadges.v2.flaws import flaws_2
from conformance.openbadges.v2.variants import variants
from conformance.scenario.language import Language

CONTROL, DIAGNOSIS = Control(SERVICE), Diagnosis(SERVICE, new_badge)
BADGE_CONNECT = Api(
    language=Language(
        name="ob2.1",
        verbs=VERBS,
        strategies=STRATEGIES,
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
    sight=sighting_by(SERVICE),
    preflight=preflight_of(SERVICE),
    diagnose=DIAGNOSIS.diagnose,
    look=DIAGNOSIS.look,
    invite=inviting_by(SERVICE),
    listens=CONTROL.listens,
    works=CONTROL.works,
    endpoint_of=endpoint_of,
    pages=Endpoint.PAGES,
    load=LOAD,
)
