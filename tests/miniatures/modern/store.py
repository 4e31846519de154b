"""What the provider keeps: people, clients, permissions and badges."""

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

CODE_SECONDS = 60.0


@dataclass
class Badge:
    key: str
    document: Any  # an assertion, or a JWS
    updated: float


@dataclass
class Person:
    number: int
    email: str
    password: str
    badges: list[Badge] = field(default_factory=list)  # newest first


@dataclass
class Session:
    name: str
    csrf: str
    person: Person | None


@dataclass(frozen=True)
class Client:
    id: str
    secret: str
    metadata: dict[str, Any]

    @property
    def scopes(self) -> frozenset[str]:
        return frozenset(self.metadata["scope"].split())


@dataclass
class Permission:
    """What a person has allowed a client, until either takes it back."""

    person: Person
    client: Client
    scopes: frozenset[str]
    refresh: str | None = None
    access: dict[str, tuple[float, frozenset[str]]] = field(default_factory=dict)  # until, scopes
    is_over: bool = False
    is_hidden: bool = False


@dataclass
class Code:
    permission: Permission
    redirect_uri: str
    challenge: str
    until: float
    used: bool = False


class Store:
    def __init__(self, expires: int, clock: Callable[[], float]) -> None:
        self.expires, self.clock = expires, clock
        self.lock = threading.RLock()
        self.people: dict[str, Person] = {}
        self.sessions: dict[str, Session] = {}
        self.clients: dict[str, Client] = {}
        self.codes: dict[str, Code] = {}
        self.permissions: list[Permission] = []
        self.heard: list[str] = []  # what clients said that nobody else may know

    def secrets(self) -> set[str]:
        """All that nobody may find in a report."""
        tokens = {token for one in self.permissions for token in [*one.access, one.refresh or ""]}
        clients = {client.secret for client in self.clients.values()}
        return {*tokens, *clients, *self.codes, *self.heard} - {""}

    def log_in(self, email: str, password: str) -> Person | None:
        """Whoever comes first with an e-mail owns it."""
        if "@" not in email:
            return None
        person = self.people.setdefault(email, Person(len(self.people) + 1, email, password))
        return person if person.password == password else None

    def open_session(self, person: Person | None) -> Session:
        session = Session(secrets.token_urlsafe(24), secrets.token_urlsafe(24), person)
        self.sessions[session.name] = session
        return session

    def add_client(self, metadata: dict[str, Any]) -> Client:
        client = Client(secrets.token_hex(12), self.new_secret(), metadata)
        self.clients[client.id] = client
        return client

    def new_secret(self) -> str:
        """With characters that HTTP Basic needs encoded."""
        return f"{secrets.token_urlsafe(24)}:+%"

    def allow(self, person: Person, client: Client, scopes: frozenset[str]) -> Permission:
        permission = Permission(person, client, scopes)
        self.permissions.append(permission)
        return permission

    def new_access(self, permission: Permission, scopes: frozenset[str]) -> str:
        token = secrets.token_urlsafe(32)
        permission.access[token] = (self.clock() + self.expires, scopes)
        return token

    def of_access(self, token: str) -> tuple[Permission, frozenset[str]] | None:
        for permission in self.live():
            until, scopes = permission.access.get(token, (0.0, frozenset[str]()))
            if until > self.clock():
                return permission, scopes
        return None

    def of_refresh(self, token: str) -> Permission | None:
        return next((one for one in self.live() if one.refresh == token), None)

    def live(self) -> list[Permission]:
        return [one for one in self.permissions if not one.is_over]

    def keep(self, person: Person, key: str, document: Any) -> None:
        with self.lock:
            person.badges[:] = [badge for badge in person.badges if badge.key != key]
            person.badges.insert(0, Badge(key, document, self.clock()))
