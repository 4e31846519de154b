"""Collections of more than one page, with all shapes that the arrays may have."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

from aiohttp import web
from multidict import MultiMapping

from mock_backpack.apis import paging
from mock_backpack.apis.badge_connect import handlers
from mock_backpack.core.fault import Call
from mock_backpack.core.holdings import OPEN_BADGES_2, Badge
from mock_backpack.core.misbehaviours import chosen, fault, within
from mock_backpack.core.seams import Armed, Right, arming
from mock_backpack.core.strict_json import json_bytes

AT = ("assertions",)
ISSUED = datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)
EXAMPLE = "https://badges.example.org/assertions"
SIGNED = "eyJhbGciOiJSUzI1NiJ9.eyJpZCI6InVybjp1dWlkOmV4YW1wbGUifQ.c2lnbmF0dXJl"


@fault(
    "read.pages",
    endpoints=AT,
    stresses=("BC21-CLIENT-23",),
    parameters=(
        within("badges", 5, 0, 1000, "a whole number"),
        within("limit", 2, 1, 1000, "a whole number"),
        chosen("arrays", "both", "odd"),
    ),
    since="0.2",
)
async def has_pages(call: Call, *, badges: int, limit: int, arrays: str) -> web.StreamResponse:
    """The collection has several pages; with odd arrays, an empty one is missing or null."""
    made = [example(number, badges) for number in range(badges)]

    def collection(_right: Right, _badges: list[Badge]) -> list[Badge]:
        return made

    def number(right: Right, query: MultiMapping[str], name: str, usual: int, least: int) -> int:
        asked = cast("int", right(query, name, usual, least))
        return min(asked, limit) if name == "limit" else asked

    def members(right: Right, part: list[Badge]) -> Mapping[str, Any]:
        return odd(right(part)) if arrays == "odd" else cast("Mapping[str, Any]", right(part))

    seams: Armed = {
        handlers.newest_first: (collection,),
        paging.number: (number,),
        handlers.listed_members: (members,),
    }
    with arming(seams):
        return await call.proceed()


def odd(members: Mapping[str, Any]) -> Mapping[str, Any]:
    """The members of a page, where an empty array is left out, or null when it is the first."""
    kept: dict[str, Any] = {name: value for name, value in members.items() if value}
    return kept if "assertions" in kept else {"assertions": None, **kept}


def example(number: int, of: int) -> Badge:
    """One of several made-up badges; the second half of them is signed."""
    url = f"{EXAMPLE}/{number}"
    signed = SIGNED if number >= -(-of // 2) else ""
    badge = (OPEN_BADGES_2, url)
    return Badge(badge, json_bytes(assertion(url)), signed, updated_at=ISSUED.timestamp())


def assertion(url: str) -> dict[str, Any]:
    """A made-up assertion."""
    return {
        "@context": "https://w3id.org/openbadges/v2",
        "id": url,
        "type": "Assertion",
        "recipient": {"type": "email", "hashed": False, "identity": "ada@example.org"},
        "badge": "https://badges.example.org/class",
        "verification": {"type": "HostedBadge"},
        "issuedOn": ISSUED.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
