"""A snapshot of a sandbox as a value, and restoring it."""

import json
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from attrs import frozen

from mock_backpack.core.clients import Registry
from mock_backpack.core.consent import Choice
from mock_backpack.core.holdings import Holdings
from mock_backpack.core.misbehaviours import Misbehaviours
from mock_backpack.core.observer import Observer, SituationPlace
from mock_backpack.core.orders import Order, read_order
from mock_backpack.core.randomness import Randomness
from mock_backpack.core.rules import Rule
from mock_backpack.core.sandbox import Beginning, Sandbox
from mock_backpack.core.sessions import Session
from mock_backpack.core.settings import Shape


@frozen
class Armed:
    """An armed rule with its counters."""

    id: str
    order: Order
    armed_at: float
    matched: int
    fired: int
    memory: Mapping[str, Any]


@frozen
class Snapshot:
    """Everything about a sandbox but its journal and what was looked at for its verdict."""

    name: str
    shape: Shape
    beginning: Beginning
    place: SituationPlace | None
    ahead: float
    frozen: float | None
    seed: str
    drawn: int
    consent: Choice
    holdings: Holdings
    registry: Registry
    sessions: tuple[Session, ...]
    rules: tuple[Armed, ...]
    last_rule: int


def take(sandbox: Sandbox) -> Snapshot:
    """The sandbox as it is now; nothing that happens to it later changes the snapshot."""
    clock, observer = sandbox.clock, sandbox.observer
    return Snapshot(
        sandbox.name,
        sandbox.shape,
        sandbox.beginning,
        observer.place(sandbox.prefix) if observer else None,
        clock.ahead,
        clock.now() if clock.is_frozen else None,
        sandbox.randomness.seed,
        sandbox.randomness.drawn,
        sandbox.consent.choice,
        sandbox.backpack.holdings(),
        sandbox.clients.registry(),
        sandbox.sessions.known(),
        tuple(map(_armed, sandbox.rules)),
        sandbox.rules.last,
    )


def _armed(rule: Rule) -> Armed:
    memory = deepcopy(rule.memory) if rule.memory else {}
    return Armed(rule.id, rule.order, rule.armed_at, rule.matched, rule.fired, memory)


def put(sandbox: Sandbox, snapshot: Snapshot, observer: Observer | None) -> None:
    """Make a sandbox what another one was; ``observer`` has the snapshot's situation here."""
    rules = [_rule(armed) for armed in snapshot.rules]
    if snapshot.place and observer:
        old, new = snapshot.place.foreign, observer.place(sandbox.prefix).foreign
        for rule in rules:
            rule.order = _moved(rule.order, old, new, sandbox.shared.misbehaviours)
    sandbox.shape, sandbox.beginning, sandbox.observer = (
        snapshot.shape,
        snapshot.beginning,
        observer,
    )
    sandbox.begin(_randomness(sandbox, snapshot))
    sandbox.clock.put(snapshot.ahead, snapshot.frozen)
    sandbox.backpack.take_up(snapshot.holdings)
    sandbox.clients.take_up(snapshot.registry.clients, snapshot.registry.codes)
    sandbox.sessions.take_up(snapshot.sessions)
    sandbox.consent.choose(snapshot.consent)
    sandbox.rules.take_up(rules, snapshot.last_rule)


def _randomness(sandbox: Sandbox, snapshot: Snapshot) -> Randomness:
    randomness = Randomness(snapshot.shape.seed, sandbox.changes, snapshot.drawn)
    randomness.seed = snapshot.seed  # chances depend on it, also without a seed in the shape
    return randomness


def _rule(armed: Armed) -> Rule:
    memory = deepcopy(dict(armed.memory))
    return Rule(armed.id, armed.order, armed.armed_at, armed.matched, armed.fired, memory)


def _moved(order: Order, old: str, new: str, misbehaviours: Misbehaviours) -> Order:
    """The same rule with the address that a situation has here."""
    text = json.dumps(order.source)
    if old == new or old not in text:
        return order
    return read_order(json.loads(text.replace(old, new)), misbehaviours)
