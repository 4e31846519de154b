"""What the provider keeps in memory, in the shapes that Authlib asks for."""

import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, ClientMixin, TokenMixin

CODE_SECONDS = 120


@dataclass
class Person:
    email: str
    password: str
    number: int
    badges: dict[str, tuple[float, Any]] = field(default_factory=dict)  # last update is the last
    profile: dict[str, Any] = field(default_factory=dict)


@dataclass
class Client(ClientMixin):  # type: ignore[misc] - Authlib has no types
    client_id: str
    client_secret: str
    metadata: dict[str, Any]

    def get_client_id(self) -> str:
        return self.client_id

    def get_default_redirect_uri(self) -> None:
        return None  # a request has to name one

    def get_allowed_scope(self, scope: str) -> str:
        allowed = self.metadata["scope"].split()
        return " ".join(name for name in (scope or "").split() if name in allowed)

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri in self.metadata["redirect_uris"]

    def check_client_secret(self, client_secret: str) -> bool:
        return secrets.compare_digest(self.client_secret.encode(), client_secret.encode())

    def check_endpoint_auth_method(self, method: str, _endpoint: str) -> bool:
        return method == "client_secret_basic"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type in self.metadata["grant_types"]


@dataclass
class Token(TokenMixin):  # type: ignore[misc] - Authlib has no types
    person: Person
    client: Client
    scope: str
    access: str
    refresh: str | None
    until: float
    is_access_over: bool = False
    is_refresh_over: bool = False

    def check_client(self, client: Client) -> bool:
        return client is self.client

    def get_scope(self) -> str:
        return self.scope

    def get_expires_in(self) -> int:
        return int(self.until - time.time())

    def is_expired(self) -> bool:
        return self.until <= time.time()

    def is_revoked(self) -> bool:
        return self.is_access_over

    def get_user(self) -> Person:
        return self.person

    def get_client(self) -> Client:
        return self.client

    def end(self) -> None:
        self.is_access_over = self.is_refresh_over = True


@dataclass
class Code(AuthorizationCodeMixin):  # type: ignore[misc] - Authlib has no types
    text: str
    person: Person
    client: Client
    redirect_uri: str
    scope: str
    code_challenge: str
    code_challenge_method: str
    made: float = field(default_factory=time.time)
    tokens: list[Token] = field(default_factory=list)
    is_used: bool = False

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def is_over(self) -> bool:
        return time.time() > self.made + CODE_SECONDS


class Keeping:
    """People, clients, codes and tokens."""

    def __init__(self) -> None:
        self.people: dict[str, Person] = {}
        self.sessions: dict[str, Person] = {}
        self.clients: dict[str, Client] = {}
        self.codes: dict[str, Code] = {}
        self.tokens: list[Token] = []

    def enter(self, email: str, password: str) -> Person | None:
        """Whoever comes first with an e-mail owns it."""
        if "@" not in email:
            return None
        person = self.people.setdefault(email, Person(email, password, len(self.people) + 1))
        return person if person.password == password else None

    def by_access(self, text: str) -> Token | None:
        return next((token for token in self.tokens if token.access == text), None)

    def by_refresh(self, text: str) -> Token | None:
        return next((token for token in self.tokens if token.refresh == text), None)

    def of(self, person: Person, client_id: str | None = None) -> list[Token]:
        """The tokens of a person that still work, perhaps of one client only."""
        mine = (token for token in self.tokens if token.person is person)
        live = (token for token in mine if not (token.is_access_over and token.is_refresh_over))
        return [token for token in live if client_id in (None, token.client.client_id)]

    def keep(self, person: Person, key: str, badge: Any) -> None:
        person.badges.pop(key, None)
        person.badges[key] = (time.time(), badge)
