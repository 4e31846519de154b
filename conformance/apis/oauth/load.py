"""The load of the APIs that share OAuth: what clients and earners do, and what must be true."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from functools import partial
from typing import Any, TypeAlias

from attrs import define, field, frozen

from conformance.engine.load import Load, LoadTask
from conformance.engine.load_earner import ADA, LoadEarner, such_as
from conformance.engine.step_result import StepResult

Saved = Mapping[str, Any]
NewBadge: TypeAlias = Callable[..., Awaitable["MadeBadge"]]
"""Makes a badge for an earner; ``email`` is that of somebody else."""

AT_ONCE = 3
"""Requests of one earner at the same time."""
KEPT_BADGES = 20
"""Badges whose documents stay on the issuer site, to be pushed again."""
NEWCOMERS_LEAVE = 5
"""So many badges a newcomer gets."""
MOST_BADGES = 60
"""So many badges any earner gets, as each look reads them all."""
OWNERS = "owners of badges under load"
"""Under which a session remembers who got which badge."""
DEAD = {"status": [401, 403]}
REFUSED = {"answer": "tokens-refused"}
ONE_WINS = {"exactly": {"tokens": 1, "tokens-refused": "rest"}}
READ, WRITE = frozenset({"read"}), frozenset({"write"})


@frozen
class MadeBadge:
    """A badge that can be pushed."""

    id: str
    pushed: Mapping[str, Any]
    """As `post` takes it."""
    urls: Mapping[str, str]
    """Of its documents on the issuer site."""


@frozen(kw_only=True)
class LoadFacts:
    """By which requirement an API holds what is true under load; how its pushes are answered."""

    accepted: tuple[str, Mapping[str, Any]]
    """A new badge is accepted: the requirement, and the terms of its answer."""
    listed: str
    """A pushed badge is in the collection."""
    once: str
    """It is there once."""
    own: str
    """No badge of another earner is there."""
    astray: tuple[str, Mapping[str, Any]]
    """A badge of somebody else is refused."""
    email: str
    """The profile is that of the earner."""
    profile: Callable[[str], Mapping[str, Any]]
    """Terms of a profile with this e-mail."""
    tokens: str
    """A code is traded for tokens."""
    code_once: str
    refresh: str
    replaced: str | None
    """A refresh token that was replaced is dead; ``None`` when the API does not say so."""
    revoked: str
    again: str
    """A new grant works after a revocation."""
    kept: str
    """Badges stay after a revocation."""


@define(eq=False)
class Memory:
    """What must be true of an earner, by what was done so far."""

    grant: Saved = field(factory=dict)
    badges: list[MadeBadge] = field(factory=list)
    """Those that were added and are still served, oldest first."""
    ids: list[str] = field(factory=list)
    """Of all badges that were added."""


def token_of(memory: Memory) -> object:
    """The access token of an earner."""
    return memory.grant.get("access_token")


def memory_of(earner: LoadEarner) -> Memory:
    """What the tasks of this module remember of an earner."""
    memory: Memory = earner.memory
    return memory


@frozen(eq=False)
class OAuthTasks:
    """The tasks of one API."""

    facts: LoadFacts
    new_badge: NewBadge

    async def connect(self, earner: LoadEarner) -> None:
        """The earner grants access to the client of the issuer."""
        result = await earner.do("connect", earner=ADA)
        earner.judge(self.facts.tokens, result, answer="tokens")
        memory_of(earner).grant = earner.need(result, "connect").saved

    async def push(self, earner: LoadEarner) -> None:
        """A new badge is accepted."""
        memory = memory_of(earner)
        badge = await self.new_badge(earner)
        result = await post(earner, badge)
        earner.time_push(len(memory.ids), result)
        requirement, terms = self.facts.accepted
        if earner.judge(requirement, result, **terms):
            added(earner, badge)
        most = NEWCOMERS_LEAVE if earner.is_newcomer else MOST_BADGES
        earner.has_left = len(memory.ids) >= most

    async def push_at_once(self, earner: LoadEarner) -> None:
        """A badge that is pushed several times at once is there once."""
        badge = await self.new_badge(earner)
        step = {"post": {"token": memory_of(earner).grant["access_token"], **badge.pushed}}
        results = await earner.do("parallel", times=AT_ONCE, step=step)
        if any(answer["status"] < 300 for answer in (results.response or {}).get("body", ())):
            added(earner, badge)
        await self.look(earner)

    async def push_astray(self, earner: LoadEarner) -> None:
        """A badge of another earner is refused."""
        email = f"somebody-else.{earner.session.nonce()}@example.org"
        badge = await self.new_badge(earner, email=email)
        requirement, terms = self.facts.astray
        earner.judge(requirement, await post(earner, badge), **terms)
        earner.session.site.withdraw(badge.urls)

    async def look(self, earner: LoadEarner) -> None:
        """Each badge is in the collection, once, and none of somebody else."""
        memory = memory_of(earner)
        if not earner.can("read") or not memory.grant:
            return
        result, listed = await self._listed(earner)
        foreign = self._foreign(earner, listed)
        lost = [name for name in memory.ids if not listed[name]]
        twice = [name for name in memory.ids if listed[name] > 1]
        exchange = result.exchange
        earner.find(self.facts.own, "no badge of another earner", such_as(foreign), exchange)
        earner.find(
            self.facts.listed, "each badge in the collection", such_as(lost, "missing"), exchange
        )
        earner.find(self.facts.once, "each badge once", such_as(twice, "more than once"), exchange)

    @staticmethod
    def _foreign(earner: LoadEarner, listed: Counter[str]) -> list[str]:
        """The badges of other earners in a collection."""
        owners = owners_of(earner)
        return [name for name in listed if owners.get(name, earner.email) != earner.email]

    async def _listed(self, earner: LoadEarner) -> tuple[StepResult, Counter[str]]:
        """How often each id is in the collection of the earner."""
        result = await earner.do("collection", token=memory_of(earner).grant["access_token"])
        return result, Counter(name for name in result.saved["ids"] if isinstance(name, str))

    async def profile(self, earner: LoadEarner) -> None:
        """The profile is that of this earner, whoever else asks meanwhile."""
        result = await earner.do("profile", token=memory_of(earner).grant["access_token"])
        earner.judge(self.facts.email, result, when="success", **self.facts.profile(earner.email))

    async def code_at_once(self, earner: LoadEarner) -> None:
        """Of several trades of one code, one gets tokens; then the earner connects again."""
        authorization = earner.need(await earner.do("authorize", earner=ADA), "authorize").saved
        step = {"exchange": {"authorization": authorization}}
        result = await earner.do("parallel", times=AT_ONCE, step=step)
        earner.judge(self.facts.code_once, result, **ONE_WINS)
        await self.connect(earner)

    async def refresh(self, earner: LoadEarner) -> None:
        """A refresh gives a token that works; a refresh token that it replaced is dead."""
        memory = memory_of(earner)
        spent = memory.grant
        if "refresh_token" not in spent:
            return
        result = await renewed(earner, spent)
        earner.judge(self.facts.refresh, result, answer="tokens")
        memory.grant = {**spent, **earner.need(result, "refresh").saved}
        if earner.can("profile"):
            await self.profile(earner)
        if self.facts.replaced is not None and "replaced" in result.saved:
            late = await renewed(earner, spent)
            earner.judge(self.facts.replaced, late, **REFUSED)
            await self.connect(earner)  # who uses a dead token may lose the grant

    async def revoke(self, earner: LoadEarner) -> None:
        """A revoked grant stays dead, however the client refreshes meanwhile; badges stay."""
        pairs, is_revoked = [memory_of(earner).grant], asyncio.Event()
        before = (await self._listed(earner))[1] if earner.can("read") else Counter[str]()

        async def end() -> None:
            try:
                earner.need(await earner.do("revoke", earner=ADA), "revoke")
            finally:
                is_revoked.set()

        async def go_on() -> None:
            while not is_revoked.is_set() and "refresh_token" in pairs[-1]:
                result = await renewed(earner, pairs[-1])
                if result.trouble:
                    return
                pairs.append({**pairs[-1], **result.saved})

        await earner.together(go_on(), end())
        for pair in pairs[-2:] if earner.can("profile") else ():
            result = await earner.do("profile", token=pair["access_token"])
            earner.judge(self.facts.revoked, result, **DEAD)
        if "refresh_token" in pairs[-1]:
            earner.judge(self.facts.revoked, await renewed(earner, pairs[-1]), **REFUSED)
        await self.connect(earner)
        if earner.can("profile"):
            result = await earner.do("profile", token=memory_of(earner).grant["access_token"])
            earner.judge(self.facts.again, result, status="2xx")
        if earner.can("read"):
            result, listed = await self._listed(earner)
            if self._foreign(earner, listed):
                return  # a list of somebody else says nothing of these badges
            lost = [name for name in memory_of(earner).ids if before[name] and not listed[name]]
            kept = "each badge as before the revocation"
            earner.find(self.facts.kept, kept, such_as(lost, "missing"), result.exchange)


def load_of(tasks: OAuthTasks, *further: LoadTask) -> Load:
    """The load of an API, with tasks of its own."""
    facts = tasks.facts
    return Load(
        memory=Memory,
        token=token_of,
        begin=LoadTask("connect", "An earner grants access", 0, (facts.tokens,), tasks.connect),
        tasks=(*_about_badges(tasks), *_about_grants(tasks), *further),
        end=LoadTask("look-at-the-end", "Every badge is there once", 0, _seen(facts), tasks.look),
    )


def _seen(facts: LoadFacts) -> tuple[str, ...]:
    """What a list of an earner's badges is judged by."""
    return facts.own, facts.listed, facts.once


