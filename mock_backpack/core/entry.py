"""One line of a journal: what arrived, byte for byte, and what was answered."""

from collections.abc import Callable
from typing import Any

from attrs import define

from mock_backpack.core.attempts import Attempt
from mock_backpack.core.redaction import Redaction


@define(eq=False)
class Entry:
    """One line of the journal: what arrived, byte for byte, and what was answered."""

    number: int
    at: float
    """Unix seconds of the sandbox's clock."""
    peer: str
    endpoint: str
    method: str
    target: str
    head: bytes
    """The header lines; one text takes a fifth of the room of many."""
    body: bytes
    size: int
    """Bytes that the entry costs, roughly."""
    status: int | None = None
    """``None`` while it is in flight, or when nothing was answered."""
    answer_head: bytes = b""
    """Status line and header lines of the right answer; a fault may have sent another."""
    answer_body: bytes = b""
    earner: str | None = None
    origin: str | None = None
    applied: tuple[tuple[str, str], ...] = ()
    """Id and name of the rules that acted."""
    broke: tuple[str, ...] = ()
    """Requirements of the role issuer that the request broke."""
    is_done: bool = False
    newest: int = 0
    """Number of the last request that had arrived when this one was answered."""

    @property
    def answer_headers(self) -> str:
        """The header lines of the answer."""
        return _shown(self.answer_head.partition(b"\r\n")[2])

    def header(self, name: str) -> str | None:
        """A header of the request; the first, when there are several."""
        return header_in(self.head.decode("latin-1"), name)

    def to_wire(self, attempt: Attempt, redaction: Redaction | None) -> dict[str, Any]:
        """The entry as a JSON object; bytes that are not UTF-8 are shown as ``\\xNN``."""
        text: Callable[[str], str] = redaction.text if redaction else str
        header: Callable[[str, str], str] = (
            redaction.header if redaction else lambda _name, value: value
        )
        return {
            "number": self.number,
            "at": self.at,
            "peer": self.peer,
            "endpoint": self.endpoint,
            "earner": self.earner,
            "origin": self.origin,
            "attempt": attempt.number,
            "new_connection": attempt.is_new_connection,
            "request": {
                "method": self.method,
                "target": text(self.target),
                "headers": _lines(_shown(self.head), header),
                "body": text(_shown(self.body)),
            },
            "answer": {
                "status": self.status,
                "headers": _lines(self.answer_headers, header),
                "body": text(_shown(self.answer_body)),
            }
            if self.is_done
            else None,
            "applied": [{"rule": rule, "name": name} for rule, name in self.applied],
            "broke": list(self.broke),
        }


def header_in(head: str, name: str) -> str | None:
    """A header of header lines; the first, when there are several."""
    for line in head.split("\r\n"):
        key, _, value = line.partition(": ")
        if key.lower() == name.lower():
            return value
    return None


def _lines(head: str, header: Callable[[str, str], str]) -> list[list[str]]:
    pairs = [line.partition(": ") for line in head.split("\r\n") if line]
    return [[name, header(name, value)] for name, _, value in pairs]


def _shown(content: bytes) -> str:
    return content.decode("utf-8", errors="backslashreplace")
