"""The named checks, for conditions that other terms cannot express."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from email.utils import parsedate_to_datetime
from types import MappingProxyType
from typing import Any, NoReturn, TypeAlias

from conformance.core.schemas import brief
from conformance.scenario.expectations.evidence import (
    ResponseEvidence,
    TermResult,
    fulfilled,
    violated,
)

SKEW_SECONDS = 600
"""How far two clocks of one server may be apart."""
ADVANCED_SECONDS = 10 * 365 * 24 * 3600
"""How far the clock of a target may have been advanced by the scenarios before."""
PLAUSIBLE = range(1_500_000_000, 5_000_000_000)
"""Unix seconds of an answer without a date."""

Check: TypeAlias = Callable[[ResponseEvidence], TermResult]

INSIDES: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "a stack trace": re.compile(
            r"Traceback \(most recent call last\)"
            r"|^\s*at [\w$.<>]+ ?\([^)\n]*:\d+(:\d+)?\)"
            r"|^\s*at (async )?\S*/\S+:\d+:\d+"
            r"|\bFile \"[^\"\n]+\", line \d+"
            r"|^#\d+ +\S+\(\d+\): "
            r"|\b(goroutine \d+ \[|panic: runtime error|Exception in thread)"
            r"|\S+\.rb:\d+:in [`']",
            re.MULTILINE,
        ),
        "a file path": re.compile(
            r"(?<![\w/:.])/(usr|home|var|opt|srv|root|app|etc|Users|private)/[\w.-]+(/[\w.-]+)+\.\w+"
            r"|\b[A-Z]:\\\\?\w+\\|\bnode_modules/|\bsite-packages/"
        ),
        "SQL": re.compile(
            r"\bSELECT\b[^\n]{1,200}\bFROM\b|\bINSERT INTO\b|\bUPDATE\b \S+ \bSET\b|\bDELETE FROM\b"
            r"|\bSQLSTATE\b|\bORA-\d{5}\b|\bER_[A-Z_]{6,}\b|SQL syntax|no such (table|column)\b"
            r"|\bPG::\w+Error\b|\bsqlite3?\.\w*Error\b|\bpsycopg2?\.|SequelizeDatabaseError"
        ),
        "the version of a component": re.compile(
            r"\b(PHP|Python|Node(\.js)?|Express|Ruby|Rails|Django|Werkzeug|aiohttp|OpenSSL|MySQL|PostgreSQL"
            r"|SQLite|Perl|Java|Tomcat|Jetty|ASP\.NET|Apache|nginx|gunicorn|uvicorn|Tornado\w*|BaseHTTP|SimpleHTTP)"
            r"[/ ]v?\d+\.\d+",
            re.IGNORECASE,
        ),
    }
)
"""Details that belong in a log and not in a response (CWE-209)."""


def no_internals(evidence: ResponseEvidence) -> TermResult:
    """The answer contains no stack trace, file path, SQL, or version of a component."""
    expected = "a response without internal details"
    text = "\n".join([evidence.raw, *_texts(evidence.body)])
    for what, pattern in INSIDES.items():
        if match := pattern.search(text):
            return violated(expected, f"{what}: {brief(match[0].strip())}")
    return fulfilled(expected)


def _texts(value: Any) -> Iterator[str]:
    """The texts in a JSON body, with unescaped line breaks."""
    match value:
        case str():
            yield value
        case Mapping():
            yield from (text for member in value.values() for text in _texts(member))
        case list():
            yield from (text for member in value for text in _texts(member))


def valid_json(evidence: ResponseEvidence) -> TermResult:
    """A JSON answer has a JSON content type, and is valid JSON in UTF-8 (RFC 8259)."""
    expected = "JSON in UTF-8 with a JSON content type"
    try:
        json.loads(evidence.content.decode(), object_pairs_hook=_unique, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        return violated(expected, f"an invalid body: {error}")
    is_labelled = evidence.media_type == "application/json" or evidence.media_type.endswith("+json")
    if is_labelled:
        return fulfilled(expected)
    saw = f"Content-Type {evidence.media_type or 'missing'}"
    return violated(expected, saw, "headers.content-type")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("duplicate member")
    return members


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def issued_now(evidence: ResponseEvidence) -> TermResult:
    """``client_id_issued_at`` is the time of the answer in whole seconds (RFC 7591, 3.2.1)."""
    expected = "client_id_issued_at in whole seconds, about the Date of the answer"
    body = evidence.body if isinstance(evidence.body, Mapping) else {}
    issued = body.get("client_id_issued_at")
    if not isinstance(issued, int) or isinstance(issued, bool):
        return violated(expected, brief(issued))
    try:
        answered = parsedate_to_datetime(str(evidence.response["headers"].get("date"))).timestamp()
    except ValueError:
        return TermResult(issued in PLAUSIBLE, expected, brief(issued))
    late = issued - answered
    is_now = -SKEW_SECONDS <= late <= ADVANCED_SECONDS
    return TermResult(is_now, expected, f"{issued}, {late:.0f} seconds later")


CHECKS: Mapping[str, Check] = MappingProxyType(
    {"no-internals": no_internals, "valid-json": valid_json, "issued-now": issued_now}
)
