"""The load of Backpack Connect: what an issuer and an earner do, and what must be true of it."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from typing import Any

from attrs import define, field

from conformance.engine.load import Load, LoadTask
from conformance.engine.load_earner import ADA, LoadEarner, such_as
from conformance.engine.step_result import StepResult

Saved = Mapping[str, Any]

AT_ONCE = 3
"""Requests of one earner at the same time."""
KEPT_BADGES = 20
"""Badges that stay on the issuer site, to be pushed again."""
NEWCOMERS_LEAVE = 5
"""So many badges a newcomer gets."""
ONCE = {"exactly": {"badge-accepted": 1, "already-added": "rest"}}
ONE_WINS = {"exactly": {"refresh-accepted": 1, "refresh-token-invalid": "rest"}}
WORKS = {"status": "2xx"}
DEAD_ACCESS = {"answer": "token-invalid"}
DEAD_REFRESH = {"answer": "refresh-token-invalid"}


@define(eq=False)
class Memory:
    """What must be true of an earner, by what was done so far."""

    grant: Saved = field(factory=dict)
    badges: list[Saved] = field(factory=list)
    """Those that were added and are still served, oldest first."""
    uids: list[str] = field(factory=list)
    """Of all badges that were added."""


def token_of(memory: Memory) -> object:
    """The access token of an earner."""
    return memory.grant.get("access_token")


def memory_of(earner: LoadEarner) -> Memory:
    """What the tasks of this module remember of an earner."""
    memory: Memory = earner.memory
    return memory


async def connect(earner: LoadEarner) -> None:
    """The earner grants access; whoever was here before keeps what they have."""
    result = await earner.do("connect", earner=ADA)
    earner.judge("BC-CONNECT-05", result, when="landed", answer="granted")
    memory_of(earner).grant = earner.need(result, "connect").saved


async def identity(earner: LoadEarner) -> None:
    """The identity is that of this earner, whoever else asks meanwhile."""
    result = await earner.do("identity", token=memory_of(earner).grant["access_token"])
    earner.judge("BC-IDENT-01", result, answer="identity")
    earner.judge("BC-IDENT-04", result, hash_of=earner.email)


async def push(earner: LoadEarner) -> None:
    """A new badge is added."""
    memory = memory_of(earner)
    badge = await _host(earner)
    result = await _issue(earner, badge)
    earner.time_push(len(memory.uids), result)
    if earner.judge("BC-ISSUE-01", result, answer="badge-accepted"):
        _added(earner, badge)
    if earner.is_newcomer and len(memory.uids) >= NEWCOMERS_LEAVE:
        earner.has_left = True


async def push_again(earner: LoadEarner) -> None:
    """A badge that was added is still there."""
    for badge in memory_of(earner).badges[:1]:
        earner.judge("BC-ISSUE-11", await _issue(earner, badge), answer="already-added")


async def push_at_once(earner: LoadEarner) -> None:
    """Of several pushes of one badge, one adds it."""
    badge = await _host(earner)
    step = {"issue": {"token": memory_of(earner).grant["access_token"], "badge": badge["url"]}}
    result = await earner.do("parallel", times=AT_ONCE, step=step)
    earner.judge("BC-ISSUE-11", result, **ONCE)
    _added(earner, badge)


async def push_astray(earner: LoadEarner) -> None:
    """A badge of another earner is refused."""
    recipient = {"email": f"somebody-else.{earner.session.nonce()}@example.org"}
    badge = await _host(earner, recipient=recipient)
    earner.judge("BC-ISSUE-09", await _issue(earner, badge), answer="wrong-earner")
    earner.session.site.withdraw(badge["urls"])


async def refresh(earner: LoadEarner) -> None:
    """The new pair works, and the spent one never does."""
    memory = memory_of(earner)
    spent = memory.grant
    result = await earner.do("refresh", token=spent["refresh_token"])
    earner.judge("BC-TOKEN-01", result, answer="refreshed")
    fresh = earner.need(result, "refresh").saved
    memory.grant = {**spent, **fresh}
    result = await earner.do("identity", token=fresh["access_token"])
    earner.judge("BC-TOKEN-03", result, **WORKS)
    earner.judge("BC-IDENT-04", result, when="success", hash_of=earner.email)
    result = await earner.do("identity", token=spent["access_token"])
    earner.judge("BC-TOKEN-05", result, **DEAD_ACCESS)


async def use_spent(earner: LoadEarner) -> None:
    """A spent refresh token is refused; that may end the grant, so the earner connects again."""
    memory = memory_of(earner)
    spent = memory.grant["refresh_token"]
    result = await earner.do("refresh", token=spent)
    memory.grant = {**memory.grant, **earner.need(result, "refresh").saved}
    result = await earner.do("refresh", token=spent)
    earner.judge("BC-TOKEN-06", result, **DEAD_REFRESH)
    await connect(earner)


async def refresh_at_once(earner: LoadEarner) -> None:
    """Of several refreshes with one token, one wins; after that the earner connects again."""
    step = {"refresh": {"token": memory_of(earner).grant["refresh_token"]}}
    result = await earner.do("parallel", times=AT_ONCE, step=step)
    earner.judge("BC-TOKEN-15", result, **ONE_WINS)
    await connect(earner)


async def revoke(earner: LoadEarner) -> None:
    """A revoked grant stays dead, however the issuer refreshes meanwhile; badges stay."""
    memory = memory_of(earner)
    pairs, is_revoked = [memory.grant], asyncio.Event()

    async def end() -> None:
        try:
            earner.need(await earner.do("revoke", earner=ADA), "revoke")
        finally:
            is_revoked.set()

    async def go_on() -> None:
        while not is_revoked.is_set():
            result = await earner.do("refresh", token=pairs[-1]["refresh_token"])
            if result.trouble:
                return
            pairs.append({**pairs[-1], **result.saved})

    await earner.together(go_on(), end())
    for pair in pairs[-2:]:
        result = await earner.do("identity", token=pair["access_token"])
        earner.judge("BC-REVOKE-02", result, **DEAD_ACCESS)
    result = await earner.do("refresh", token=pairs[-1]["refresh_token"])
    earner.judge("BC-TOKEN-14", result, **DEAD_REFRESH)
    await connect(earner)
    result = await earner.do("identity", token=memory.grant["access_token"])
    earner.judge("BC-REVOKE-06", result, **WORKS)
    for badge in memory.badges[-1:]:
        earner.judge("BC-REVOKE-04", await _issue(earner, badge), answer="already-added")


async def look(earner: LoadEarner) -> None:
    """Each badge that was added is in the Backpack, and once."""
    if not earner.can("badges"):
        return
    listed = Counter((await earner.do("badges", earner=ADA)).saved["uids"])
    pushed = memory_of(earner).uids
    lost = [uid for uid in pushed if not listed[uid]]
    twice = [uid for uid in pushed if listed[uid] > 1]
    earner.find("BC-ISSUE-01", "each badge in the Backpack", such_as(lost, "missing"))
    earner.find("BC-ISSUE-11", "each badge once", such_as(twice, "more than once"))


async def _host(earner: LoadEarner, **members: Any) -> Saved:
    hosted = await earner.do("host", assertion={"version": "1.0", **members})
    return hosted.saved


async def _issue(earner: LoadEarner, badge: Saved) -> StepResult:
    token = memory_of(earner).grant["access_token"]
    return await earner.do("issue", token=token, badge=badge["url"])


def _added(earner: LoadEarner, badge: Saved) -> None:
    memory = memory_of(earner)
    memory.uids.append(badge["uid"])
    memory.badges.append(badge)
    for old in memory.badges[:-KEPT_BADGES]:
        earner.session.site.withdraw(old["urls"])
        memory.badges.remove(old)


LOAD = Load(
    memory=Memory,
    token=token_of,
    begin=LoadTask("connect", "An earner grants access", 0, ("BC-CONNECT-05",), connect),
    tasks=(
        LoadTask("push", "An issuer pushes a new badge", 10, ("BC-ISSUE-01",), push),
        LoadTask("push-again", "A badge is pushed again", 3, ("BC-ISSUE-11",), push_again),
        LoadTask(
            "push-at-once",
            "A badge is pushed several times at once",
            3,
            ("BC-ISSUE-11",),
            push_at_once,
        ),
        LoadTask(
            "push-astray",
            "A badge of somebody else is pushed",
            1,
            ("BC-ISSUE-09",),
            push_astray,
        ),
        LoadTask(
            "identity",
            "An issuer asks for the identity",
            6,
            ("BC-IDENT-01", "BC-IDENT-04"),
            identity,
        ),
        LoadTask(
            "refresh",
            "An issuer refreshes its tokens",
            3,
            ("BC-TOKEN-01", "BC-TOKEN-03", "BC-TOKEN-05", "BC-IDENT-04"),
            refresh,
        ),
        LoadTask(
            "use-spent",
            "A spent refresh token is used",
            1,
            ("BC-TOKEN-06", "BC-CONNECT-05"),
            use_spent,
        ),
        LoadTask(
            "refresh-at-once",
            "A refresh token is used several times at once",
            2,
            ("BC-TOKEN-15", "BC-CONNECT-05"),
            refresh_at_once,
        ),
        LoadTask(
            "revoke",
            "An earner revokes access while the issuer refreshes",
            2,
            ("BC-REVOKE-02", "BC-REVOKE-04", "BC-REVOKE-06", "BC-TOKEN-14", "BC-CONNECT-05"),
            revoke,
            frozenset({"revoke"}),
        ),
    ),
    end=LoadTask("look", "Every badge is there once", 0, ("BC-ISSUE-01", "BC-ISSUE-11"), look),
)
