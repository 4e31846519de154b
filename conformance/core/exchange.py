"""An exchange: one request and its answer, as they were on the wire."""

import json
import shlex
from collections.abc import Mapping
from typing import Any, TypeAlias
from urllib.parse import parse_qsl, urlsplit

from attrs import field, frozen

from conformance.core.errors import Failure
from conformance.core.links import links_in

Headers: TypeAlias = tuple[tuple[str, str], ...]

BYTES = "BYTES"
"""In place of a method, where bytes were put on a socket as they are."""
PRINTABLE = frozenset(range(0x20, 0x7F)) - {ord("\\")}
"""Bytes that ``printf`` takes as they are."""
GLOBS = frozenset("[]{}")
"""Characters by which curl makes several URLs of one."""
LONGEST_WORD = 100_000
"""Bytes; Linux takes an argument of less than 128 KiB."""


@frozen
class Request:
    """What the suite sent."""

    method: str
    url: str
    headers: Headers = ()
    body: bytes = b""

    def curl(self, *options: str) -> str:
        """A command line that sends the same request again; plain bytes need another tool.

        ``options`` are further ones of curl.
        """
        if self.method == BYTES:
            return _printf(self.body, self.url)
        words = ["curl", "-i", *(["--head"] if self.method == "HEAD" else ["-X", self.method])]
        words += ["-g"] if GLOBS & set(self.url) else []
        words += ["--path-as-is"] if "/." in self.url else []
        words += options
        for name, value in self.headers:
            words += ["-H", f"{name}: {value}" if value else f"{name};"]
        if not self.body:
            return shlex.join([*words, self.url])
        if "content-type" not in {name.lower() for name, _ in self.headers}:
            words += ["-H", "Content-Type:"]  # without it curl names one
        if (text := _plain(self.body)) is not None:
            return shlex.join([*words, "--data-binary", text, self.url])
        return f"{_print(self.body)} | {shlex.join([*words, '--data-binary', '@-', self.url])}"


def _plain(body: bytes) -> str | None:
    """A body that can be an argument as it is; ``None`` for another, which goes through a pipe."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return None
    is_word = text.replace("\n", "").isprintable() and len(body) < LONGEST_WORD
    return text if is_word and not text.startswith("@") else None


def _printf(content: bytes, url: str) -> str:
    parts = urlsplit(url)
    port = parts.port or {"https": 443}.get(parts.scheme, 80)
    host = parts.hostname or ""  # of api_root: a text of the target
    return f"{_print(content)} | nc {shlex.quote(host)} {port}"


def _print(content: bytes) -> str:
    """A command that prints bytes."""
    printed = "".join(chr(byte) if byte in PRINTABLE else f"\\{byte:03o}" for byte in content)
    options = "-- " if printed.startswith("-") else ""
    return f"printf {options}{shlex.quote(printed.replace('%', '%%'))}"


@frozen
class Landing:
    """Where the earner's browser ended: at the issuer's callback."""

    url: str
    parameters: Mapping[str, Any]
    """Query parameters by name; a list where a name came more than once."""
    acted: bool
    """Whether the earner had been asked before."""


@frozen
class Answer:
    """What the target answered."""

    status: int
    reason: str = ""
    headers: Headers = ()
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """A header's value, several joined by a comma; ``None`` when there is none."""
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        return ", ".join(values) if values else None

    def response(self) -> dict[str, Any]:
        """The whole response as answer schemas see it: status, headers, body, and links if any."""
        names = {name.lower() for name, _ in self.headers}
        links = links_in(self.header("link") or "")
        return {
            "status": self.status,
            "headers": {name: self.header(name) for name in sorted(names)},
            "body": parsed(self.body),
            **({"links": links} if links else {}),
        }


@frozen
class Exchange:
    """One request, with its answer or the reason why there is none."""

    number: int
    request: Request
    answer: Answer | None
    seconds: float
    trouble: str = ""
    """Why there is no answer."""
    landing: Landing | None = field(default=None)
    failure: Failure | None = None
    """The kind of trouble; records do not keep it."""
    step: int = 0
    """Number of the scenario's step that sent it; 0 when it belongs to none."""

    @property
    def was_received(self) -> bool:
        """Whether the target got the request: one that met no server did no harm."""
        return self.failure in (None, Failure.TIMEOUT, Failure.BROKEN)

    def response(self) -> dict[str, Any] | None:
        """What is judged; ``landed`` tells where the browser ended, if it left for a callback."""
        if self.answer is None:
            return None
        landed = None
        if self.landing is not None:
            landed = {
                "url": self.landing.url,
                "parameters": dict(self.landing.parameters),
                "acted": self.landing.acted,
            }
        return {**self.answer.response(), "landed": landed}


def parsed(body: bytes) -> Any:
    """JSON where it is JSON, else text; ``None`` for an empty body."""
    if not body:
        return None
    text = body.decode("utf-8", errors="replace")
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def parameters_of(url: str) -> Mapping[str, Any]:
    """The query's parameters; a list where a name comes more than once."""
    parameters: dict[str, Any] = {}
    for name, value in parse_qsl(urlsplit(url).query, keep_blank_values=True):
        if name not in parameters:
            parameters[name] = value
        elif isinstance(parameters[name], list):
            parameters[name].append(value)
        else:
            parameters[name] = [parameters[name], value]
    return parameters
