"""What can be seen of a target before any run: for ``doctor``, and for ``init``."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeAlias

from attrs import frozen

from conformance.apis.oauth.choice import choose_granting
from conformance.apis.oauth.clients import known_client
from conformance.apis.oauth.preflight import CONSENT
from conformance.apis.oauth.service import Service
from conformance.apis.unreached import advice
from conformance.engine.probe import Health, Look, Probe
from conformance.engine.session import Session
from conformance.engine.state import State, StepFailed
from conformance.engine.step_result import StepResult
from conformance.scenario.expectations.evidence import ResponseEvidence
from conformance.target.http.client import Wire

REGISTRATION = (
    "A run judges it, but nothing that needs a client can be tested. If the provider requires "
    "https in the URLs of clients, let the issuer site speak TLS: --issuer-certificate FILE and "
    "--issuer-key FILE (issuer.certificate, issuer.key)."
)
JUDGED = "A run judges this."
PUSH, READ = "push a badge", "read the badges"

NewBadge: TypeAlias = Callable[[State], Awaitable[Mapping[str, Any]]]
"""Publishes a valid badge of the earner ``ada``; returns how ``post`` is given it."""


@frozen
class Diagnosis:
    """Looks at a target of one API."""

    service: Service
    new_badge: NewBadge

    async def look(self, session: Session) -> Look:
        """Read the document that announces the API."""
        return Look((await self.document_probe(session, Wire(session.client)),))

    async def diagnose(self, session: Session) -> AsyncIterator[Probe]:
        """Try everything that a run needs; each result is yielded as soon as it is there."""
        wire = Wire(session.client)
        announced = await self.document_probe(session, wire)
        yield announced
        if announced.health is not Health.GOOD:
            return
        yield self.offered(session)
        state = State.fresh(session, {})
        try:
            await known_client(state)
        except StepFailed as failure:
            yield Probe("client", "register a client", str(failure), Health.SHORT, REGISTRATION)
            return
        yield Probe("client", "register a client", "it got an id and a secret")
        earner = session.earner("ada", 0)
        try:
            result = await choose_granting(session, earner)
        except StepFailed as failure:
            reason = state.secrets.redacted(str(failure))
            yield Probe("grant", "let an earner grant access", reason, Health.BAD, CONSENT)
            return
        names = ", ".join(result.saved) if not result.trouble else result.trouble
        by_hand = session.granting.only_earner is not None
        action = "renew the stored grant" if by_hand else "let an earner grant access"
        yield Probe("grant", action, f"the token endpoint sent {names}")
        if not by_hand:
            state.browsers["ada"] = session.browser(state.wire, earner)
        async for probe in self.use(state, str(result.saved.get("access_token"))):
            yield probe

    async def use(self, state: State, token: str) -> AsyncIterator[Probe]:
        """Push a badge, and look whether it is there, as far as the target offers it."""
        verbs, pushed = state.session.api.language.verbs, ""
        if "write" in state.session.offered:
            badge = await self.new_badge(state)
            result = await verbs["post"].action(state, {"token": token, **badge})
            if not result.trouble:
                [pushed] = (each["id"] for each in badge.values())
            yield _pushing(state, result)
        if "read" in state.session.offered:
            try:
                read = await verbs["collection"].action(state, {"token": token})
            except StepFailed as failure:
                yield Probe("read", READ, str(failure), Health.NOTE, JUDGED)
                return
            yield _reading(read.saved["ids"], pushed)

    async def document_probe(self, session: Session, wire: Wire) -> Probe:
        """Whether there is a document that can be used."""
        discovery = await self.service.discover(session, wire)
        name, action = self.service.document, f"GET {self.service.url(session.target.root)}"
        if discovery.exchange.answer is None:
            return Probe(
                name, action, discovery.exchange.trouble, Health.BAD, advice(discovery.exchange)
            )
        if discovery.reason:
            see = f"See {self.service.requirements}."
            return Probe(name, action, discovery.reason, Health.SHORT, see)
        return Probe(name, action, "it names all endpoints")

    def offered(self, session: Session) -> Probe:
        """What the document offers, and so what will be judged."""
        names = [name for name in self.service.features if name in session.offered]
        is_enough = bool({"read", "write"} & session.offered)
        health = Health.GOOD if is_enough else Health.SHORT
        listed = ", ".join(names) or "nothing"
        return Probe(
            "features", "read the scopes", listed, health, "" if is_enough else self.service.least
        )


def _pushing(state: State, result: StepResult) -> Probe:
    """Whether a valid badge was accepted, and what the target fetched for it."""
    if result.response is None:
        answer = result.trouble
    elif result.trouble:
        answer = ResponseEvidence(result.response).summary()
    else:
        answer = str(result.response["status"])
    came_back = "; ".join(filter(None, (answer, result.visits)))
    if not result.trouble:
        return Probe("push", PUSH, came_back)
    unreached = result.fetched == ()
    change = state.session.site.advice if unreached else JUDGED
    return Probe("push", PUSH, state.secrets.redacted(came_back), Health.NOTE, change)


def _reading(ids: Sequence[Any], pushed: str) -> Probe:
    """How many badges there are, and whether the pushed badge is one of them."""
    number = f"{len(ids)} on all pages"
    if not pushed:
        return Probe("read", READ, number)
    if pushed in ids:
        return Probe("read", READ, f"{number}, with the pushed badge")
    return Probe("read", READ, f"{number}, without the pushed badge", Health.NOTE, JUDGED)
