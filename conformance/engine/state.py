"""The state of one scenario while it runs: its variables, its people, its wire log."""

import time
from typing import Any

from attrs import define, evolve, field, frozen

from conformance.core.exchange import Exchange
from conformance.core.redaction.secrets import Secrets
from conformance.engine.session import Session
from conformance.target.browser.browser import Browser
from conformance.target.http.client import Wire
from conformance.target.pages.reader import EarnerAccount


@frozen
class Broken(Exception):
    """A step that later ones build upon did not come to a good end."""

    reason: str
    exchange: Exchange | None = None

    def __str__(self) -> str:
        return self.reason


@define
class State:
    """Nothing is carried from step to step but what stands here."""

    session: Session
    wire: Wire
    variables: dict[str, Any] = field(factory=dict)
    browsers: dict[str, Browser] = field(factory=dict)
    homes: dict[str, str] = field(factory=dict)
    """From a token to the ``api_root`` that it was given with."""
    flaws: dict[str, str] = field(factory=dict)
    """From what is pushed to what is wrong with it, in words, of badges with a flaw."""
    ends: dict[str, float] = field(factory=dict)
    """From an access token to the moment, of ``time.monotonic``, until which it was to live."""

    @property
    def secrets(self) -> Secrets:
        """What must not be shown of this scenario."""
        return self.wire.secrets

    @classmethod
    def fresh(cls, session: Session, variables: dict[str, Any]) -> "State":
        """A state before the first step."""
        state = cls(session, Wire(session.client))
        state.variables = {**session.facts(), "earner": {}, **variables}
        return state

    def copied(self, variables: dict[str, Any]) -> "State":
        """The state as it is, for another row or example with variables of its own."""
        wire = self.wire.copied()
        people = dict(self.variables["earner"])
        return State(
            self.session,
            wire,
            {**self.variables, "earner": people, **variables},
            {role: evolve(browser, wire=wire) for role, browser in self.browsers.items()},
            dict(self.homes),
            dict(self.flaws),
            dict(self.ends),
        )

    def always_known(self) -> dict[str, Any]:
        """The variables that every step has: of the site, the target, the people."""
        return {name: self.variables[name] for name in ("site", "target", "earner")}

    def browser(self, role: str) -> Browser:
        """The browser of a person of this scenario."""
        if role not in self.browsers:
            earner = self.session.earner(role, len(self.browsers))
            self.secrets.add(earner.email, f"e-mail of {role}")
            self.secrets.add(earner.password, f"password of {role}")
            self.browsers[role] = self.session.browser(self.wire, earner)
            self.variables["earner"][role] = {"email": earner.email}
        return self.browsers[role]

    def earner(self, role: str) -> EarnerAccount:
        """A person of this scenario."""
        return self.browser(role).earner

    def learn_tokens(self, found: Any, api_root: str | None) -> None:
        """Remember the tokens of an answer: where they belong, and that they are secret."""
        if isinstance(found, dict) and "refresh_token" in found:
            self.session.granting.keep(found)
        for kind in ("access_token", "refresh_token"):
            token = found.get(kind) if isinstance(found, dict) else None
            if isinstance(token, str):
                self.secrets.add(token, kind)
                if api_root:
                    self.homes[token] = api_root
                if kind == "access_token":
                    self.ends[token] = time.monotonic() + _seconds(found.get("expires"))

    def had_outlived(self, token: object, ago: float) -> bool:
        """Whether so many seconds ago an access token was older than it was to become."""
        end = self.ends.get(token, float("inf")) if isinstance(token, str) else float("inf")
        return time.monotonic() - ago >= end

    def api_root(self, token: object) -> str:
        """Where a token belongs; of an unknown one, where the last grant's did.

        Raises:
            Broken: when no grant has told an ``api_root`` yet.
        """
        if isinstance(token, str) and token in self.homes:
            return self.homes[token]
        if not self.homes:
            raise Broken("no grant has told an api_root")
        return list(self.homes.values())[-1]


def _seconds(expires: object) -> float:
    """What ``expires`` says; endless when it says nothing that could be true."""
    try:
        seconds = float(str(expires))
    except ValueError:
        return float("inf")
    return seconds if seconds > 0 else float("inf")
