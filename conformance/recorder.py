"""Write the record of a run, line by line, without its secrets."""

import base64
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import asdict, evolve

from conformance.redaction import Secrets
from conformance.runner.run import Result
from conformance.target.hidden import hidden_secrets
from conformance.values.exchange import Exchange, Headers
from conformance.values.verdict import Finding

FORMAT = 1
COOKIE_VALUE = re.compile("=[^;]+")
LONGEST_BODY = 64 * 1024
"""Characters, or bytes where it is no text, of a body that a record keeps."""


def scenario_line(result: Result, seconds: float) -> dict[str, Any]:
    """What is written of one scenario, without its secrets."""
    _learn_hidden(result)
    return _line(result, seconds)


def open_line(result: Result, seconds: float) -> dict[str, Any]:
    """The same with all that it knows but cookies, for whoever has to see how a token went."""
    return _line(evolve(result, secrets=Secrets()), seconds)


def _line(result: Result, seconds: float) -> dict[str, Any]:
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


def _learn_hidden(result: Result) -> None:
    """A form's token is as good as a session to whoever reads the record in time."""
    for exchange in result.exchanges:
        if exchange.answer and "html" in (exchange.answer.header("Content-Type") or "").lower():
            for value in hidden_secrets(exchange.answer.body.decode(errors="replace")):
                result.secrets.add(value, "hidden value")


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
    return [[name, _without_cookies(name, value)] for name, value in headers]


def _without_cookies(name: str, value: str) -> str:
    """A cookie is as good as a password; its name and attributes are shown."""
    match name.lower():
        case "cookie":
            return COOKIE_VALUE.sub("=«cookie»", value)
        case "set-cookie":
            return COOKIE_VALUE.sub("=«cookie»", value, count=1)
        case _:
            return value


def _body(body: bytes, secrets: Secrets) -> dict[str, Any]:
    """A body without secrets, then bounded: a secret that is cut in two would not be found."""
    try:
        text = str(secrets.redacted(body.decode()))
    except UnicodeDecodeError:
        content = str(secrets.redacted(body.decode("latin-1"))).encode("latin-1")
        kept = base64.b64encode(content[:LONGEST_BODY]).decode()
        return {"base64": kept, **_cut(len(content))}
    return {"text": text[:LONGEST_BODY], **_cut(len(text))}


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
        content = (json.dumps(line, ensure_ascii=False) + "\n").encode(errors="replace")
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
