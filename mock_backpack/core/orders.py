"""Orders: which fault or defect to arm, for which requests, how often; one form for all doors."""

import math
import re
import shlex
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from attrs import evolve, field, frozen

from mock_backpack.core.clock import CENTURY
from mock_backpack.core.emails import checked_email
from mock_backpack.core.misbehaviours import (
    EVERYWHERE,
    METHODS,
    Kind,
    Misbehaviour,
    Misbehaviours,
    UnknownName,
)
from mock_backpack.core.origin import origin_of
from mock_backpack.core.quoting import one_of, quoted, suggestion
from mock_backpack.core.strict_json import NotJson, strict_json

DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h)?")
UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, None: 1.0}
KINDS: tuple[Kind, ...] = ("fault", "defect")
MEMBERS = (*KINDS, "with", "match", "when", "note")
MATCHED = ("endpoint", "origin", "earner", "method")
MOST = 10**9
"""Requests, and more than a mock ever meets."""
TIMED = ("skip", "count", "probability", "after", "for")


class BadRule(ValueError):
    """A rule that cannot be armed: what was expected where, and what was seen."""


class Matchable(Protocol):
    """A request, as far as rules look at it."""

    endpoint: str
    origin: str | None
    earner: str | None

    @property
    def method(self) -> str:
        """``GET``, ``POST``, …"""


@frozen
class Match:
    """Which requests a rule is about; what is ``None`` matches everything."""

    endpoints: tuple[str, ...] = EVERYWHERE
    origin: str | None = None
    earner: str | None = None
    method: str | None = None

    def fits(self, request: Matchable) -> bool:
        """Whether a request is one of these."""
        return (
            (self.endpoints == EVERYWHERE or request.endpoint in self.endpoints)
            and self.origin in (None, request.origin)
            and self.earner in (None, request.earner)
            and self.method in (None, request.method)
        )


@frozen
class When:
    """How often a rule acts, and for how long."""

    skip: int = 0
    """The number of matching requests that pass first."""
    count: int | None = None
    """It acts so often, and then no more."""
    probability: float | None = None
    after: float = 0.0
    """Seconds of the sandbox's clock from arming until it acts."""
    lasts: float | None = None
    """Seconds of the sandbox's clock for which it acts."""


@frozen
class Order:
    """A rule as somebody wrote it: what to arm, for which requests, how often."""

    entry: Misbehaviour
    parameters: Mapping[str, Any] = field(factory=dict)
    match: Match = field(factory=Match)
    when: When = field(factory=When)
    note: str = ""
    source: Mapping[str, Any] = field(factory=dict)
    """The rule as it was given, with the full name of its fault or defect."""


def read_order(rule: Any, misbehaviours: Misbehaviours) -> Order:
    """A rule from its JSON object, or from words: ``http.unavailable retry_after=2 count=1``.

    Raises:
        BadRule: with what was expected where.
    """
    if isinstance(rule, str):
        rule = _from_text(rule, misbehaviours)
    if not isinstance(rule, Mapping):
        raise BadRule(f"rule: expected an object or a text, saw {quoted(rule)}")
    _check_members("", rule, MEMBERS)
    kinds: list[Kind] = [kind for kind in KINDS if kind in rule]
    if len(kinds) != 1 or not isinstance(rule[kinds[0]], str):
        raise BadRule("rule: expected either fault or defect, with its name")
    entry = _entry(misbehaviours, rule[kinds[0]], kinds[0])
    note = rule.get("note", "")
    if not isinstance(note, str):
        raise BadRule("note: expected a text")
    return Order(
        entry,
        _read_with(entry, _object(rule, "with")),
        _read_match(entry, _object(rule, "match"), misbehaviours.endpoints),
        _read_when(_object(rule, "when")),
        note,
        {**rule, kinds[0]: entry.name},
    )


def defect_order(name: str, misbehaviours: Misbehaviours) -> Order:
    """A defect that acts wherever it can.

    Raises:
        BadRule: when there is no such defect.
    """
    return evolve(read_order({"defect": name}, misbehaviours), match=Match())


def _entry(misbehaviours: Misbehaviours, name: str, kind: Kind | None = None) -> Misbehaviour:
    try:
        return misbehaviours.entry(name, kind)
    except UnknownName as error:
        raise BadRule(str(error)) from error


def _from_text(text: str, misbehaviours: Misbehaviours) -> Any:
    if text.lstrip().startswith("{"):
        try:
            return strict_json(text.encode(errors="surrogatepass"))
        except NotJson as error:
            raise BadRule(f"rule: {error}") from error
    try:
        name, *words = shlex.split(text)
    except ValueError as error:
        raise BadRule(f"rule: expected NAME key=value …, saw {quoted(text)}") from error
    return _from_words(_entry(misbehaviours, name), words)


