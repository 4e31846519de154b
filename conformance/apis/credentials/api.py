"""The API of Open Badges 3.0 as a value of `Api`."""

from conformance.apis.credentials.discovery import FEATURES, SERVICE
from conformance.apis.credentials.drawing import STRATEGIES
from conformance.apis.credentials.endpoints import Endpoint, endpoint_of
from conformance.apis.credentials.load import LOAD
from conformance.apis.credentials.verbs import VERBS
from conformance.apis.credentials.verbs.signing import new_badge
from conformance.apis.oauth.by_hand import inviting_by
from conformance.apis.oauth.control import Control
from conformance.apis.oauth.diagnosis import Diagnosis
from conformance.apis.oauth.granting import Walking
from conformance.apis.oauth.preflight import preflight_of
from conformance.apis.oauth.sighting import sighting_by
from conformance.apis.verbs.deriving import CHANGES
from conformance.engine.api import Api
from conformance.openbadges.v3.credential import VERSION
from conformance.openbadges.v3.flaws import flaws_3
from conformance.openbadges.v3.variants import variants_3
from conformance.scenario.language import Language

CONTROL, DIAGNOSIS = Control(SERVICE), Diagnosis(SERVICE, new_badge)
CREDENTIALS = Api(
    language=Language(
        name="ob3",
        verbs=VERBS,
        strategies=STRATEGIES,
        endpoints=tuple(Endpoint),
        always_asked=(Endpoint.PAGES, Endpoint.DISCOVERY),
        changes=CHANGES,
        flaws=flaws_3(),
        dead_token_answers=("unauthenticated",),
        schema="scenario-ob3",
        versions=(VERSION,),
        variants=variants_3(),
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
