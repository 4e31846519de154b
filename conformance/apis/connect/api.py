"""Backpack Connect as a value of `Api`."""

from conformance.apis.connect.diagnosis import diagnose, look
from conformance.apis.connect.drawing import STRATEGIES
from conformance.apis.connect.endpoints import Endpoint, endpoint_of
from conformance.apis.connect.granting.inviting import invite
from conformance.apis.connect.granting.walking import Walking
from conformance.apis.connect.load import LOAD
from conformance.apis.connect.preflight import preflight
from conformance.apis.connect.probes.control import listens, works
from conformance.apis.connect.probes.sighting import sight
from conformance.apis.connect.verbs import VERBS
from conformance.apis.verbs.deriving import CHANGES
from conformance.engine.api import Api
from conformance.openbadges.flaws import flaws
from conformance.scenario.language import Language

CONNECT = Api(
    language=Language(
        name="connect",
        verbs=VERBS,
        strategies=STRATEGIES,
        endpoints=tuple(Endpoint),
        always_asked=(Endpoint.PAGES,),
        changes=CHANGES,
        flaws=flaws(),
        dead_token_answers=("token-expired", "token-invalid", "token-missing"),
        schema="scenario",
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
    load=LOAD,
)
