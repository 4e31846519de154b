"""The response that an expectation judges, and the result of a term."""

import json
from collections.abc import Mapping
from typing import Any

from attrs import frozen

from conformance.core.plain import shortened
from conformance.core.schemas import SHOWN_LENGTH

REDIRECTS = range(300, 400)
LONGEST_TEXT = 80
"""Characters of a text among the members of a long answer."""
TRACES = frozenset({"stack", "stacktrace", "stack_trace", "trace", "traceback", "backtrace"})
"""Members that are long and do not explain what was wrong with a request."""


@frozen
class ResponseEvidence:
    """The response of one step, as far as terms need it."""

    response: Mapping[str, Any]
    """``status``, ``headers``, ``body`` and, after a walk in a browser, ``landed``."""
    content: bytes = b""
    """The body, byte for byte."""
    seconds: float = 0.0
    """From the first byte sent to the last byte that came back."""
    answers: str = ""
    """The folder of named answers below ``schemas/``."""

    @property
    def status(self) -> int:
        """The status code."""
        return int(self.response["status"])

    @property
    def body(self) -> Any:
        """Parsed JSON, text, or ``None`` without a body."""
        return self.response["body"]

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The parameters of the callback; empty when the browser did not get there."""
        landed = self.response.get("landed")
        return landed["parameters"] if landed else {}

    @property
    def raw(self) -> str:
        """Headers and body as one text, to search in."""
        headers = "\n".join(f"{name}: {value}" for name, value in self.response["headers"].items())
        return f"{headers}\n\n{self.content.decode(errors='replace')}"

    @property
    def media_type(self) -> str:
        """The content type without its parameters, in lower case; ``""`` when there is none."""
        return (
            str(self.response["headers"].get("content-type", "")).partition(";")[0].strip().lower()
        )

    def summary(self) -> str:
        """The answer in a line."""
        landed = self.response.get("landed")
        if landed:
            redirected = f"{self.status}, " if self.status in REDIRECTS else ""
            return f"{redirected}the browser at {landed['url']}"
        if self.body is None:
            return f"{self.status} without a body"
        if self.response.get("at_once"):
            statuses = (str(response["status"]) if response else "none" for response in self.body)
            return f"in parallel: {', '.join(statuses)}"
        is_json = isinstance(self.body, dict | list)
        body = _shortened(self.body)
        text = json.dumps(body, ensure_ascii=False) if is_json else str(body)
        text = " ".join(text.split())
        return f"{self.status} {shortened(text, SHOWN_LENGTH)}"


def _shortened(body: Any) -> Any:
    """A body whose members fit in a line: without stack traces, with long texts shortened."""
    if not isinstance(body, dict) or len(json.dumps(body)) <= SHOWN_LENGTH:
        return body
    members = {name: value for name, value in body.items() if name.lower() not in TRACES}
    short = {name: _cut(value) for name, value in members.items()}
    return dict(sorted(short.items(), key=lambda item: len(json.dumps(item[1]))))


def _cut(value: Any) -> Any:
    return shortened(value, LONGEST_TEXT) if isinstance(value, str) else value


@frozen
class TermResult:
    """The result of one term."""

    holds: bool
    expected: str
    came_back: str = ""
    """What did not match; empty when the whole answer shows it."""
    reading: str = ""
    """Which of several allowed answers it was."""
    places: tuple[str, ...] = ()
    """Where the answer does not match: ``status``, ``headers.<name>``, ``body.<member>``."""


def fulfilled(expected: str, reading: str = "") -> TermResult:
    """A term that holds."""
    return TermResult(holds=True, expected=expected, reading=reading)


def violated(expected: str, came_back: str, *places: str) -> TermResult:
    """A term that does not hold."""
    return TermResult(holds=False, expected=expected, came_back=came_back, places=places)
