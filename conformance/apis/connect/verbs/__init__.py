"""The verbs of scenarios of Backpack Connect."""

from collections.abc import Mapping
from types import MappingProxyType

from conformance.apis.connect.verbs.asking import identity, issue, preflight, raw, refresh, request
from conformance.apis.connect.verbs.consent import connect, revoke, try_hidden_fields
from conformance.apis.connect.verbs.dialog import issue_in_page
from conformance.apis.connect.verbs.pages import page, script
from conformance.apis.verbs.attacking import forge, login, session
from conformance.apis.verbs.deriving import derive
from conformance.apis.verbs.hooked import advance, badges, fault, grant
from conformance.apis.verbs.hosting import host, visits
from conformance.apis.verbs.several import parallel
from conformance.apis.verbs.using import use
from conformance.scenario.verb import Verb

_VERBS = (
    *(connect, host, issue, refresh, identity, request, preflight, raw),
    *(revoke, try_hidden_fields, forge, session, login, advance, page, script, issue_in_page),
    *(parallel, grant, badges, visits, fault, derive, use),
)
VERBS: Mapping[str, Verb] = MappingProxyType({verb.name: verb for verb in _VERBS})
"""By name, in the order in which lists show them."""
