"""Who has an account, who was granted what, and which badges lie on whose shelf.

One event loop owns it: between two awaits nobody else changes anything.
"""

import hashlib
import hmac
import re
import secrets
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.miniatures.ornate.refused import Refused

ODD = "+/=_-."
ALPHABET = string.ascii_letters + string.digits + ODD


def digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8")).hexdigest()


@dataclass(eq=False)
class Person:
    email: str
    shelf: dict[str, dict[str, Any]] = field(default_factory=dict)


@dataclass(eq=False)
class Grant:
    """A person lets an origin push."""

    person: Person
    origin: str


@dataclass(frozen=True)
class Pair:
    access: str
    refresh: str


class Ledger:
    """Keeps no token, only what tells that it is the right one."""

    def __init__(
        self, accounts: Mapping[str, str] | None, seconds: int, clock: Callable[[], float]
    ) -> None:
        self.accounts, self.seconds, self.clock = accounts, seconds, clock
        self.people: dict[str, Person] = {}
        self.accesses: dict[str, tuple[Grant, float]] = {}
        self.refreshes: dict[str, Grant] = {}

    def welcome(self, email: str, password: str) -> Person | None:
        """The person behind an e-mail, if the password is theirs."""
        if self.accounts is None:
            right = bool(password) and bool(re.fullmatch(r"[^\s@]{1,64}@[^\s@]{1,255}", email))
        else:
            known = self.accounts.get(email, secrets.token_hex())
            right = hmac.compare_digest(known.encode(), password.encode())
        return self.people.setdefault(email.casefold(), Person(email)) if right else None

    def grant(self, person: Person, origin: str) -> Pair:
        return self.tokens_for(Grant(person, origin))

    def tokens_for(self, grant: Grant) -> Pair:
        pair = Pair(self.new_access(), self.new_refresh())
        self.accesses[digest(pair.access)] = grant, self.clock() + self.seconds
        self.refreshes[digest(pair.refresh)] = grant
        return pair

    def new_access(self) -> str:
        return ODD + "".join(secrets.choice(ALPHABET) for _ in range(255 - len(ODD)))

    def new_refresh(self) -> str:
        return f"rt~%41&+{secrets.token_urlsafe(33)}"

    def who_bears(self, token: str) -> Grant:
        """The grant of an access token."""
        grant, until = self.accesses.get(digest(token), (None, 0.0))
        if grant is None:
            raise Refused(401, "Nobody knows this access token.", challenge="invalid_token")
        if self.is_over(until):
            raise Refused(401, "This access token is too old.", challenge="invalid_token")
        return grant

    def is_over(self, until: float) -> bool:
        return self.clock() >= until

    def trade(self, token: str, origin: str | None) -> Pair:
        """A new pair for a refresh token, which is worth nothing afterwards."""
        grant = self.refreshes.get(digest(token))
        if grant is None:
            raise Refused(400, "This refresh token is worth nothing.")
        if origin not in (None, grant.origin):
            raise Refused(403, "This refresh token belongs to a site of another origin.")
        self.retire(token, grant)
        return self.tokens_for(grant)

    def retire(self, token: str, grant: Grant) -> None:
        del self.refreshes[digest(token)]
        self.accesses = {key: held for key, held in self.accesses.items() if held[0] is not grant}

    def sites_of(self, person: Person) -> list[str]:
        return sorted({grant.origin for grant in self.refreshes.values() if grant.person is person})

    def remove(self, person: Person, origins: list[str]) -> None:
        """Ends every grant that the person gave to these origins."""

        def stays(grant: Grant) -> bool:
            return not self.is_removed(grant, person, origins)

        self.accesses = {key: held for key, held in self.accesses.items() if stays(held[0])}
        self.refreshes = {key: grant for key, grant in self.refreshes.items() if stays(grant)}

    def is_removed(self, grant: Grant, person: Person, origins: list[str]) -> bool:
        return grant.person is person and grant.origin in origins

    def knows_site(self, origin: str) -> bool:
        return any(grant.origin == origin for grant in self.refreshes.values())

    def is_alive(self, grant: Grant) -> bool:
        return any(grant is other for other in self.refreshes.values())
