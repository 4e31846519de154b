"""Wrong ways of reading what is pushed."""

from collections.abc import Mapping
from typing import Any

from mock_backpack.apis import parameters
from mock_backpack.apis.connect import handlers
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Crash, Right


@defect(
    "push.unwraps-arrays",
    handlers.pushed_badge,
    endpoints=("issue",),
    breaks=("BC-ISSUE-19",),
    since="0.2",
)
def takes_the_first_of_an_array(right: Right, sent: Mapping[str, Any]) -> str:
    """An array instead of a badge counts as its first item."""
    badge = sent.get("badge")
    return str(right({"badge": badge[0]} if isinstance(badge, list) and badge else sent))


@defect(
    "push.unwraps-objects",
    handlers.pushed_badge,
    endpoints=("issue",),
    breaks=("BC-ISSUE-19",),
    since="0.2",
)
def takes_the_url_of_an_object(right: Right, sent: Mapping[str, Any]) -> str:
    """An object instead of a badge counts as its url."""
    badge = sent.get("badge")
    url = badge.get("url") if isinstance(badge, dict) else None
    return str(right({"badge": url} if isinstance(url, str) else sent))


@defect(
    "push.crashes-on-array",
    handlers.pushed_badge,
    endpoints=("issue",),
    breaks=("BC-ISSUE-15", "BC-ISSUE-19"),
    since="0.2",
)
def crashes_on_an_array(right: Right, sent: Mapping[str, Any]) -> str:
    """An array instead of a badge causes a server error."""
    if isinstance(sent.get("badge"), list):
        raise Crash("badge.indexOf(...).trim is not a function")
    return str(right(sent))


@defect(
    "push.crashes-on-blank",
    handlers.pushed_badge,
    endpoints=("issue",),
    breaks=("BC-ISSUE-15", "BC-ISSUE-19"),
    since="0.2",
)
def crashes_on_blanks(right: Right, sent: Mapping[str, Any]) -> str:
    """A badge that consists only of spaces causes a server error."""
    badge = sent.get("badge")
    if isinstance(badge, str) and badge and not badge.strip():
        raise Crash("Invalid URI")
    return str(right(sent))


@defect(
    "push.other-names",
    handlers.pushed_badge,
    endpoints=("issue",),
    breaks=("BC-ISSUE-08",),
    since="0.2",
)
def reads_other_names(right: Right, sent: Mapping[str, Any]) -> str:
    """The badge is read from any parameter whose name begins with badge."""
    values = [value for name, value in sent.items() if name.startswith("badge")]
    return str(right({"badge": values[0]} if values else sent))


@defect(
    "push.crashes-on-null",
    parameters.read_json,
    endpoints=("issue", "token"),
    breaks=("BC-ISSUE-08", "BC-ISSUE-15", "BC-SAFE-10"),
    since="0.2",
)
def crashes_on_null(right: Right, body: bytes) -> dict[str, Any]:
    """A body that is the JSON value null causes a server error."""
    if body.strip() == b"null":
        raise Crash("Cannot read property 'badge' of null")
    return dict(right(body))
