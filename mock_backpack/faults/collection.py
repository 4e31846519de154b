"""Collections of credentials of more than one page, small and large."""

import base64
from collections.abc import Mapping
from typing import Any, cast

from aiohttp import web
from multidict import MultiMapping

from mock_backpack.apis import paging
from mock_backpack.apis.open_badges_3 import collection
from mock_backpack.core.fault import Call
from mock_backpack.core.holdings import OPEN_BADGES_3, Badge
from mock_backpack.core.misbehaviours import chosen, fault, within
from mock_backpack.core.seams import Armed, Right, arming
from mock_backpack.core.strict_json import json_bytes
from mock_backpack.openbadges.three.contexts import CREDENTIALS_2, OPEN_BADGES

EXAMPLE = "https://badges.example.org/credentials"
HEADER = '{"alg":"RS256","kid":"https://badges.example.org/key"}'


@fault(
    "collection.pages",
    endpoints=("credentials",),
    stresses=("OB3-CLIENT-11",),
    parameters=(
        within("badges", 5, 0, 1000, "a whole number"),
        within("limit", 2, 1, 1000, "a whole number"),
        within("kilobytes", 0, 0, 2000, "a whole number"),
        chosen("arrays", "both", "odd"),
    ),
    since="0.2",
)
async def has_pages_of_credentials(
    call: Call, *, badges: int, limit: int, kilobytes: int, arrays: str
) -> web.StreamResponse:
    """Pages of made-up credentials, half of them JWS; with odd arrays, an empty one is missing."""
    made = [example(number, badges, kilobytes) for number in range(badges)]

    def stored(_right: Right, _earner: Any) -> list[Badge]:
        return made

    def number(right: Right, query: MultiMapping[str], name: str, usual: int, least: int) -> int:
        asked = cast("int", right(query, name, usual, least))
        return min(asked, limit) if name == "limit" else asked

    def members(right: Right, part: list[Badge]) -> Mapping[str, Any]:
        members: Mapping[str, Any] = right(part)
        return {n: value for n, value in members.items() if value or arrays == "both"}

    seams: Armed = {
        collection.badges_of: (stored,),
        paging.number: (number,),
        collection.listed_members: (members,),
    }
    with arming(seams):
        return await call.proceed()


def example(number: int, of: int, kilobytes: int) -> Badge:
    """One of several made-up credentials; the second half of them has a JWS, with no good key."""
    url = f"{EXAMPLE}/{number}"
    content = json_bytes(credential(url, kilobytes))
    signed = number >= -(-of // 2)
    jws = ".".join(map(part, (HEADER.encode(), content, b"signature"))) if signed else ""
    return Badge((OPEN_BADGES_3, url), content, jws)


def part(content: bytes) -> str:
    """A part of a JWS."""
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def credential(url: str, kilobytes: int) -> dict[str, Any]:
    """A made-up credential."""
    return {
        "@context": [CREDENTIALS_2, OPEN_BADGES[0]],
        "id": url,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": "https://badges.example.org/issuer",
        "validFrom": "2024-01-02T03:04:05Z",
        "credentialSubject": {
            "id": "mailto:ada@example.org",
            "type": ["AchievementSubject"],
            "achievement": {
                "id": "https://badges.example.org/achievement",
                "type": ["Achievement"],
                "name": "Engineer",
                "description": "x" * kilobytes * 1000 or "Drew up a table of differences.",
                "criteria": {"narrative": "It adds up."},
            },
        },
    }
