"""The keys of a target's configuration, as ``schemas/target.json`` lists them.

Every pytest run of everybody reads them, so nothing is imported here but the standard library.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from conformance.core.resources import folder

SEVERAL = ("accounts", "names")
"""Ways of writing of which an option may be given more than once."""


class Key(NamedTuple):
    """Something that can be said of a target: by option, variable, or in a file."""

    name: str
    """Where it stands in the file, with dots: ``pages.access``."""
    flag: str
    """The option without its dashes."""
    written: str
    """How it is written as a text: ``text``, ``number``, ``path``, …"""
    described: str
    metavar: str
    schema: Mapping[str, Any]

    @property
    def variable(self) -> str:
        """The environment variable that says it."""
        usual = f"BACKPACK_{self.flag.upper().replace('-', '_')}"
        return str(self.schema.get("variable", usual))

    @property
    def option(self) -> str:
        """The option of the command line that says it; the target is named without one."""
        return "TARGET" if self.flag == "target" else f"--{self.flag}"

    @property
    def default(self) -> Any:
        """What holds when nobody says anything."""
        return self.schema.get("default", [] if self.written in SEVERAL else None)


@cache
def keys() -> tuple[Key, ...]:
    """All keys that are options and variables, too, in the order of the schema."""
    schema = json.loads((folder("schemas") / "target.json").read_text(encoding="utf-8"))
    return tuple(_below(schema, ""))


def _below(schema: Mapping[str, Any], path: str) -> Iterator[Key]:
    for name, described in schema.get("properties", {}).items():
        at = f"{path}{name}"
        if "flag" in described:
            flag, written = described["flag"], described["written"]
            yield Key(
                at, flag, written, described["description"], described.get("metavar", ""), described
            )
        elif described.get("type") == "object":
            yield from _below(described, f"{at}.")
