"""The catalogue of faults and defects: one file of data, and the code that each name stands for."""

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from attrs import field, frozen

from mock_backpack.core.fault import Fault
from mock_backpack.core.quoting import quoted
from mock_backpack.core.seams import Defect

ENDPOINTS = (
    "script",
    "access",
    "accept",
    "login",
    "settings",
    "revoke",
    "badges",
    "issue",
    "token",
    "identity",
    "preflight",
)
"""Where rules can act, as the catalogue and the journal name it."""
EVERYWHERE = ("*",)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT")
"""Of requests, as rules and filters of the journal name them."""


class UnknownName(ValueError):
    """A fault or a defect was asked for that is in no catalogue."""


@frozen
class Parameter:
    """What can be chosen about a fault."""

    name: str
    default: Any
    expected: str
    """What it must be, in words."""
    least: float | None = None
    most: float | None = None
    choices: tuple[str, ...] = ()

    def is_right(self, value: Any) -> bool:
        """Whether a value may be given for it."""
        if isinstance(self.default, str):
            return isinstance(value, str) and (not self.choices or value in self.choices)
        wanted = int if isinstance(self.default, int) else int | float
        if isinstance(value, bool) or not isinstance(value, wanted):
            return False
        return (self.least is None or value >= self.least) and (
            self.most is None or value <= self.most
        )


@frozen
class Entry:
    """A fault or a defect, as the catalogue tells of it."""

    name: str
    kind: str
    """``fault`` or ``defect``."""
    does: str
    endpoints: tuple[str, ...]
    """Where it shows; ``*`` stands for everywhere."""
    requirements: tuple[str, ...]
    """Of a defect those that it breaks, of a fault those of an issuer that it stresses."""
    since: str
    aliases: tuple[str, ...] = ()
    """What WireMock or Toxiproxy call it."""
    parameters: Mapping[str, Parameter] = field(factory=dict)

    @property
    def breaks(self) -> tuple[str, ...]:
        """The requirements that a target with this defect fails, and no others."""
        return self.requirements if self.kind == "defect" else ()

    def to_wire(self) -> dict[str, Any]:
        """The entry as a JSON object."""
        parameters = {
            one.name: {"default": one.default, "expected": one.expected}
            for one in self.parameters.values()
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
        }


@cache
def entries() -> Mapping[str, Entry]:
    """All faults and defects by name, in the order of the file."""
    import tomllib  # noqa: PLC0415 - a correct mock reads no catalogue

    text = files("mock_backpack").joinpath("catalogue.toml").read_text(encoding="utf-8")
    read = tomllib.loads(text)
    found = [_entry(kind, raw) for kind in ("fault", "defect") for raw in read[kind]]
    return MappingProxyType({one.name: one for one in found})


def _entry(kind: str, raw: Mapping[str, Any]) -> Entry:
    parameters = {
        name: Parameter(name=name, **{**said, "choices": tuple(said.get("choices", ()))})
        for name, said in raw.get("with", {}).items()
    }
    return Entry(
        name=raw["id"],
        kind=kind,
        does=raw["does"],
        endpoints=tuple(raw["endpoints"]),
        requirements=tuple(raw["breaks" if kind == "defect" else "stresses"]),
        since=raw["since"],
        aliases=tuple(raw.get("aliases", ())),
        parameters=parameters,
    )


def entries_of(kind: str) -> Mapping[str, Entry]:
    """All faults, or all defects."""
    return {name: one for name, one in entries().items() if one.kind == kind}


@cache
def _by_alias() -> Mapping[str, str]:
    return {alias.lower(): one.name for one in entries().values() for alias in one.aliases}


def entry(name: str, kind: str | None = None) -> Entry:
    """What the catalogue says of a name, or of what another tool calls it.

    Raises:
        UnknownName: with the names that come close.
    """
    known = entries() if kind is None else entries_of(kind)
    found = known.get(name) or known.get(_by_alias().get(name.lower(), ""))
    if found is not None:
        return found
    import difflib  # noqa: PLC0415 - for those who mistype

    short = {one.partition(".")[2]: one for one in known}
    close = difflib.get_close_matches(name.lower(), [*known, *short], n=3)
    meant = list(dict.fromkeys(short.get(one, one) for one in close))
    kinds = f"{kind}s" if kind else "faults and mock-backpack defects"
    advice = f"did you mean {' or '.join(meant)}?" if meant else f"see mock-backpack {kinds}"
    raise UnknownName(f"no {kind or 'fault or defect'} is called {quoted(name)}: {advice}")


def check_names(kind: str, names: Iterable[str]) -> None:
    """See whether all these are in the catalogue.

    Raises:
        UnknownName: when one is not.
    """
    for name in names:
        entry(name, kind)


@cache
def behaviours() -> Mapping[str, Fault | Defect]:
    """The code that each name stands for; loaded when something is armed for the first time."""
    from mock_backpack.apis.connect import defects  # noqa: PLC0415 - a correct mock loads neither
    from mock_backpack.faults import (  # noqa: PLC0415
        access,
        data,
        http,
        timing,
        transport,
        upstream,
    )

    areas = (transport, timing, http, upstream, data, access, *defects.AREAS)
    found = [
        one for area in areas for one in vars(area).values() if isinstance(one, Fault | Defect)
    ]
    return MappingProxyType({one.name: one for one in found})
