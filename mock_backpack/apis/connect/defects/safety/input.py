"""Requests with unusual input that cause a server error."""

import re
from collections.abc import Mapping
from typing import Any

from mock_backpack.apis import parameters
from mock_backpack.apis.connect import ask, bearer, handlers
from mock_backpack.core.backpack import Backpack, Grant
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Crash, Right

DEEPER_THAN = 60
"""Levels of nesting at which a careless parser gives up."""


@defect(
    "safety.dies-on-deep-nesting",
    parameters.read_json,
    endpoints=("issue", "token"),
    breaks=("BC-ISSUE-15", "BC-SAFE-10"),
    since="0.2",
)
def dies_on_deep_nesting(right: Right, body: bytes) -> dict[str, Any]:
    """JSON with more than sixty levels causes a server error."""
    if body.count(b"[") > DEEPER_THAN:
        raise Crash("maximum recursion depth exceeded")
    return dict(right(body))


@defect(
    "safety.crashes-on-bad-utf8",
    parameters.read_json,
    endpoints=("issue", "token"),
    breaks=("BC-ISSUE-15", "BC-SAFE-10"),
    since="0.2",
)
def crashes_on_bad_utf8(right: Right, body: bytes) -> dict[str, Any]:
    """A body that is not UTF-8 causes a server error."""
    try:
        body.decode()
    except UnicodeDecodeError as error:
        raise Crash(str(error)) from error
    return dict(right(body))


@defect(
    "safety.crashes-on-surrogates",
    parameters.read_json,
    endpoints=("issue", "token"),
    breaks=("BC-ISSUE-15", "BC-SAFE-10"),
    since="0.2",
)
def crashes_on_surrogates(right: Right, body: bytes) -> dict[str, Any]:
    """Half of a surrogate pair in JSON causes a server error."""
    if re.search(rb"\\ud[89a-f]", body):
        raise Crash("surrogates not allowed")
    return dict(right(body))


@defect(
    "safety.crashes-on-many-digits",
    parameters.read_json,
    endpoints=("issue", "token"),
    breaks=("BC-ISSUE-15", "BC-SAFE-10"),
    since="0.2",
)
def crashes_on_many_digits(right: Right, body: bytes) -> dict[str, Any]:
    """A number with twenty digits causes a server error."""
    if re.search(rb"\d{20}", body):
        raise Crash("value out of range")
    return dict(right(body))


@defect(
    "safety.crashes-on-odd-charset",
    parameters.is_json,
    endpoints=("issue", "token"),
    breaks=("BC-ISSUE-15", "BC-SAFE-10"),
    since="0.2",
)
def crashes_on_an_odd_charset(right: Right, label: str, media_type: str) -> bool:
    """A charset other than UTF-8 causes a server error."""
    if "charset" in label and "utf-8" not in label.lower():
        raise Crash("unknown encoding")
    return bool(right(label, media_type))


@defect(
    "safety.crashes-on-other-json",
    parameters.read_json,
    endpoints=("issue", "token"),
    breaks=("BC-ISSUE-08", "BC-ISSUE-15", "BC-SAFE-10"),
    since="0.2",
)
def crashes_on_other_json(right: Right, body: bytes) -> dict[str, Any]:
    """JSON that is not an object causes a server error."""
    if body.strip()[:1] in (b"[", b'"', b"7", b"n", b"t"):
        raise Crash("object has no attribute 'get'")
    return dict(right(body))


@defect(
    "safety.crashes-on-odd-form",
    parameters.read_form,
    endpoints=("issue", "token"),
    breaks=("BC-ISSUE-15", "BC-SAFE-10"),
    since="0.2",
)
def crashes_on_an_odd_form(right: Right, body: bytes) -> list[tuple[str, str]]:
    """Invalid percent-encoding causes a server error."""
    if re.search(rb"%(?![0-9A-Fa-f]{2})|%[89A-Fa-f]", body):
        raise Crash("malformed percent-encoding")
    return list(right(body))


@defect(
    "safety.crashes-on-number-token",
    handlers.refresh_token,
    endpoints=("token",),
    breaks=("BC-TOKEN-13", "BC-SAFE-10"),
    since="0.2",
)
def crashes_on_a_number(right: Right, sent: Mapping[str, Any]) -> str | None:
    """A number instead of a refresh token causes a server error."""
    if isinstance(sent.get("refresh_token"), int | float):
        raise Crash("'int' object has no attribute 'encode'")
    token: str | None = right(sent)
    return token


@defect(
    "safety.long-token-is-500",
    handlers.refresh_token,
    endpoints=("token",),
    breaks=("BC-SAFE-10",),
    since="0.2",
)
def fails_at_a_long_token(right: Right, sent: Mapping[str, Any]) -> str | None:
    """A refresh token of more than 255 characters causes a server error."""
    token: str | None = right(sent)
    if token is not None and len(token) > LONGEST_COLUMN:
        raise Crash("value too long for type character varying(255)")
    return token


LONGEST_COLUMN = 255
"""Characters that a careless database has room for."""


@defect(
    "safety.nul-is-500",
    handlers.refresh_token,
    endpoints=("token",),
    breaks=("BC-SAFE-10",),
    since="0.2",
)
def fails_at_a_nul(right: Right, sent: Mapping[str, Any]) -> str | None:
    """A refresh token that contains a NUL causes a server error."""
    token: str | None = right(sent)
    if token is not None and "\0" in token:
        raise Crash("invalid byte sequence: 0x00")
    return token


@defect(
    "safety.long-credentials-are-500",
    bearer.find_grant,
    endpoints=("issue", "identity"),
    breaks=("BC-SAFE-10",),
    since="0.2",
)
def fails_at_long_credentials(right: Right, backpack: Backpack, token: str) -> Grant | None:
    """An access token of more than 255 characters causes a server error."""
    if len(token) > LONGEST_COLUMN:
        raise Crash("value too long for type character varying(255)")
    grant: Grant | None = right(backpack, token)
    return grant


@defect(
    "safety.crashes-on-odd-query",
    ask.checked_scopes,
    endpoints=("access",),
    breaks=("BC-SAFE-10",),
    since="0.2",
)
def crashes_on_an_odd_query(right: Right, scope: str) -> tuple[str, ...]:
    """A scope that is not ASCII, or contains a percent sign, causes a server error."""
    if not scope.isascii() or "%" in scope:
        raise Crash("malformed percent-encoding")
    return tuple(right(scope))
