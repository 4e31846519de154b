"""Whose fault it is: three families of errors, told apart from a target's wrong answer."""

from enum import StrEnum

from attrs import frozen


class Failure(StrEnum):
    """Why a request has no answer."""

    UNREACHABLE = "unreachable"
    """No connection was made, so nobody heard the request."""
    UNTRUSTED = "untrusted"
    """The certificate is not trusted."""
    TLS = "tls"
    """The TLS handshake failed."""
    URL = "url"
    """The URL cannot be used."""
    TIMEOUT = "timeout"
    BROKEN = "broken"
    """The connection ended before the answer was complete."""


@frozen
class Place:
    """A place in a file that somebody wrote."""

    file: str
    line: int = 0
    """From 1; 0 when the file as a whole is meant."""
    column: int = 0
    """From 1; 0 when the line as a whole is meant."""

    def __str__(self) -> str:
        numbers = [str(number) for number in (self.line, self.column) if number]
        return ":".join([self.file, *numbers])


@frozen
class AuthoringError(Exception):
    """A scenario, schema or configuration file is wrong."""

    message: str
    place: Place | None = None

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message


@frozen
class HarnessError(Exception):
    """The suite itself could not do its work."""

    message: str

    def __str__(self) -> str:
        return self.message


@frozen
class Limited(HarnessError):
    """The target refuses more requests for now, and waiting did not help."""


@frozen
class NotProvoked(Exception):
    """A situation cannot be brought about at this target; nobody is to blame."""

    message: str

    def __str__(self) -> str:
        return self.message


@frozen
class NotOffered(NotProvoked):
    """The target does without a part of the API that it may leave out."""


@frozen
class TargetError(Exception):
    """The target gave no usable answer."""

    message: str
    failure: Failure = Failure.BROKEN

    def __str__(self) -> str:
        return self.message


@frozen
class PreflightError(Exception):
    """The run cannot start: target, network or configuration do not fit together."""

    tried: str
    came_back: str
    advice: str

    def __str__(self) -> str:
        return f"{self.tried}: {self.came_back}\n{self.advice}"
