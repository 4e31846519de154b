"""Wrong ways of reading what is pushed."""

from collections.abc import Mapping
from typing import Any

from mock_backpack.apis import parameters
from mock_backpack.apis.connect import api
from mock_backpack.core.seams import Crash, Right, defect


@defect("push.unwraps-arrays", api.pushed_badge)
def takes_the_first_of_an_array(right: Right, sent: Mapping[str, Any]) -> str:
    badge = sent.get("badge")
    return str(right({"badge": badge[0]} if isinstance(badge, list) and badge else sent))


@defect("push.unwraps-objects", api.pushed_badge)
def takes_the_url_of_an_object(right: Right, sent: Mapping[str, Any]) -> str:
    badge = sent.get("badge")
    url = badge.get("url") if isinstance(badge, dict) else None
    return str(right({"badge": url} if isinstance(url, str) else sent))


@defect("push.crashes-on-array", api.pushed_badge)
def crashes_on_an_array(right: Right, sent: Mapping[str, Any]) -> str:
    if isinstance(sent.get("badge"), list):
        raise Crash("badge.indexOf(...).trim is not a function")
    return str(right(sent))


@defect("push.crashes-on-blank", api.pushed_badge)
def crashes_on_blanks(right: Right, sent: Mapping[str, Any]) -> str:
    badge = sent.get("badge")
    if isinstance(badge, str) and badge and not badge.strip():
        raise Crash("Invalid URI")
    return str(right(sent))


@defect("push.other-names", api.pushed_badge)
def reads_other_names(right: Right, sent: Mapping[str, Any]) -> str:
    found = [value for name, value in sent.items() if name.startswith("badge")]
    return str(right({"badge": found[0]} if found else sent))


@defect("push.crashes-on-null", parameters.read_json)
def crashes_on_null(right: Right, body: bytes) -> dict[str, Any]:
    if body.strip() == b"null":
        raise Crash("Cannot read property 'badge' of null")
    return dict(right(body))
