"""Wrong answers of the identity endpoint."""

import hashlib
import json
import time
from collections.abc import Mapping
from typing import Any

from aiohttp import web
from attrs import evolve

from mock_backpack.apis.connect import api
from mock_backpack.core import backpack
from mock_backpack.core.backpack import Grant, Identity
from mock_backpack.core.randomness import Randomness
from mock_backpack.core.seams import Right, defect
from mock_backpack.openbadges.recipient import Recipient, is_for


def _answer_with(
    right: Right, identity: Identity, grant: Grant, change: Mapping[str, Any]
) -> web.Response:
    response: web.Response = right(identity, grant)
    body = {**json.loads(str(response.text)), **change}
    response.text = json.dumps({name: value for name, value in body.items() if value is not None})
    return response


@defect("identity.salt-missing", api.identity_answer)
def forgets_the_salt(right: Right, identity: Identity, grant: Grant) -> web.Response:
    return _answer_with(right, identity, grant, {"salt": None})


@defect("identity.type-missing", api.identity_answer)
def forgets_the_type(right: Right, identity: Identity, grant: Grant) -> web.Response:
    return _answer_with(right, identity, grant, {"type": None})


@defect("identity.salt-hashes-the-e-mail", backpack.hashed_identity)
def salts_with_a_hash_of_the_email(right: Right, email: str, _salt: str) -> Identity:
    told: Identity = right(email, hashlib.sha1(email.encode(), usedforsecurity=False).hexdigest())
    return told


@defect("identity.salt-hashes-the-clock", backpack.new_salt)
def salts_with_a_hash_of_the_clock(_right: Right, _randomness: Randomness) -> str:
    return hashlib.sha256(str(int(time.time())).encode()).hexdigest()


@defect("identity.other-type", api.identity_answer)
def tells_another_type(right: Right, identity: Identity, grant: Grant) -> web.Response:
    return _answer_with(right, identity, grant, {"type": "sha256"})


@defect("identity.no-prefix", backpack.hashed_identity)
def forgets_the_prefix(right: Right, email: str, salt: str) -> Identity:
    told: Identity = right(email, salt)
    return evolve(told, recipient=told.recipient.partition("$")[2])


@defect("identity.salt-first", backpack.hashed_identity)
def puts_the_salt_first(_right: Right, email: str, salt: str) -> Identity:
    return Identity(f"sha256${hashlib.sha256((salt + email).encode()).hexdigest()}", salt)


@defect("identity.plain-e-mail", backpack.hashed_identity)
def tells_the_email(_right: Right, email: str, salt: str) -> Identity:
    return Identity(email, salt)


@defect("identity.leaks-e-mail", api.identity_answer)
def leaks_the_email(right: Right, identity: Identity, grant: Grant) -> web.Response:
    return _answer_with(right, identity, grant, {"email": grant.earner})


@defect("identity.unusable", is_for)
def refuses_its_own_identity(right: Right, recipient: Recipient, email: str) -> bool:
    told_by_us = len(recipient.salt or "") == 2 * backpack.SALT_BYTES
    return not told_by_us and bool(right(recipient, email))


@defect("identity.constant-salt", backpack.new_salt)
def salts_all_alike(_right: Right, _randomness: Randomness) -> str:
    return "0123456789abcdef" * 2


@defect("identity.short-salt", backpack.new_salt)
def salts_weakly(right: Right, randomness: Randomness) -> str:
    return str(right(randomness))[:4]


@defect("identity.cacheable", api.identity_answer)
def lets_caches_keep_it(right: Right, identity: Identity, grant: Grant) -> web.Response:
    response: web.Response = right(identity, grant)
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


@defect("identity.any-method", api.check_method)
def takes_any_method(right: Right, request: web.Request, allowed: str) -> None:
    if not request.path.endswith("/identity"):
        right(request, allowed)
