"""Wrong answers of the identity endpoint."""

import hashlib
import json
import time
from collections.abc import Mapping
from typing import Any

from aiohttp import web
from attrs import evolve

from mock_backpack.apis.connect import handlers
from mock_backpack.core import backpack
from mock_backpack.core.backpack import Grant, Identity
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.randomness import Randomness
from mock_backpack.core.seams import Right
from mock_backpack.openbadges.recipient import Recipient, is_for


def _answer_with(
    right: Right, identity: Identity, grant: Grant, change: Mapping[str, Any]
) -> web.Response:
    response: web.Response = right(identity, grant)
    body = {**json.loads(str(response.text)), **change}
    response.text = json.dumps({name: value for name, value in body.items() if value is not None})
    return response


@defect(
    "identity.salt-missing",
    handlers.identity_answer,
    endpoints=("identity",),
    breaks=("BC-IDENT-01",),
    since="0.1",
)
def forgets_the_salt(right: Right, identity: Identity, grant: Grant) -> web.Response:
    """The salt is missing."""
    return _answer_with(right, identity, grant, {"salt": None})


@defect(
    "identity.type-missing",
    handlers.identity_answer,
    endpoints=("identity",),
    breaks=("BC-IDENT-01",),
    since="0.1",
)
def forgets_the_type(right: Right, identity: Identity, grant: Grant) -> web.Response:
    """The type is missing."""
    return _answer_with(right, identity, grant, {"type": None})


@defect(
    "identity.other-type",
    handlers.identity_answer,
    endpoints=("identity",),
    breaks=("BC-IDENT-02", "BC-IDENT-05"),
    since="0.1",
)
def tells_another_type(right: Right, identity: Identity, grant: Grant) -> web.Response:
    """The type is sha256."""
    return _answer_with(right, identity, grant, {"type": "sha256"})


@defect(
    "identity.no-prefix",
    backpack.hashed_identity,
    endpoints=("identity",),
    breaks=("BC-IDENT-03", "BC-IDENT-05"),
    since="0.1",
)
def forgets_the_prefix(right: Right, email: str, salt: str) -> Identity:
    """The recipient is the hash without sha256$."""
    identity: Identity = right(email, salt)
    return evolve(identity, recipient=identity.recipient.partition("$")[2])


@defect(
    "identity.salt-first",
    backpack.hashed_identity,
    endpoints=("identity",),
    breaks=("BC-IDENT-04", "BC-IDENT-05"),
    since="0.1",
)
def puts_the_salt_first(_right: Right, email: str, salt: str) -> Identity:
    """The hash is of salt and e-mail, in the wrong order."""
    return Identity(f"sha256${hashlib.sha256((salt + email).encode()).hexdigest()}", salt)


@defect(
    "identity.plain-e-mail",
    backpack.hashed_identity,
    endpoints=("identity",),
    breaks=("BC-IDENT-03", "BC-IDENT-04", "BC-IDENT-05", "BC-IDENT-06"),
    since="0.1",
)
def tells_the_email(_right: Right, email: str, salt: str) -> Identity:
    """The recipient is the e-mail itself."""
    return Identity(email, salt)


@defect(
    "identity.leaks-e-mail",
    handlers.identity_answer,
    endpoints=("identity",),
    breaks=("BC-IDENT-06",),
    since="0.1",
)
def leaks_the_email(right: Right, identity: Identity, grant: Grant) -> web.Response:
    """The e-mail is included along with its hash."""
    return _answer_with(right, identity, grant, {"email": grant.earner})


@defect("identity.unusable", is_for, endpoints=("issue",), breaks=("BC-IDENT-05",), since="0.1")
def refuses_its_own_identity(right: Right, recipient: Recipient, email: str) -> bool:
    """Issue does not accept the identity that the identity endpoint returned."""
    is_own = len(recipient.salt or "") == 2 * backpack.SALT_BYTES
    return not is_own and bool(right(recipient, email))


@defect(
    "identity.constant-salt",
    backpack.new_salt,
    endpoints=("identity",),
    breaks=("BC-IDENT-07",),
    since="0.1",
)
def salts_all_alike(_right: Right, _randomness: Randomness) -> str:
    """All earners have the same salt."""
    return "0123456789abcdef" * 2


@defect(
    "identity.short-salt",
    backpack.new_salt,
    endpoints=("identity",),
    breaks=("BC-IDENT-07",),
    since="0.1",
)
def salts_weakly(right: Right, randomness: Randomness) -> str:
    """The salt has four characters."""
    return str(right(randomness))[:4]


@defect(
    "identity.cacheable",
    handlers.identity_answer,
    endpoints=("identity",),
    breaks=("BC-IDENT-09",),
    since="0.1",
)
def lets_caches_keep_it(right: Right, identity: Identity, grant: Grant) -> web.Response:
    """The identity may be stored by shared caches."""
    response: web.Response = right(identity, grant)
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


@defect(
    "identity.any-method",
    handlers.check_method,
    endpoints=("issue", "token", "identity"),
    breaks=("BC-IDENT-09",),
    since="0.1",
)
def takes_any_method(right: Right, request: web.Request, allowed: str) -> None:
    """The identity is returned for a POST as well."""
    if not request.path.endswith("/identity"):
        right(request, allowed)


@defect(
    "identity.salt-hashes-the-e-mail",
    backpack.hashed_identity,
    endpoints=("identity",),
    breaks=("BC-IDENT-07",),
    since="0.2",
)
def salts_with_a_hash_of_the_email(right: Right, email: str, _salt: str) -> Identity:
    """The salt is a hash of the earner's e-mail."""
    identity: Identity = right(
        email, hashlib.sha1(email.encode(), usedforsecurity=False).hexdigest()
    )
    return identity


@defect(
    "identity.salt-hashes-the-clock",
    backpack.new_salt,
    endpoints=("identity",),
    breaks=("BC-IDENT-07",),
    since="0.2",
)
def salts_with_a_hash_of_the_clock(_right: Right, _randomness: Randomness) -> str:
    """The salt is a hash of the time."""
    return hashlib.sha256(str(int(time.time())).encode()).hexdigest()
