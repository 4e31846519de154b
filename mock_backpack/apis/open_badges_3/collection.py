"""The credentials of an earner: which are the same, which are newer, and how they are listed."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

import orjson
from aiohttp import web

from mock_backpack.apis.answers import json_answer
from mock_backpack.apis.open_badges_3.envelope import NO_STORE
from mock_backpack.apis.paging import Page, links
from mock_backpack.core.backpack import Badge, Earner
from mock_backpack.core.holdings import OPEN_BADGES_3
from mock_backpack.core.seams import seam
from mock_backpack.openbadges.three.members import dates_of
from mock_backpack.openbadges.times import moment_of


@seam
def key_of(issuer: str, identifier: str) -> tuple[str, str]:
    """What two credentials have in common that are the same (section Equality and Comparison)."""
    return OPEN_BADGES_3, json.dumps([compared(issuer), compared(identifier)])


@seam
def compared(identifier: str) -> str:
    """An id as it is compared."""
    return unquote(identifier).strip()


@seam
def same(earner: Earner, badge: Badge) -> Badge | None:
    """The credential that an earner has already, in whatever form."""
    return earner.badges.get(badge.key)


@seam
def is_newer(badge: Badge, old: Badge) -> bool:
    """Whether a credential replaces one that is there: it is valid from a later time on."""
    return begins_at(badge) > begins_at(old)


def begins_at(badge: Badge) -> float:
    """Unix seconds from which a credential is valid."""
    credential = badge.document
    begins, _ = dates_of(credential)
    return moment_of(str(credential[begins]).upper()).timestamp()


@seam
def badges_of(earner: Earner) -> list[Badge]:
    """The credentials of an earner, the one that was pushed last at the end."""
    return [badge for badge in earner.badges.values() if badge.key[0] == OPEN_BADGES_3]


@seam
def issued_after(badges: list[Badge], page: Page) -> list[Badge]:
    """The credentials that are valid from a time after the one that the client names."""
    if not page.since:
        return badges
    return [badge for badge in badges if begins_at(badge) > page.after]


def listed_answer(url: str, page: Page, badges: list[Badge]) -> web.Response:
    """One page of the collection."""
    headers = {
        **NO_STORE,
        "X-Total-Count": str(total(badges)),
        **links(url, page, len(badges)),
    }
    return collection_answer(listed_members(asked_part(badges, page)), headers)


@seam
def asked_part(badges: list[Badge], page: Page) -> list[Badge]:
    """The credentials of a page."""
    return badges[page.offset : page.offset + page.limit]


@seam
def total(badges: list[Badge]) -> int:
    """How many credentials all pages have."""
    return len(badges)


@seam
def listed_members(part: list[Badge]) -> dict[str, Any]:
    """The credentials of a page, by how they were pushed."""
    return {
        "credential": [orjson.Fragment(badge.text) for badge in part if not badge.signed],
        "compactJwsString": [badge.signed for badge in part if badge.signed],
    }


@seam
def collection_answer(members: Mapping[str, Any], headers: Mapping[str, str]) -> web.Response:
    """The good answer of the collection."""
    return json_answer(members, headers)