def _about_badges(tasks: OAuthTasks) -> Iterator[LoadTask]:
    facts = tasks.facts
    task = partial(LoadTask, needs=WRITE)
    yield task("push", "An issuer pushes a new badge", 8, (facts.accepted[0],), tasks.push)
    title = "A badge is pushed several times at once"
    yield task("push-at-once", title, 2, _seen(facts), tasks.push_at_once)
    title = "A badge of somebody else is pushed"
    yield task("push-astray", title, 1, (facts.astray[0],), tasks.push_astray)
    yield LoadTask("look", "A client reads all badges", 2, _seen(facts), tasks.look, READ)


def _about_grants(tasks: OAuthTasks) -> Iterator[LoadTask]:
    facts = tasks.facts
    title = "A client reads the profile"
    yield LoadTask("profile", title, 4, (facts.email,), tasks.profile, frozenset({"profile"}))
    title = "A code is traded several times at once"
    yield LoadTask("code-at-once", title, 1, (facts.code_once, facts.tokens), tasks.code_at_once)
    title = "A client refreshes its tokens"
    about = (facts.refresh, facts.email, *([facts.replaced] if facts.replaced else []))
    yield LoadTask("refresh", title, 2, about, tasks.refresh, frozenset({"offline"}))
    title = "An earner revokes access while the client refreshes"
    about = tuple(dict.fromkeys((facts.revoked, facts.again, facts.kept)))
    yield LoadTask("revoke", title, 1, about, tasks.revoke, frozenset({"revoke"}))


async def post(earner: LoadEarner, badge: MadeBadge) -> StepResult:
    """Push a badge to an earner."""
    return await earner.do("post", token=memory_of(earner).grant["access_token"], **badge.pushed)


async def renewed(earner: LoadEarner, grant: Saved) -> StepResult:
    """Trade the refresh token of a grant."""
    return await earner.do("refresh", token=grant["refresh_token"], client=grant["client"])


def owners_of(earner: LoadEarner) -> dict[str, str]:
    """From the id of each badge that was added to the e-mail of its earner."""
    owners: dict[str, str] = earner.session.memory.setdefault(OWNERS, {})
    return owners


def added(earner: LoadEarner, badge: MadeBadge) -> None:
    """Remember a badge that was accepted."""
    memory = memory_of(earner)
    memory.ids.append(badge.id)
    memory.badges.append(badge)
    owners_of(earner)[badge.id] = earner.email
    for old in memory.badges[:-KEPT_BADGES]:
        earner.session.site.withdraw(old.urls)
        memory.badges.remove(old)
