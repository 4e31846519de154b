"""Wrong refusals."""

from typing import Any

from aiohttp import web

from mock_backpack.apis.open_badges_3 import envelope, handlers
from mock_backpack.core.errors import ApiError
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Crash, Right

AT = ("credentials", "credential-profile")
Members = dict[str, Any]


def with_value(members: Members, value: str) -> Members:
    """A status with another minor code."""
    [field] = members["imsx_codeMinor"]["imsx_codeMinorField"]
    changed = {**field, "imsx_codeMinorFieldValue": value}
    return {**members, "imsx_codeMinor": {"imsx_codeMinorField": [changed]}}


@defect(
    "imsx.own-body",
    envelope.status_info,
    endpoints=AT,
    breaks=("OB3-ERR-01", "OB3-ERR-04", "OB3-ERR-07"),
    since="0.2",
)
def own_body(_right: Right, _status: int, message: str) -> Members:
    """A refusal is an object of the Backpack's own."""
    return {"message": message}


@defect("imsx.own-major", envelope.status_info, endpoints=AT, breaks=("OB3-ERR-01",), since="0.2")
def own_major(right: Right, status: int, message: str) -> Members:
    """The major code is a word of its own."""
    return {**right(status, message), "imsx_codeMajor": "error"}


@defect("imsx.no-severity", envelope.status_info, endpoints=AT, breaks=("OB3-ERR-01",), since="0.2")
def no_severity(right: Right, status: int, message: str) -> Members:
    """A refusal has no severity."""
    members: Members = right(status, message)
    del members["imsx_severity"]
    return members


@defect("imsx.own-severity", envelope.severity, endpoints=AT, breaks=("OB3-ERR-01",), since="0.2")
def own_severity(_right: Right, _status: int) -> str:
    """The severity is a word of its own."""
    return "fatal"


@defect("imsx.flat-minor", envelope.status_info, endpoints=AT, breaks=("OB3-ERR-02",), since="0.2")
def flat_minor(right: Right, status: int, message: str) -> Members:
    """The minor code is a text."""
    members: Members = right(status, message)
    [field] = members["imsx_codeMinor"]["imsx_codeMinorField"]
    return {**members, "imsx_codeMinor": field["imsx_codeMinorFieldValue"]}


@defect("imsx.one-field", envelope.status_info, endpoints=AT, breaks=("OB3-ERR-02",), since="0.2")
def one_field(right: Right, status: int, message: str) -> Members:
    """The field of the minor code is not in an array."""
    members: Members = right(status, message)
    [field] = members["imsx_codeMinor"]["imsx_codeMinorField"]
    return {**members, "imsx_codeMinor": {"imsx_codeMinorField": field}}


@defect(
    "imsx.own-minor",
    envelope.status_info,
    endpoints=AT,
    breaks=("OB3-ERR-02", "OB3-ERR-03"),
    since="0.2",
)
def own_minor(right: Right, status: int, message: str) -> Members:
    """The minor code is a word of its own."""
    return with_value(right(status, message), "BAD_REQUEST")


@defect("imsx.same-minor", envelope.status_info, endpoints=AT, breaks=("OB3-ERR-03",), since="0.2")
def same_minor(right: Right, status: int, message: str) -> Members:
    """The minor code is the same for all refusals."""
    return with_value(right(status, message), "server_busy")


@defect("imsx.silent", envelope.status_info, endpoints=AT, breaks=("OB3-ERR-04",), since="0.2")
def silent(right: Right, status: int, message: str) -> Members:
    """A refusal does not explain itself."""
    return {**right(status, message), "imsx_description": ""}


@defect("imsx.extra", envelope.status_info, endpoints=AT, breaks=("OB3-ERR-07",), since="0.2")
def extra(right: Right, status: int, message: str) -> Members:
    """A refusal has a member of its own."""
    return {**right(status, message), "status": status}


@defect("imsx.method-404", handlers.no_method, endpoints=AT, breaks=("OB3-ERR-05",), since="0.2")
def method_404(_right: Right, request: web.Request, _allow: str) -> ApiError:
    """Another method is answered with 404."""
    return envelope.refusal(404, f"no {request.method} here")


@defect("imsx.method-400", handlers.no_method, endpoints=AT, breaks=("OB3-ERR-05",), since="0.2")
def method_400(_right: Right, request: web.Request, _allow: str) -> ApiError:
    """Another method is answered with 400."""
    return envelope.refusal(400, f"no {request.method} here")


@defect(
    "imsx.crash-on-queries",
    handlers.bad_query,
    endpoints=AT,
    breaks=("OB3-ERR-06", "OB3-GET-10"),
    since="0.2",
)
def crash_on_queries(_right: Right, message: str) -> ApiError:
    """A wrong query is answered with 500."""
    raise Crash(message)


@defect(
    "imsx.crash-on-bodies",
    handlers.unfit,
    endpoints=AT,
    breaks=("OB3-ERR-06", "OB3-POST-23"),
    since="0.2",
)
def crash_on_bodies(_right: Right, message: str) -> ApiError:
    """A body that is no credential is answered with 500."""
    raise Crash(message)


@defect(
    "imsx.crash-on-credentials",
    handlers.invalid_credential,
    endpoints=AT,
    breaks=("OB3-ERR-06", "OB3-POST-23", "BC-SAFE-07"),
    since="0.2",
)
def crash_on_credentials(_right: Right, message: str) -> ApiError:
    """A credential that does not verify is answered with 500."""
    raise Crash(message)
