"""A scenario: what happens between an earner, an issuer and a Backpack, and what it proves."""

from collections.abc import Mapping
from typing import Any

from attrs import evolve, field, frozen

from conformance.core.errors import Place

RISKS = frozenset({"load", "crash"})
"""What a scenario may do to a target, and does only when it is allowed to."""
RUNS_LATE = ("odd", "load", "crash")
"""Risks from small to great: ``odd`` confuses types, and needs no leave."""


@frozen
class Expectation:
    """What must be true of a step's answer for one requirement to hold."""

    requirement: str
    terms: Mapping[str, Any]
    """``answer``, ``body``, ``status``, … by name; all of them must hold."""
    place: Place


@frozen
class Step:
    """One thing that happens."""

    number: int
    """From 1."""
    verb: str
    arguments: Mapping[str, Any]
    place: Place
    save: str | None = None
    must: str | None = None
    """``succeed`` or ``refused``: how it must end for later steps to mean anything."""
    given: str | None = None
    """A reference; the step is left out when it leads to nothing."""
    expect: tuple[Expectation, ...] = ()
    judges: tuple[str, ...] = ()
    """The requirements that drawn steps may judge, of a step that stands for such."""

    @property
    def requirements(self) -> tuple[str, ...]:
        """The requirements that it can prove."""
        return self.judges or tuple(one.requirement for one in self.expect)


@frozen
class Block:
    """Steps that several scenarios begin with, under one name."""

    id: str
    title: str
    steps: tuple[Step, ...]
    inputs: tuple[str, ...] = ()
    """Names of the values that the steps are given, as ``$in``."""
    outputs: Mapping[str, Any] = field(factory=dict)
    """What is saved of it, by name: values that refer to what its steps have saved."""


@frozen
class Scenario:
    """One story, in one file."""

    id: str
    title: str
    story: str
    place: Place
    steps: tuple[Step, ...]
    needs: frozenset[str] = frozenset()
    rows: Mapping[str, Mapping[str, Any]] = field(factory=dict)
    """Values of ``each``, by the name of the row."""
    for_all: Mapping[str, Mapping[str, Any]] = field(factory=dict)
    """Strategies by the name of the variable that they fill."""
    examples: Mapping[str, int] = field(factory=dict)
    """How many examples Hypothesis tries, by budget."""
    risk: str | None = None
    """``odd``, ``load`` or ``crash``: what it may do to a target that is not careful."""
    row: str | None = None
    """The name of the row that this scenario is, when it is one of several."""

    @property
    def lateness(self) -> int:
        """How late it runs: the more it may hurt, the later."""
        return (None, *RUNS_LATE).index(self.risk)

    @property
    def requirements(self) -> tuple[str, ...]:
        """The requirements that it can prove, in the order in which they first stand."""
        return tuple(dict.fromkeys(name for step in self.steps for name in step.requirements))

    @property
    def name(self) -> str:
        """``id``, with the row in brackets."""
        return f"{self.id}[{self.row}]" if self.row else self.id

    @property
    def of_row(self) -> Mapping[str, Any]:
        """The values of its row, and the row's name; empty when it is none of several."""
        return {"name": self.row, **self.rows[self.row]} if self.row else {}

    def each(self) -> list["Scenario"]:
        """One scenario per row; itself when there are no rows."""
        if not self.rows:
            return [self]
        return [evolve(self, row=row) for row in self.rows]
