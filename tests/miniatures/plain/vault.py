"""What the Backpack keeps: earners, sessions, grants and badges."""

import hashlib
import hmac
import re
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from tests.miniatures.plain.answer import Document, Refusal, invalid, unauthorized
from tests.miniatures.plain.judge import Verdict
from tests.miniatures.plain.urls import origin_of


@dataclass(eq=False)
class Earner:
    """A person, the salt that hides the e-mail, and the badges by what makes them the same."""

    email: str
    salt: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    badges: dict[tuple[str, str], Document] = field(default_factory=dict)


@dataclass(frozen=True)
class Session:
    """A browser, with an earner after the login."""

    earner: Earner | None
    name: str = field(default_factory=secrets.token_urlsafe)
    csrf: str = field(default_factory=secrets.token_hex)


def access_token() -> str:
    """It looks like a JWT, but says nothing."""
    return f"eyJ0eXAiOiJhdCtqd3QifQ.{secrets.token_urlsafe(24)}.{secrets.token_urlsafe(32)}"


@dataclass(eq=False)
class Grant:
    """What an earner allowed an origin; a refresh changes its tokens in place."""

    earner: Earner
    origin: str
    until: float
    access: str = field(default_factory=access_token)
    refresh: str = field(default_factory=secrets.token_hex)
    spent: set[str] = field(default_factory=set)

    def renew(self, until: float) -> None:
        self.spent.add(self.refresh)
        self.access, self.refresh, self.until = access_token(), secrets.token_hex(), until


def same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


class Vault:
    """Earners, sessions and grants; every change is made under one lock."""

    def __init__(
        self, accounts: Mapping[str, str] | None, expires: int, clock: Callable[[], float]
    ) -> None:
        self.accounts, self.expires, self.clock = accounts, expires, clock
        self.lock = threading.Lock()
        self.earners: dict[str, Earner] = {}
        self.sessions: dict[str, Session] = {}
        self.grants: list[Grant] = []

    def log_in(self, email: str, password: str) -> Earner | None:
        """The earner, made at the first login."""
        if self.accounts is None:
            good = re.fullmatch(r"[^@\s\x00-\x1f]+@[^@\s.]+(\.[^@\s.]+)*", email) is not None
        else:
            good = same(self.accounts.get(email, ""), password)
        with self.lock:
            known = password and good
            return self.earners.setdefault(email.lower(), Earner(email)) if known else None

    def open_session(self, earner: Earner | None) -> Session:
        session = Session(earner)
        self.sessions[session.name] = session
        return session

    def renew_session(self, old: Session, earner: Earner) -> Session:
        self.sessions.pop(old.name, None)
        return self.open_session(earner)

    def open_grant(self, earner: Earner, origin: str) -> Grant:
        grant = Grant(earner, origin, self.clock() + self.expires)
        with self.lock:
            self.grants.append(grant)
        return grant

    def find(self, access: str) -> Grant | None:
        with self.lock:
            return next((grant for grant in self.grants if same(grant.access, access)), None)

    def has_expired(self, grant: Grant) -> bool:
        return self.clock() >= grant.until

    def refresh(self, token: str, origin: str | None) -> Grant:
        """The grant with new tokens; a spent token ends its grant (RFC 9700, 4.14.2)."""
        with self.lock:
            grant = next((one for one in self.grants if self.refreshes(one, token)), None)
            if grant is None or origin not in (None, grant.origin):
                raise Refusal(403, "refresh_token is unknown, spent, revoked or another origin's")
            if token in grant.spent:
                self.grants.remove(grant)
                raise Refusal(403, "refresh_token was spent before: its grant ends here")
            grant.renew(self.clock() + self.expires)
            return replace(grant)

    def refreshes(self, grant: Grant, token: str) -> bool:
        return same(grant.refresh, token) or token in grant.spent

    def store(self, grant: Grant, verdict: Verdict) -> None:
        """Keeps a valid badge, if it is the earner's, its issuer's, and new."""
        if not self.is_meant_for(grant.earner, verdict.recipient):
            raise invalid("the badge is for a different earner")
        if not self.is_of(grant, verdict.origin):
            raise Refusal(403, f"the issuer is {verdict.origin}, the token is of {grant.origin}")
        if any(origin_of(url) != verdict.origin for url in verdict.sources):
            raise Refusal(403, f"{verdict.origin} does not host the assertion or its key itself")
        with self.lock:
            if grant not in self.grants:
                raise unauthorized("the access token was revoked")
            self.add(grant.earner, verdict)

    def is_meant_for(self, earner: Earner, recipient: Document) -> bool:
        identity, salt = str(recipient["identity"]), recipient.get("salt", "")
        if not recipient["hashed"]:
            return identity.lower() == earner.email.lower()
        algorithm, _, digest = identity.partition("$")
        spellings = (f"{email}{salt}".encode() for email in (earner.email, earner.email.lower()))
        return digest.lower() in (hashlib.new(algorithm, name).hexdigest() for name in spellings)

    def is_of(self, grant: Grant, origin: str) -> bool:
        return grant.origin == origin

    def add(self, earner: Earner, verdict: Verdict) -> None:
        if verdict.key in earner.badges:
            raise Refusal(409, "the badge is in this Backpack already")
        earner.badges[verdict.key] = verdict.badge

    def origins(self, earner: Earner) -> list[str]:
        with self.lock:
            return sorted({grant.origin for grant in self.grants if grant.earner is earner})

    def revoke(self, earner: Earner, origin: str) -> None:
        """Ends all grants of the origin by the earner."""
        with self.lock:
            ended = [g for g in self.grants if g.earner is earner and g.origin == origin]
            if not ended:
                raise invalid("origin has no grant of this earner")
            self.end(ended)

    def end(self, ended: list[Grant]) -> None:
        self.grants = [grant for grant in self.grants if grant not in ended]
