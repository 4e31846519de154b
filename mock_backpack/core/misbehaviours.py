"""Misbehaviours of a mock: its faults and defects, each one decorated function."""

import difflib
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from functools import cached_property
from importlib import import_module
from itertools import chain
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

from aiohttp import web
from attrs import evolve, field, frozen

from mock_backpack.core.quoting import quoted
from mock_backpack.core.seams import Armed, Seam, Wrapper

EVERYWHERE = ("*",)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT")
"""Of requests, as rules and filters of the journal name them."""
Kind: TypeAlias = Literal["fault", "defect"]
Behaviour: TypeAlias = Callable[..., Awaitable[web.StreamResponse]]
"""The code of a fault: called with a `Call` and the fault's parameters by name."""


class UnknownName(ValueError):
    """A fault or a defect was asked for that there is not."""


@frozen
class Parameter:
    """A parameter of a fault."""

    name: str
    default: Any
    expected: str
    """The expected value, as text."""
    least: float | None = None
    most: float | None = None
    choices: tuple[str, ...] = ()

    def is_right(self, value: Any) -> bool:
        """Whether a value may be given for it."""
        if isinstance(self.default, str):
            return isinstance(value, str) and (not self.choices or value in self.choices)
        kind = int if isinstance(self.default, int) else int | float
        if isinstance(value, bool) or not isinstance(value, kind):
            return False
        return (self.least is None or value >= self.least) and (
            self.most is None or value <= self.most
        )


def chosen(name: str, *choices: str, expected: str = "") -> Parameter:
    """A parameter that is one of several texts; the first is the default."""
    words = expected or f"{', '.join(choices[:-1])} or {choices[-1]}"
    return Parameter(name, choices[0], words, choices=choices)


def within(name: str, default: float, least: float, most: float, unit: str) -> Parameter:
    """A parameter that is a number within bounds: a whole one when the default is one."""
    return Parameter(name, default, f"{unit} from {least} to {most}", least, most)


@frozen
class Misbehaviour:
    """A fault or a defect: its code, and what lists say of it."""

    name: str
    """``area.what``, such as ``token.no-rotation``."""
    kind: Kind
    does: str
    """A sentence."""
    behave: Behaviour | Wrapper
    endpoints: tuple[str, ...]
    """The endpoints that show it; ``*`` means all."""
    requirements: tuple[str, ...]
    """Of a defect those that it breaks, of a fault those of an issuer that it stresses.

    As it is written, a member of an enumeration is a fact that several APIs share, each under an id
    of its own; `Misbehaviours` puts the ids in its place.
    """
    since: str
    """The version that brought it."""
    seam: Seam | None = None
    """The seam that a defect wraps."""
    aliases: tuple[str, ...] = ()
    """Its names in WireMock or Toxiproxy."""
    parameters: Mapping[str, Parameter] = field(factory=dict)
    acts: bool = False
    """Whether a defect does more than to give another value in place of the right one."""
    needs_load: bool = False
    """Whether a defect shows only when many earners are served at the same time."""
    apis: tuple[str, ...] = ()
    """The APIs that a defect breaks; several have requirements and defects in common."""

    @property
    def breaks(self) -> tuple[str, ...]:
        """The requirements that a target with this defect fails, and no others."""
        return self.requirements if self.kind == "defect" else ()

    def to_wire(self) -> dict[str, Any]:
        """The entry as a JSON object."""
        parameters = {
            parameter.name: {"default": parameter.default, "expected": parameter.expected}
            for parameter in self.parameters.values()
        }
        return {
            "name": self.name,
            "kind": self.kind,
            "does": self.does,
            "endpoints": list(self.endpoints),
            "breaks" if self.kind == "defect" else "stresses": list(self.requirements),
            "since": self.since,
            **({"with": parameters} if parameters else {}),
            **({"aliases": list(self.aliases)} if self.aliases else {}),
            **({"needs_load": True} if self.needs_load else {}),
        }


def defect(
    name: str,
    seam: Callable[..., Any],
    *,
    endpoints: tuple[str, ...],
    breaks: tuple[str, ...],
    since: str,
    acts: bool = False,
    needs_load: bool = False,
) -> Callable[[Wrapper], Misbehaviour]:
    """Make a defect of a function that gets the seam's right behaviour, then its arguments.

    The function's docstring is its sentence in lists.
    """

    def enter(behave: Wrapper) -> Misbehaviour:
        sentence = _sentence(behave)
        entry = Misbehaviour(name, "defect", sentence, behave, endpoints, breaks, since, seam)
        return evolve(entry, acts=acts, needs_load=needs_load)

    return enter


