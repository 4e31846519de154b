"""The load of the API of Open Badges 3.0: its requirements, and how credentials are pushed."""

from typing import Any

from conformance.apis.oauth.load import (
    READ,
    WRITE,
    LoadFacts,
    MadeBadge,
    OAuthTasks,
    added,
    load_of,
    memory_of,
    post,
)
from conformance.engine.load import LoadTask
from conformance.engine.load_earner import LoadEarner

VERSIONS = ("2024-05-06T07:08:09Z", "2025-02-03T04:05:06Z", "2026-01-02T03:04:05Z")
"""When the versions of a credential begin to be valid: that decides which is the newest."""


async def new_badge(earner: LoadEarner, *, email: str | None = None) -> MadeBadge:
    """A credential of the earner, or of somebody else."""
    recipient: dict[str, Any] = {} if email is None else {"recipient": {"email": email}}
    saved = (await earner.do("sign", credential=recipient)).saved
    return MadeBadge(saved["id"], {"credential": saved}, saved["urls"])


async def push_versions(earner: LoadEarner) -> None:
    """Of several versions that are pushed one after the other, the newest stays."""
    badge, before = None, None
    for moment in VERSIONS:
        replaced: dict[str, Any] = {} if before is None else {"replaces": before}
        before = (await earner.do("sign", credential={"validFrom": moment}, **replaced)).saved
        badge = MadeBadge(before["id"], {"credential": before}, before["urls"])
        result = await post(earner, badge)
        if moment != VERSIONS[0]:
            earner.judge("OB3-POST-07", result, status=200)
        earner.need(result, "push")
    if badge is None:
        return
    added(earner, badge)
    listed = await earner.do("collection", token=memory_of(earner).grant["access_token"])
    if badge.id not in listed.saved["ids"]:
        return  # it is lost, or the list is that of somebody else: a look says which
    newest = {
        "type": "object",
        "required": ["id", "validFrom"],
        "properties": {"id": {"const": badge.id}, "validFrom": {"const": VERSIONS[-1]}},
    }
    entries = {"title": "an array with the newest version", "contains": newest}
    earner.judge("OB3-POST-07", listed, body={"credential": entries})


def profile_of(email: str) -> dict[str, Any]:
    """Terms of a profile with this e-mail."""
    return {"body": {"email": {"title": "the earner's e-mail address", "const": email}}}


LOAD = load_of(
    OAuthTasks(
        LoadFacts(
            accepted=("OB3-POST-01", {"status": 201}),
            listed="OB3-POST-06",
            once="OB3-POST-07",
            own="OB3-AUTH-06",
            astray=("OB3-POST-17", {"status": "4xx"}),
            email="OB3-PROF-02",
            profile=profile_of,
            tokens="OB3-TOKEN-01",
            code_once="OB3-TOKEN-06",
            refresh="OB3-TOKEN-10",
            replaced="OB3-TOKEN-12",
            revoked="OB3-REV-01",
            again="OB3-REV-01",
            kept="OB3-REV-01",
        ),
        new_badge,
    ),
    LoadTask(
        "push-versions",
        "A credential is pushed in several versions",
        1,
        ("OB3-POST-07",),
        push_versions,
        READ | WRITE,
    ),
)
