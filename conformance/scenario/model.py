"""The model of a scenario: steps between earner, issuer and Backpack, and their expectations."""

from collections.abc import Mapping
from typing import Any

from attrs import evolve, field, frozen

from conformance.core.errors import Place

RISKS = frozenset({"load", "crash"})
"""Risks of disruptive scenarios, which run only when they are allowed."""
RUNS_LATE = ("odd", "load", "crash")
"""Risks from small to great: ``odd`` sends wrong types, and is always allowed."""

HOLD = "hold"
"""All that a step expects must be true."""


@frozen
class Expectation:
    """The conditions that a step's response must meet to pass one requirement."""

    requirement: str
    terms: Mapping[str, Any]
    """``answer``, ``body``, ``status``, … by name; all of them must hold."""
    place: Place


@frozen
class Step:
    """One action in a scenario."""

    number: int
    """From 1."""
    verb: str
    arguments: Mapping[str, Any]
    place: Place
    save: str | None = None
    must: str | None = None
    """``succeed``, ``refused`` or `HOLD`: how it must end so that later steps make sense."""
    given: str | None = None
    """A reference; the step is skipped when its value is missing or empty."""
    expect: tuple[Expectation, ...] = ()
    judges: tuple[str, ...] = ()
    """The requirements that drawn steps may judge, of a ``play`` step."""

    @property
    def requirements(self) -> tuple[str, ...]:
        """The requirements that it can judge."""
        return self.judges or tuple(expectation.requirement for expectation in self.expect)


@frozen
class Block:
    """Steps that several scenarios use, under one id."""

    id: str
    title: str
    steps: tuple[Step, ...]
    inputs: tuple[str, ...] = ()
    """Names of the values that the steps get as ``$in``."""
    outputs: Mapping[str, Any] = field(factory=dict)
    """The values that it saves, by name; they refer to values that its steps saved."""


@frozen
class Scenario:
    """A sequence of steps and what they must return, from one file."""

    id: str
    title: str
    story: str
    place: Place
    steps: tuple[Step, ...]
    needs: frozenset[str] = frozenset()
    rows: Mapping[str, Mapping[str, Any]] = field(factory=dict)
    """The values of ``each``, by the name of the row."""
    for_all: Mapping[str, Mapping[str, Any]] = field(factory=dict)
    """Strategies by the name of the variable that they fill."""
    examples: Mapping[str, int] = field(factory=dict)
    """How many examples Hypothesis tries, by budget."""
    risk: str | None = None
    """``odd``, ``load`` or ``crash``: how it may disrupt a target."""
    row: str | None = None
    """The name of its row, when the scenario has rows."""

    @property
    def lateness(self) -> int:
        """How late it runs: the more disruptive, the later."""
        return (None, *RUNS_LATE).index(self.risk)

    @property
    def requirements(self) -> tuple[str, ...]:
        """The requirements that it can judge, in the order of their first expectations."""
        return tuple(dict.fromkeys(name for step in self.steps for name in step.requirements))

    @property
    def name(self) -> str:
        """``id``, with the row in brackets."""
        return f"{self.id}[{self.row}]" if self.row else self.id

    @property
    def of_row(self) -> Mapping[str, Any]:
        """The values and the name of its row; empty when there are no rows."""
        return {"name": self.row, **self.rows[self.row]} if self.row else {}

    def each(self) -> list["Scenario"]:
        """One scenario per row; itself when there are no rows."""
        if not self.rows:
            return [self]
        return [evolve(self, row=row) for row in self.rows]
