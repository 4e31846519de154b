"""The catalogue as tables that people read."""

from collections.abc import Iterable

from mock_backpack.core.catalogue import Entry, entries_of

INTRODUCTION = """\
# Faults and defects of the mock

Made by `mock-backpack catalogue` from `mock_backpack/catalogue.toml`; a test keeps it current.
Arm any of them with `--fault`, `--defect`, `POST /_mock/rules`, or the Python client.
"""
FAULTS = """
## Faults
What a correct Backpack behind a bad network or under load also shows. An issuer must live with
each; the last column names what it puts to the test.
"""
DEFECTS = """
## Defects
Wrong answers on a good network. A target with one of them fails exactly the requirements that it
names.
"""


def as_markdown() -> str:
    """The page ``docs/catalogue.md``."""
    faults, defects = (entries_of(kind).values() for kind in ("fault", "defect"))
    return "".join(
        [
            INTRODUCTION,
            FAULTS,
            _table(("fault", "what happens", "choose", "at", "stresses"), map(_fault, faults)),
            DEFECTS,
            _table(("defect", "what is wrong", "at", "breaks"), map(_defect, defects)),
        ]
    )


def _fault(one: Entry) -> tuple[str, ...]:
    chosen = ", ".join(f"`{name}={said.default}`" for name, said in one.parameters.items())
    names = ", ".join(f"`{name}`" for name in (one.name, *one.aliases))
    return names, one.does, chosen, _places(one), _ids(one)


def _defect(one: Entry) -> tuple[str, ...]:
    return f"`{one.name}`", one.does, _places(one), _ids(one)


def _places(one: Entry) -> str:
    return "everywhere" if one.endpoints == ("*",) else ", ".join(one.endpoints)


def _ids(one: Entry) -> str:
    return ", ".join(one.requirements)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n" + "".join(f"| {' | '.join(line)} |\n" for line in lines)
