"""Write the record of a run, line by line, without its secrets."""

import base64
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import asdict

from conformance.runner.run import Result
from conformance.values.exchange import Exchange, Headers
from conformance.values.verdict import Finding

FORMAT = 1
COOKIE_VALUE = re.compile("=[^;]+")
LONGEST_BODY = 64 * 1024
"""Bytes of a body that a record keeps."""


def scenario_line(result: Result, seconds: float) -> dict[str, Any]:
    """What is written of one scenario, without its secrets."""
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
        "exchanges": [_exchange(one) for one in result.exchanges],
        "examples": result.examples,
        "drawn": dict(result.drawn),
        "trouble": result.trouble,
    }
    redacted: dict[str, Any] = result.secrets.redacted(line)
    return redacted


def _finding(finding: Finding) -> dict[str, Any]:
    return {name: value for name, value in asdict(finding).items() if value not in ("", None)}


def _exchange(exchange: Exchange) -> dict[str, Any]:
    request, answer = exchange.request, exchange.answer
    return {
        "number": exchange.number,
        "request": {
            "method": request.method,
            "url": request.url,
            "headers": _headers(request.headers),
            "body": _body(request.body),
        },
        "answer": answer
        and {
            "status": answer.status,
            "reason": answer.reason,
            "headers": _headers(answer.headers),
            "body": _body(answer.body),
        },
        "seconds": round(exchange.seconds, 4),
        "trouble": exchange.trouble,
        "landing": exchange.landing and asdict(exchange.landing),
    }


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


def _body(body: bytes) -> dict[str, Any]:
    kept = body[:LONGEST_BODY]
    cut = {"cut": len(body) - len(kept)} if len(kept) < len(body) else {}
    try:
        return {"text": kept.decode(), **cut}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(kept).decode(), **cut}


class Recorder:
    """Writes a record line by line, so that what was measured stays if the run breaks off."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._stream = file.open("w", encoding="utf-8")

    def write(self, line: Mapping[str, Any]) -> None:
        """Add a line."""
        self._stream.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._stream.flush()

    def close(self) -> None:
        """End the file."""
        self._stream.close()
