"""A sandbox at one time as a value, and a sandbox made that again."""

import json
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from attrs import frozen

from mock_backpack.core.arming import Order, Rule, read_order
from mock_backpack.core.consent import Choice
from mock_backpack.core.holdings import Holdings
from mock_backpack.core.randomness import Randomness
from mock_backpack.core.sandbox import Beginning, Sandbox
from mock_backpack.core.sessions import Session
from mock_backpack.core.settings import Shape
from mock_backpack.issuer.stage import Stage


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
class Place:
    """A situation, and the addresses at which it was entered."""

    situation: str
    elsewhere: str
    foreign: str


@frozen
class Snapshot:
    """Everything about a sandbox but its journal and what was looked at for its verdict."""

    name: str
    shape: Shape
    beginning: Beginning
    place: Place | None
    ahead: float
    frozen: float | None
    seed: str
    drawn: int
    consent: Choice
    holdings: Holdings
    sessions: tuple[Session, ...]
    rules: tuple[Armed, ...]
    last_rule: int


def take(sandbox: Sandbox) -> Snapshot:
    """The sandbox as it is now; nothing that happens to it later changes the snapshot."""
    clock, stage = sandbox.clock, sandbox.stage
    return Snapshot(
        sandbox.name,
        sandbox.shape,
        sandbox.beginning,
        Place(stage.situation.id, stage.elsewhere, stage.foreign(sandbox.prefix))
        if stage
        else None,
        clock.ahead,
        clock.now() if clock.is_frozen else None,
        sandbox.randomness.seed,
        sandbox.randomness.drawn,
        sandbox.consent.choice,
        sandbox.backpack.holdings(),
        sandbox.sessions.known(),
        tuple(map(_armed, sandbox.rules)),
        sandbox.rules.last,
    )


def _armed(rule: Rule) -> Armed:
    memory = deepcopy(rule.memory) if rule.memory else {}
    return Armed(rule.id, rule.order, rule.armed_at, rule.matched, rule.fired, memory)


def put(sandbox: Sandbox, snapshot: Snapshot, stage: Stage | None) -> None:
    """Make a sandbox what another one was; ``stage`` is the snapshot's situation here."""
    moved = (
        (snapshot.place.foreign, stage.foreign(sandbox.prefix))
        if snapshot.place and stage
        else None
    )
    rules = [_rule(armed, moved) for armed in snapshot.rules]
    sandbox.shape, sandbox.beginning, sandbox.stage = snapshot.shape, snapshot.beginning, stage
    sandbox.begin(_randomness(sandbox, snapshot))
    sandbox.clock.put(snapshot.ahead, snapshot.frozen)
    sandbox.backpack.take_up(snapshot.holdings)
    sandbox.sessions.take_up(snapshot.sessions)
    sandbox.consent.choose(snapshot.consent)
    sandbox.rules.take_up(rules, snapshot.last_rule)


def _randomness(sandbox: Sandbox, snapshot: Snapshot) -> Randomness:
    made = Randomness(snapshot.shape.seed, sandbox.changes, snapshot.drawn)
    made.seed = snapshot.seed  # chances go by it, of a sandbox without a seed of its own, too
    return made


def _rule(armed: Armed, moved: tuple[str, str] | None) -> Rule:
    order = _moved(armed.order, *moved) if moved else armed.order
    memory = deepcopy(dict(armed.memory))
    return Rule(armed.id, order, armed.armed_at, armed.matched, armed.fired, memory)


def _moved(order: Order, old: str, new: str) -> Order:
    """The same rule with the address that a situation has here."""
    said = json.dumps(order.said)
    return read_order(json.loads(said.replace(old, new))) if old != new and old in said else order
