"""Write the record of a run, line by line, without its secrets."""

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import asdict, evolve

from conformance.core.exchange import Exchange, Headers
from conformance.core.plain import json_text
from conformance.core.redaction.packed import unpacked
from conformance.core.redaction.secrets import Secrets
from conformance.core.redaction.seen import text_of, without_cookies
from conformance.core.verdict import Finding
from conformance.engine.scenario_run import ScenarioResult

FORMAT = 1
LONGEST_BODY = 64 * 1024
"""Characters, or bytes where it is no text, of a body that a record keeps."""


def scenario_line(result: ScenarioResult, seconds: float) -> dict[str, Any]:
    """What is written of one scenario, without its secrets."""
    for exchange in result.exchanges:
        result.secrets.see(exchange)
    return _line(result, seconds)


def open_line(result: ScenarioResult, seconds: float) -> dict[str, Any]:
    """The same with all that it knows but cookies, for whoever has to see how a token went."""
    return _line(evolve(result, secrets=Secrets()), seconds)


def _line(result: ScenarioResult, seconds: float) -> dict[str, Any]:
    scenario = result.scenario
    line = {
        "kind": "scenario",
        "name": scenario.name,
        "title": scenario.title,
        "story": scenario.story,
        "file": scenario.place.file,
        "line": scenario.place.line,
        "seconds": round(seconds, 4),
        "findings": [_finding(one) for one in result.findings],
        "examples": result.examples,
        "drawn": dict(result.drawn),
        "trouble": result.trouble,
    }
    redacted: dict[str, Any] = result.secrets.redacted(line)
    redacted["exchanges"] = [_exchange(one, result.secrets) for one in result.exchanges]
    return redacted


def _finding(finding: Finding) -> dict[str, Any]:
    return {name: value for name, value in asdict(finding).items() if value not in ("", None, {})}


def _exchange(exchange: Exchange, secrets: Secrets) -> dict[str, Any]:
    request, answer = exchange.request, exchange.answer
    line: dict[str, Any] = secrets.redacted(
        {
            "number": exchange.number,
            "request": {
                "method": request.method,
                "url": request.url,
                "headers": _headers(request.headers),
            },
            "answer": answer
            and {
                "status": answer.status,
                "reason": answer.reason,
                "headers": _headers(answer.headers),
            },
            "seconds": round(exchange.seconds, 4),
            "trouble": exchange.trouble,
            "landing": exchange.landing and asdict(exchange.landing),
            **({"step": exchange.step} if exchange.step else {}),
        }
    )
    line["request"]["body"] = _body(request.body, secrets)
    if answer:
        line["answer"]["body"] = _body(answer.body, secrets)
    return line


def _headers(headers: Headers) -> list[list[str]]:
    return [[name, without_cookies(name, value)] for name, value in headers]


def _body(body: bytes, secrets: Secrets) -> dict[str, Any]:
    """A body without secrets, bounded; a compressed one that holds any is written as its text."""
    content = unpacked(body)
    if content is not body and not secrets.standing_in(text_of(body)[:LONGEST_BODY]):
        content = body
    try:
        text = content.decode()
    except UnicodeDecodeError:
        text = content.decode("latin-1")
        kept = secrets.text(text, LONGEST_BODY).encode("latin-1", errors="replace")
        return {"base64": base64.b64encode(kept).decode(), **_cut(len(text))}
    return {"text": secrets.text(text, LONGEST_BODY), **_cut(len(text))}


def _cut(length: int) -> dict[str, int]:
    return {"cut": length - LONGEST_BODY} if length > LONGEST_BODY else {}


class Recorder:
    """Writes a record line by line, so that what was measured stays if the run breaks off.

    When a line cannot be written (the disk is full), the whole lines before it stay, none is
    written after it, and ``error`` says why.
    """

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._stream = file.open("wb", buffering=0)
        self.error: OSError | None = None

    def write(self, line: Mapping[str, Any]) -> None:
        """Add a line."""
        if self.error is not None:
            return
        content = (json_text(line) + "\n").encode(errors="replace")
        end = self._stream.tell()
        try:
            while content:
                content = content[self._stream.write(content) :]
        except OSError as error:
            self._stream.truncate(end)
            self.error = error

    def close(self) -> None:
        """End the file."""
        self._stream.close()
