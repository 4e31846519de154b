"""Armed faults and defects: one rule object behind every door."""

import math
import re
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from attrs import define, evolve, field, frozen

from mock_backpack.core import catalogue
from mock_backpack.core.catalogue import ENDPOINTS, EVERYWHERE, METHODS, Entry, UnknownName
from mock_backpack.core.changes import Changes
from mock_backpack.core.clock import CENTURY
from mock_backpack.core.emails import checked_email
from mock_backpack.core.errors import Full
from mock_backpack.core.exchange import Exchange
from mock_backpack.core.origin import origin_of
from mock_backpack.core.quoting import meant, one_of, quoted
from mock_backpack.core.randomness import Randomness
from mock_backpack.core.strict_json import NotJson, strict_json

DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h)?")
UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, None: 1.0}
MEMBERS = ("fault", "defect", "with", "match", "when", "note")
MATCHED = ("endpoint", "origin", "earner", "method")
MOST = 10**9
"""Requests, and more than a mock ever meets."""
TIMED = ("skip", "count", "probability", "after", "for")


class BadRule(ValueError):
    """A rule that cannot be armed: what was expected where, and what was seen."""


@frozen
class Match:
    """Which requests a rule is about; what is ``None`` matches everything."""

    endpoints: tuple[str, ...] = EVERYWHERE
    origin: str | None = None
    earner: str | None = None
    method: str | None = None

    def fits(self, exchange: Exchange) -> bool:
        """Whether a request is one of these."""
        return (
            (self.endpoints == EVERYWHERE or exchange.endpoint in self.endpoints)
            and self.origin in (None, exchange.origin)
            and self.earner in (None, exchange.earner)
            and self.method in (None, exchange.request.method)
        )


@frozen
class When:
    """How often a rule acts, and for how long."""

    skip: int = 0
    """So many matching requests pass first."""
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

    entry: Entry
    parameters: Mapping[str, Any] = field(factory=dict)
    match: Match = field(factory=Match)
    when: When = field(factory=When)
    note: str = ""
    said: Mapping[str, Any] = field(factory=dict)
    """The rule in the words in which it was given."""


@define(eq=False)
class Rule:
    """An armed order, and how often it has acted."""

    id: str
    order: Order
    armed_at: float
    matched: int = 0
    fired: int = 0
    memory: dict[str, Any] = field(factory=dict)
    """What a fault remembers from one request to the next, as JSON has it."""

    @property
    def name(self) -> str:
        """The name of the fault or defect."""
        return self.order.entry.name

    def acts(self, exchange: Exchange, now: float, randomness: Randomness) -> bool:
        """Whether the rule acts on a request; counts it."""
        if not self.order.match.fits(exchange):
            return False
        self.matched += 1
        when, age = self.order.when, now - self.armed_at
        if self.matched <= when.skip or (when.count is not None and self.fired >= when.count):
            return False
        if age < when.after or (when.lasts is not None and age >= when.after + when.lasts):
            return False
        chance = when.probability
        if chance is not None and randomness.draw(self.id, self.matched) >= chance:
            return False
        self.fired += 1
        return True

    def to_wire(self) -> dict[str, Any]:
        """The rule and its counters as a JSON object."""
        state = f"fired {self.fired} of {self.matched} matching requests"
        return {
            "id": self.id,
            **self.order.said,
            "armed_at": self.armed_at,
            "matched": self.matched,
            "fired": self.fired,
            "state": state if self.fired else "armed, never fired",
        }