def fault(
    name: str,
    *,
    stresses: tuple[str, ...],
    since: str,
    endpoints: tuple[str, ...] = EVERYWHERE,
    aliases: tuple[str, ...] = (),
    parameters: tuple[Parameter, ...] = (),
) -> Callable[[Behaviour], Misbehaviour]:
    """Make a fault of a function that stands between a request and the right answer.

    The function's docstring is its sentence in lists.
    """
    by_name = {parameter.name: parameter for parameter in parameters}

    def enter(behave: Behaviour) -> Misbehaviour:
        sentence = _sentence(behave)
        entry = Misbehaviour(name, "fault", sentence, behave, endpoints, stresses, since)
        return evolve(entry, aliases=aliases, parameters=by_name)

    return enter


def _sentence(behave: Callable[..., Any]) -> str:
    return " ".join((behave.__doc__ or "").split())


def by_seam(defects: Iterable[Misbehaviour]) -> Armed:
    """Sort defects by the seam that they wrap."""
    armed: dict[Seam, tuple[Wrapper, ...]] = {}
    for entry in defects:
        if entry.seam is not None:
            armed[entry.seam] = (*armed.get(entry.seam, ()), entry.behave)
    return MappingProxyType(armed)


class Misbehaviours:
    """Every fault and defect of a mock.

    Their code is loaded when somebody asks for one: a correct mock never does.
    """

    def __init__(
        self,
        endpoints: Sequence[str],
        packages: Mapping[str, tuple[str, ...]],
        facts: Iterable[Mapping[str, str]] = (),
    ) -> None:
        """``endpoints`` are where rules can act; ``packages`` hold faults and defects.

        A package names its modules in ``AREAS``, in the order in which lists have them; one of them
        may be a package of the same kind. With each come the names of the APIs that it is about.
        ``facts`` has for each API the requirements that it has for facts that it shares with
        others.
        """
        self.endpoints = tuple(endpoints)
        self._packages = packages
        self._facts = tuple(facts)

    @cached_property
    def entries(self) -> Mapping[str, Misbehaviour]:
        """All faults and defects by name, in the order in which they are listed."""
        listed = (
            self._resolved(entry, apis)
            for package, apis in self._packages.items()
            for entry in _entries_in(package)
        )
        return MappingProxyType({entry.name: entry for entry in listed})

    def _resolved(self, entry: Misbehaviour, apis: tuple[str, ...]) -> Misbehaviour:
        """The entry with requirements in place of facts, and the APIs of its package."""
        ids = (
            [facts[name] for facts in self._facts if name in facts]
            if isinstance(name, Enum)
            else [name]
            for name in entry.requirements
        )
        # several facts may be one requirement of an API
        names = tuple(dict.fromkeys(chain.from_iterable(ids)))
        return evolve(entry, requirements=names, apis=apis)

    def entries_of(self, kind: Kind) -> Mapping[str, Misbehaviour]:
        """All faults, or all defects."""
        return self._by_kind[kind]

    @cached_property
    def _by_kind(self) -> Mapping[Kind, Mapping[str, Misbehaviour]]:
        kinds: dict[Kind, dict[str, Misbehaviour]] = {"fault": {}, "defect": {}}
        for name, entry in self.entries.items():
            kinds[entry.kind][name] = entry
        return {kind: MappingProxyType(entries) for kind, entries in kinds.items()}

    def entry(self, name: str, kind: Kind | None = None) -> Misbehaviour:
        """The fault or defect of this name, or of this alias from another tool.

        Raises:
            UnknownName: with the names that come close.
        """
        known = self.entries if kind is None else self.entries_of(kind)
        entry = known.get(name) or known.get(self._by_alias.get(name.lower(), ""))
        if entry is not None:
            return entry
        short = {full.partition(".")[2]: full for full in known}
        close = difflib.get_close_matches(name.lower(), [*known, *short], n=3)
        suggestions = list(dict.fromkeys(short.get(name, name) for name in close))
        kinds = f"{kind}s" if kind else "faults and mock-backpack defects"
        advice = (
            f"did you mean {' or '.join(suggestions)}?"
            if suggestions
            else f"see mock-backpack {kinds}"
        )
        raise UnknownName(f"no {kind or 'fault or defect'} is called {quoted(name)}: {advice}")

    def check_names(self, kind: Kind, names: Iterable[str]) -> None:
        """See whether there are misbehaviours of all these names.

        Raises:
            UnknownName: when one is not.
        """
        for name in names:
            self.entry(name, kind)

    @cached_property
    def _by_alias(self) -> Mapping[str, str]:
        entries = self.entries.values()
        return {alias.lower(): entry.name for entry in entries for alias in entry.aliases}


def _entries_in(package: str) -> Iterator[Misbehaviour]:
    # the one place that loads code late: 363 functions cost more than the rest of the mock
    for area in import_module(package).AREAS:
        module = import_module(f"{package}.{area}")
        if hasattr(module, "AREAS"):
            yield from _entries_in(module.__name__)
        values = vars(module).values()
        yield from (value for value in values if isinstance(value, Misbehaviour))
