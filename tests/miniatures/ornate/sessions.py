"""Browsers that visit us, and what their earners are being asked."""

import hmac
import secrets
from dataclasses import dataclass, field

from tests.miniatures.ornate.ledger import Person

MOST = 64  # questions of one browser that are kept


@dataclass(frozen=True)
class Ask:
    """A site asks to push badges."""

    callback: str
    origin: str


@dataclass(eq=False)
class Session:
    name: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    person: Person | None = None
    asks: dict[str, Ask] = field(default_factory=dict)
    answers: dict[str, str] = field(
        default_factory=dict
    )  # where a question that was answered leads
    email: str = ""  # of a login that is half done

    def remember(self, ask: Ask) -> str:
        number = secrets.token_hex(8)
        self.asks[number] = ask
        while len(self.asks) > MOST:
            del self.asks[next(iter(self.asks))]
        return number


class Sessions:
    """All sessions, and the proofs that a form was made for one of them."""

    def __init__(self) -> None:
        self.open: dict[str, Session] = {}
        self.key = secrets.token_bytes(32)

    def start(self) -> Session:
        session = Session()
        self.open[session.name] = session
        return session

    def after_login(self, old: Session, person: Person) -> Session:
        """Another session with the questions of the old one, which ends."""
        self.open.pop(old.name, None)
        new = Session(person=person, asks=old.asks)
        self.open[new.name] = new
        return new

    def proof(self, session: Session) -> str:
        """Another text for each form, so that no answer's length tells it."""
        nonce = secrets.token_hex(8)
        return f"{nonce}{self.seal(session, nonce)}"

    def is_proof(self, session: Session, proof: str) -> bool:
        nonce, seal = proof[:16], proof[16:]
        return hmac.compare_digest(self.seal(session, nonce).encode(), seal.encode())

    def seal(self, session: Session, nonce: str) -> str:
        return hmac.new(self.key, f"{session.name}:{nonce}".encode(), "sha256").hexdigest()