class Rules:
    """The armed rules of one sandbox, in the order of arming."""

    def __init__(self, randomness: Randomness, most: int, changes: Changes | None = None) -> None:
        self._randomness = randomness
        self._most = most
        self._changes = changes or Changes()
        self.armed: dict[str, Rule] = {}
        """By their ids."""
        self.last = 0
        """Number of the rule that was armed last; its id is ``r`` and this number."""

    def __iter__(self) -> Iterator[Rule]:
        return iter(self.armed.values())

    def __len__(self) -> int:
        return len(self.armed)

    def __contains__(self, identifier: str) -> bool:
        return identifier in self.armed

    def arm(self, order: Order, now: float) -> Rule:
        """Arm a rule from ``now`` on, in unix seconds of the sandbox's clock.

        Raises:
            Full: when there are too many.
        """
        if len(self.armed) >= self._most:
            raise Full("rules", self._most)
        self.last += 1
        rule = Rule(f"r{self.last}", order, now)
        self.armed[rule.id] = rule
        self._changes.note()
        return rule

    def check_room(self, more: int) -> None:
        """See whether so many further rules can be armed.

        Raises:
            Full: when they cannot.
        """
        if len(self.armed) + more > self._most:
            raise Full("rules", self._most)

    def disarm(self, identifier: str) -> Rule:
        """Take a rule away.

        Raises:
            KeyError: when there is none with this id.
        """
        gone = self.armed.pop(identifier)
        self._changes.note()
        return gone

    def clear(self) -> list[Rule]:
        """Take all rules away, and tell which they were."""
        gone, self.armed = list(self), {}
        self._changes.note()
        return gone

    def take_up(self, rules: Iterable[Rule], last: int) -> None:
        """Have these armed and no others; ``last`` is the number of the newest that ever was."""
        self.armed, self.last = {rule.id: rule for rule in rules}, last
        self._changes.note()

    def acting(self, exchange: Exchange, now: float) -> list[Rule]:
        """The rules that act on this request; counts them."""
        self._changes.note()
        return [rule for rule in self if rule.acts(exchange, now, self._randomness)]


def read_order(said: Any) -> Order:
    """A rule from its JSON object, or from words: ``http.unavailable retry_after=2 count=1``.

    Raises:
        BadRule: with what was expected where.
    """
    if isinstance(said, str):
        said = _from_text(said)
    if not isinstance(said, Mapping):
        raise BadRule(f"rule: expected an object or a text, saw {quoted(said)}")
    _check_members("", said, MEMBERS)
    kinds = [kind for kind in ("fault", "defect") if kind in said]
    if len(kinds) != 1 or not isinstance(said[kinds[0]], str):
        raise BadRule("rule: expected either fault or defect, with a name of the catalogue")
    entry = _entry(said[kinds[0]], kinds[0])
    note = said.get("note", "")
    if not isinstance(note, str):
        raise BadRule("note: expected a text")
    return Order(
        entry,
        _read_with(entry, _object(said, "with")),
        _read_match(entry, _object(said, "match")),
        _read_when(_object(said, "when")),
        note,
        {**said, kinds[0]: entry.name},
    )


def defect_order(name: str) -> Order:
    """A defect that acts wherever it can.

    Raises:
        BadRule: when the catalogue has no such defect.
    """
    order = read_order({"defect": name})
    return evolve(order, match=Match())


def _entry(name: str, kind: str | None = None) -> Entry:
    try:
        return catalogue.entry(name, kind)
    except UnknownName as error:
        raise BadRule(str(error)) from error


def _from_text(text: str) -> Any:
    if text.lstrip().startswith("{"):
        try:
            return strict_json(text.encode(errors="surrogatepass"))
        except NotJson as error:
            raise BadRule(f"rule: {error}") from error
    try:
        name, *words = shlex.split(text)
    except ValueError as error:
        raise BadRule(f"rule: expected NAME key=value …, saw {quoted(text)}") from error
    return _from_words(_entry(name), words)


