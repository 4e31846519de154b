"""The verbs of a scenario's steps, by name: what each does, and what it leaves to be judged."""

from collections.abc import Mapping
from types import MappingProxyType

from conformance.apis.connect.verbs.asking import ASKING, preflight, raw
from conformance.apis.connect.verbs.attacking import forge, login, session
from conformance.apis.connect.verbs.consent import connect, revoke
from conformance.apis.connect.verbs.deriving import derive
from conformance.apis.connect.verbs.hooked import advance, badges, fault, grant
from conformance.apis.connect.verbs.hosting import host, visits
from conformance.apis.connect.verbs.pages import page, script
from conformance.apis.connect.verbs.several import parallel
from conformance.apis.connect.verbs.using import using
from conformance.engine.done import Verb

_PLAIN: Mapping[str, Verb] = MappingProxyType(
    {
        "connect": connect,
        "host": host,
        **ASKING,
        "preflight": preflight,
        "raw": raw,
        "revoke": revoke,
        "forge": forge,
        "session": session,
        "login": login,
        "advance": advance,
        "page": page,
        "script": script,
        "parallel": parallel,
        "grant": grant,
        "badges": badges,
        "visits": visits,
        "fault": fault,
        "derive": derive,
    }
)
VERBS: Mapping[str, Verb] = MappingProxyType({**_PLAIN, "use": using(_PLAIN)})
