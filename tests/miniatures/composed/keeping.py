"""What the host remembers: people, clients, consents, codes and credentials."""

import secrets
import threading
import time
from dataclasses import dataclass, field
from typing import Any

CODE_SECONDS = 90


@dataclass
class Entry:
    """A credential that somebody has, as it was pushed."""

    key: tuple[str, str]
    document: Any  # an object with a proof, or a compact JWS
    begins: float


@dataclass
class Person:
    number: int
    email: str
    password: str
    entries: list[Entry] = field(default_factory=list)  # oldest first


@dataclass
class Client:
    client_id: str
    secret: str
    metadata: dict[str, Any]


@dataclass
class Consent:
    """What a person allows a client; access tokens name it."""

    name: str
    person: Person
    client: Client
    scopes: list[str]
    refresh: str | None = None
    is_over: bool = False
    ended: set[str] = field(default_factory=set)  # access tokens that were revoked, by their jti


@dataclass
class Code:
    consent: Consent
    redirect_uri: str
    challenge: str
    until: float
    is_used: bool = False


class Keeping:
    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.people: dict[str, Person] = {}
        self.clients: dict[str, Client] = {}
        self.codes: dict[str, Code] = {}
        self.consents: dict[str, Consent] = {}

    def enter(self, email: str, password: str) -> Person | None:
        """Whoever comes first with an e-mail owns it."""
        if "@" not in email:
            return None
        person = self.people.setdefault(email, Person(len(self.people) + 1, email, password))
        return person if person.password == password else None

    def person(self, number: Any) -> Person | None:
        return next((one for one in self.people.values() if one.number == number), None)

    def consent(self, person: Person, client: Client, scopes: list[str]) -> Consent:
        consent = Consent(secrets.token_hex(8), person, client, scopes)
        self.consents[consent.name] = consent
        return consent

    def code(self, consent: Consent, redirect_uri: str, challenge: str) -> str:
        text = secrets.token_urlsafe(30)
        self.codes[text] = Code(consent, redirect_uri, challenge, time.time() + CODE_SECONDS)
        return text

    def by_refresh(self, text: str) -> Consent | None:
        live = (one for one in self.consents.values() if not one.is_over)
        return next((one for one in live if one.refresh == text), None)

    def of(self, person: Person) -> list[Consent]:
        mine = (one for one in self.consents.values() if one.person is person)
        return [one for one in mine if not one.is_over]
