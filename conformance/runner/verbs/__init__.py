"""The verbs of a scenario's steps, by name: what each does, and what it leaves to be judged."""

from collections.abc import Mapping
from types import MappingProxyType

from conformance.runner.verbs.asking import ASKING, preflight, raw
from conformance.runner.verbs.attacking import forge, login, session
from conformance.runner.verbs.consent import connect, revoke
from conformance.runner.verbs.deriving import derive
from conformance.runner.verbs.done import Verb
from conformance.runner.verbs.hooked import advance, badges, fault, grant
from conformance.runner.verbs.hosting import host, visits
from conformance.runner.verbs.pages import page, script
from conformance.runner.verbs.several import parallel
from conformance.runner.verbs.using import using

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
