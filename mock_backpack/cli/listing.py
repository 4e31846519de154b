"""Faults and defects as tables that people read."""

from collections.abc import Iterable, Iterator

from mock_backpack.core.misbehaviours import Kind, Misbehaviour, Misbehaviours

INTRODUCTION = """\
# Faults and defects of the mock

Made by `mock-backpack catalogue`; a test keeps it current.
Arm any of them with `--fault`, `--defect`, `POST /_mock/rules`, or the Python client.
"""
FAULTS = """
## Faults
What can happen to a correct Backpack, because of the network or load. An issuer must handle
each of them; the last column lists the requirements that it tests.
"""
DEFECTS = """
## Defects
Incorrect behaviour. A target with a defect fails exactly the requirements that it names. What a
defect marked *under load* does shows only when many earners are served at the same time:
`backpack-conformance load` finds it.
"""


def as_markdown(misbehaviours: Misbehaviours) -> str:
    """The page ``docs/catalogue.md``."""
    return "".join(
        [
            INTRODUCTION,
            FAULTS,
            _table(
                ("fault", "what happens", "choose", "at", "stresses"),
                map(_fault, misbehaviours.entries_of("fault").values()),
            ),
            DEFECTS,
            _table(
                ("defect", "what the mock does wrong", "at", "breaks"),
                map(_defect, misbehaviours.entries_of("defect").values()),
            ),
        ]
    )


def as_lines(misbehaviours: Misbehaviours, kind: Kind) -> Iterator[str]:
    """All faults or all defects, with their parameters, for a terminal."""
    for entry in misbehaviours.entries_of(kind).values():
        yield f"{entry.name:<36} {entry.does}  [{_ids(entry)}]"
        for parameter in entry.parameters.values():
            default = f"{parameter.name}={parameter.default}"
            yield f"{'':<38}{default}: {parameter.expected}"


def _fault(entry: Misbehaviour) -> tuple[str, ...]:
    parameters = entry.parameters.values()
    defaults = ", ".join(f"`{parameter.name}={parameter.default}`" for parameter in parameters)
    names = ", ".join(f"`{name}`" for name in (entry.name, *entry.aliases))
    return names, entry.does, defaults, _places(entry), _ids(entry)


def _defect(entry: Misbehaviour) -> tuple[str, ...]:
    when = " (*under load*)" if entry.needs_load else ""
    return f"`{entry.name}`{when}", entry.does, _places(entry), _ids(entry)


def _places(entry: Misbehaviour) -> str:
    return "everywhere" if entry.endpoints == ("*",) else ", ".join(entry.endpoints)


def _ids(entry: Misbehaviour) -> str:
    return ", ".join(entry.requirements)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n" + "".join(f"| {' | '.join(line)} |\n" for line in lines)
