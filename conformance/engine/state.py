"""The state of one scenario while it runs: its variables, its earners, its wire log."""

import time
from collections.abc import Mapping
from typing import Any

from attrs import define, evolve, field, frozen

from conformance.core.exchange import Exchange
from conformance.core.redaction.secrets import Secrets
from conformance.engine.session import Session
from conformance.target.browser.browser import Browser
from conformance.target.http.client import Wire
from conformance.target.pages.reader import EarnerAccount


@frozen
class StepFailed(Exception):
    """A step that later steps build on did not succeed."""

    reason: str
    exchange: Exchange | None = None

    def __str__(self) -> str:
        return self.reason


@define
class State:
    """All that is carried from step to step."""

    session: Session
    wire: Wire
    variables: dict[str, Any] = field(factory=dict)
    browsers: dict[str, Browser] = field(factory=dict)
    homes: dict[str, str] = field(factory=dict)
    """From a token to the ``api_root`` that came with it."""
    flaws: dict[str, str] = field(factory=dict)
    """From the pushed value of a flawed badge to what is wrong with it, in words."""
    ends: dict[str, float] = field(factory=dict)
    """From an access token to when, by ``time.monotonic``, it expires."""

    @property
    def secrets(self) -> Secrets:
        """What must not be shown in reports."""
        return self.wire.secrets

    @classmethod
    def fresh(cls, session: Session, variables: dict[str, Any]) -> "State":
        """A state before the first step."""
        state = cls(session, Wire(session.client))
        state.variables = {**session.facts(), "earner": {}, **variables}
        return state

    def copied(self, variables: dict[str, Any]) -> "State":
        """A copy of the state, for another row or example with variables of its own."""
        wire = self.wire.copied()
        earners = dict(self.variables["earner"])
        return State(
            self.session,
            wire,
            {**self.variables, "earner": earners, **variables},
            {role: evolve(browser, wire=wire) for role, browser in self.browsers.items()},
            dict(self.homes),
            dict(self.flaws),
            dict(self.ends),
        )

    def always_known(self) -> dict[str, Any]:
        """The variables that every step has: the site, the target, the earners."""
        return {name: self.variables[name] for name in ("site", "target", "earner")}

    def browser(self, role: str) -> Browser:
        """The browser of an earner of this scenario."""
        if role not in self.browsers:
            earner = self.session.earner(role, len(self.browsers))
            self.secrets.add(earner.email, f"e-mail of {role}")
            self.secrets.add(earner.password, f"password of {role}")
            self.browsers[role] = self.session.browser(self.wire, earner)
            self.variables["earner"][role] = {"email": earner.email}
        return self.browsers[role]

    def earner(self, role: str) -> EarnerAccount:
        """An earner of this scenario."""
        return self.browser(role).earner

    def learn_tokens(self, answer: Any, api_root: str | None) -> None:
        """Remember the tokens of an answer: their ``api_root``, and that they are secret."""
        if not isinstance(answer, dict):
            return
        if "refresh_token" in answer:
            self.session.granting.keep(answer)
        for kind in ("access_token", "refresh_token"):
            token = answer.get(kind)
            if isinstance(token, str):
                self.secrets.add(token, kind)
                if api_root:
                    self.homes[token] = api_root
                if kind == "access_token":
                    self.ends[token] = time.monotonic() + _lifetime(answer)

    def had_outlived(self, token: object, ago: float) -> bool:
        """Whether an access token had already expired so many seconds ago."""
        end = self.ends.get(token, float("inf")) if isinstance(token, str) else float("inf")
        return time.monotonic() - ago >= end

    def api_root(self, token: object) -> str:
        """The ``api_root`` of a token; for an unknown token, that of the last grant.

        Raises:
            StepFailed: when no grant has returned an ``api_root`` yet.
        """
        if isinstance(token, str) and token in self.homes:
            return self.homes[token]
        if not self.homes:
            raise StepFailed("no grant has an api_root yet")
        return list(self.homes.values())[-1]


LIFETIMES = ("expires", "expires_in")
"""Members that say how many seconds an access token lives."""


def _lifetime(answer: Mapping[str, Any]) -> float:
    """The seconds that an access token lives; infinite when no positive number says it."""
    written = next((answer[name] for name in LIFETIMES if name in answer), None)
    try:
        seconds = float(str(written))
    except ValueError:
        return float("inf")
    return seconds if seconds > 0 else float("inf")