def _from_words(entry: Entry, words: list[str]) -> dict[str, Any]:
    said: dict[str, Any] = {entry.kind: entry.name}
    for word in words:
        key, is_pair, value = word.partition("=")
        if not is_pair:
            raise BadRule(f"rule: expected key=value after the name, saw {quoted(word)}")
        groups = {"with": entry.parameters, "match": MATCHED, "when": TIMED}
        group = next((name for name, keys in groups.items() if key in keys), None)
        if group is None:
            known = (*entry.parameters, *MATCHED, *TIMED)
            raise BadRule(f"{key}: expected one of {', '.join(known)}{meant(known, key)}")
        said.setdefault(group, {})[key] = _scalar(value)
    return said


def _scalar(text: str) -> Any:
    """A number, true or false, or else the text itself."""
    try:
        value = strict_json(text.encode(errors="surrogateescape"))
    except NotJson:
        return text
    return value if isinstance(value, int | float) else text


def _object(said: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = said.get(name, {})
    if not isinstance(value, Mapping):
        raise BadRule(f"{name}: expected an object, saw {quoted(value)}")
    return value


def _check_members(place: str, said: Mapping[str, Any], known: tuple[str, ...]) -> None:
    for name in said:
        if name not in known:
            where = f"{place}.{name}" if place else str(name)
            names = ", ".join(known) or "nothing"
            raise BadRule(f"{where}: expected one of {names}{meant(known, name)}")


def _read_with(entry: Entry, said: Mapping[str, Any]) -> dict[str, Any]:
    _check_members("with", said, tuple(entry.parameters))
    for name, value in said.items():
        if not entry.parameters[name].is_right(value):
            expected = entry.parameters[name].expected
            raise BadRule(f"with.{name}: expected {expected}, saw {quoted(value)}")
    return {name: said.get(name, one.default) for name, one in entry.parameters.items()}


def _read_match(entry: Entry, said: Mapping[str, Any]) -> Match:
    _check_members("match", said, MATCHED)
    for name, value in said.items():
        if not isinstance(value, str):
            raise BadRule(f"match.{name}: expected a text, saw {quoted(value)}")
    endpoint, method = said.get("endpoint"), said.get("method")
    if endpoint is not None and endpoint not in ENDPOINTS:
        raise BadRule(f"match.endpoint: {one_of(ENDPOINTS, endpoint)}")
    possible = entry.endpoints
    if endpoint is not None and possible != EVERYWHERE and endpoint not in possible:
        raise BadRule(f"match.endpoint: {entry.name} shows at {', '.join(possible)} only")
    if method is not None and method.upper() not in METHODS:
        raise BadRule(f"match.method: {one_of(METHODS, method)}")
    return Match(
        endpoints=possible if endpoint is None else (endpoint,),
        origin=_matched("origin", said, origin_of),
        earner=_matched("earner", said, checked_email),
        method=method and method.upper(),
    )


def _matched(name: str, said: Mapping[str, str], read: Callable[[str], str]) -> str | None:
    """A value that requests can have; any other would be matched by none."""
    try:
        return read(said[name]) if name in said else None
    except ValueError as error:
        raise BadRule(f"match.{name}: {error}") from error


def _read_when(said: Mapping[str, Any]) -> When:
    _check_members("when", said, TIMED)
    probability = said.get("probability")
    if probability is not None and not (_is_number(probability) and 0 <= probability <= 1):
        raise BadRule(f"when.probability: expected a number from 0 to 1, saw {quoted(probability)}")
    return When(
        skip=_whole("skip", said.get("skip", 0)),
        count=None if said.get("count") is None else _whole("count", said["count"]),
        probability=probability,
        after=seconds_of("when.after", said.get("after", 0)),
        lasts=None if said.get("for") is None else seconds_of("when.for", said["for"]),
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
    found = DURATION.fullmatch(value) if isinstance(value, str) else None
    seconds = float(found[1]) * UNITS[found[2]] if found else math.inf
    if seconds > CENTURY:
        expected = f"seconds from 0 to {CENTURY}, or a text such as 10s, 500ms or 2m"
        raise BadRule(f"{place}: expected {expected}, saw {quoted(value)}")
    return seconds
