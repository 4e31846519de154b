"""The verbs of scenarios of Badge Connect."""

from collections.abc import Mapping
from types import MappingProxyType

from conformance.apis.badge_connect.verbs.asking import manifest
from conformance.apis.badge_connect.verbs.assertions import collection, get, page, post
from conformance.apis.oauth.verbs.asking import profile, request
from conformance.apis.oauth.verbs.authorizing import authorize, connect, revoke
from conformance.apis.oauth.verbs.registering import register
from conformance.apis.oauth.verbs.tokens import exchange, refresh, revoke_token
from conformance.apis.verbs.attacking import forge, login, session, settings
from conformance.apis.verbs.deriving import derive
from conformance.apis.verbs.hooked import advance, fault
from conformance.apis.verbs.hosting import host, visits
from conformance.apis.verbs.several import parallel
from conformance.apis.verbs.using import use
from conformance.scenario.verb import Verb

_VERBS = (
    *(manifest, register, connect, authorize, exchange, refresh, revoke_token, revoke),
    *(host, post, get, page, collection, profile, request),
    *(forge, session, login, settings),
    *(advance, parallel, visits, fault, derive, use),
)
VERBS: Mapping[str, Verb] = MappingProxyType({verb.name: verb for verb in _VERBS})
"""By name, in the order in which lists show them."""