def _from_words(entry: Misbehaviour, words: list[str]) -> dict[str, Any]:
    rule: dict[str, Any] = {entry.kind: entry.name}
    for word in words:
        key, is_pair, value = word.partition("=")
        if not is_pair:
            raise BadRule(f"rule: expected key=value after the name, saw {quoted(word)}")
        groups = {"with": entry.parameters, "match": MATCHED, "when": TIMED}
        group = next((name for name, keys in groups.items() if key in keys), None)
        if group is None:
            known = (*entry.parameters, *MATCHED, *TIMED)
            raise BadRule(f"{key}: expected one of {', '.join(known)}{suggestion(known, key)}")
        rule.setdefault(group, {})[key] = _scalar(value)
    return rule


def _scalar(text: str) -> Any:
    """A number, true or false, or else the text itself."""
    try:
        value = strict_json(text.encode(errors="surrogateescape"))
    except NotJson:
        return text
    return value if isinstance(value, int | float) else text


def _object(rule: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = rule.get(name, {})
    if not isinstance(value, Mapping):
        raise BadRule(f"{name}: expected an object, saw {quoted(value)}")
    return value


def _check_members(place: str, members: Mapping[str, Any], known: tuple[str, ...]) -> None:
    for name in members:
        if name not in known:
            where = f"{place}.{name}" if place else str(name)
            names = ", ".join(known) or "nothing"
            raise BadRule(f"{where}: expected one of {names}{suggestion(known, name)}")


def _read_with(entry: Misbehaviour, members: Mapping[str, Any]) -> dict[str, Any]:
    _check_members("with", members, tuple(entry.parameters))
    for name, value in members.items():
        if not entry.parameters[name].is_right(value):
            expected = entry.parameters[name].expected
            raise BadRule(f"with.{name}: expected {expected}, saw {quoted(value)}")
    parameters = entry.parameters.items()
    return {name: members.get(name, parameter.default) for name, parameter in parameters}


def _read_match(
    entry: Misbehaviour, members: Mapping[str, Any], endpoints: tuple[str, ...]
) -> Match:
    _check_members("match", members, MATCHED)
    for name, value in members.items():
        if not isinstance(value, str):
            raise BadRule(f"match.{name}: expected a text, saw {quoted(value)}")
    endpoint, method = members.get("endpoint"), members.get("method")
    if endpoint is not None and endpoint not in endpoints:
        raise BadRule(f"match.endpoint: {one_of(endpoints, endpoint)}")
    possible = entry.endpoints
    if endpoint is not None and possible != EVERYWHERE and endpoint not in possible:
        raise BadRule(f"match.endpoint: {entry.name} shows at {', '.join(possible)} only")
    if method is not None and method.upper() not in METHODS:
        raise BadRule(f"match.method: {one_of(METHODS, method)}")
    return Match(
        endpoints=possible if endpoint is None else (endpoint,),
        origin=_matched("origin", members, origin_of),
        earner=_matched("earner", members, checked_email),
        method=method and method.upper(),
    )


def _matched(name: str, members: Mapping[str, str], read: Callable[[str], str]) -> str | None:
    """A value that requests can have; any other would be matched by none."""
    try:
        return read(members[name]) if name in members else None
    except ValueError as error:
        raise BadRule(f"match.{name}: {error}") from error


def _read_when(members: Mapping[str, Any]) -> When:
    _check_members("when", members, TIMED)
    probability = members.get("probability")
    if probability is not None and not (_is_number(probability) and 0 <= probability <= 1):
        raise BadRule(f"when.probability: expected a number from 0 to 1, saw {quoted(probability)}")
    return When(
        skip=_whole("skip", members.get("skip", 0)),
        count=None if members.get("count") is None else _whole("count", members["count"]),
        probability=probability,
        after=seconds_of("when.after", members.get("after", 0)),
        lasts=None if members.get("for") is None else seconds_of("when.for", members["for"]),
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _whole(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST:
        raise BadRule(f"when.{name}: expected a whole number from 0 to {MOST}, saw {quoted(value)}")
    return value


def seconds_of(place: str, value: Any) -> float:
    """Seconds from a number, or from a text such as ``10s``, ``500ms`` or ``2m``.

    Raises:
        BadRule: when it is neither.
    """
    if _is_number(value) and 0 <= value <= CENTURY:
        return float(value)
    match = DURATION.fullmatch(value) if isinstance(value, str) else None
    seconds = float(match[1]) * UNITS[match[2]] if match else math.inf
    if seconds > CENTURY:
        expected = f"seconds from 0 to {CENTURY}, or a text such as 10s, 500ms or 2m"
        raise BadRule(f"{place}: expected {expected}, saw {quoted(value)}")
    return seconds
