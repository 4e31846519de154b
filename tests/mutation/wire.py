"""The part of a scenario's answers that is equal in every run: no tokens, addresses, samples."""

import json
import re
from collections.abc import Iterator
from typing import Any

from conformance.core.exchange import Exchange
from conformance.engine.scenario_run import ScenarioResult

DRAWN = re.compile(r"[A-Za-z0-9_+/=%~.$-]{12,}|\d+")
"""Texts in headers that are another in every run: tokens, addresses, ports, times."""
TAG = re.compile(r"<\w+|\b(?:name|action|method)=['\"]?[\w/-]+", re.IGNORECASE)
UNTOLD = ("content-length:", "date:", "etag:", "transfer-encoding:")


def shape(result: ScenarioResult) -> tuple[str, ...]:
    """A line for each answer of a scenario."""
    return tuple(_lines(result.exchanges))


def _lines(exchanges: tuple[Exchange, ...]) -> Iterator[str]:
    for exchange in exchanges:
        method, answer = exchange.request.method, exchange.answer
        if answer is None:
            yield f"{method}: no answer"
            continue
        heads = sorted(f"{name.lower()}: {value}" for name, value in answer.headers)
        headers = DRAWN.sub("_", "\n".join(line for line in heads if not line.startswith(UNTOLD)))
        yield f"{method} {answer.status} {headers} {_shape_of(answer.body)}"


def _shape_of(body: bytes) -> Any:
    try:
        return _kinds(json.loads(body))
    except ValueError:
        return TAG.findall(body.decode("utf-8", errors="replace"))


def _kinds(value: Any) -> Any:
    """The members of a JSON value, with the kinds of what they hold."""
    if isinstance(value, dict):
        return {name: _kinds(value[name]) for name in sorted(value)}
    return value if isinstance(value, bool) else f"{type(value).__name__}{'' if value else ' -'}"
