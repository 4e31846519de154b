"""The keys of a target's configuration, as ``schemas/target.json`` lists them.

Every pytest run with the plugin reads them, so only the standard library is imported here.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from conformance.core.resources import folder

SEVERAL = ("accounts", "names")
"""Formats whose option may be given more than once."""


class Key(NamedTuple):
    """A setting of a target: an option, a variable, and a key of the file."""

    name: str
    """The dotted key in the file: ``pages.access``."""
    flag: str
    """The option without its dashes."""
    written: str
    """The format of its value as text: ``text``, ``number``, ``path``, …"""
    described: str
    metavar: str
    group: str
    """The title of its list in the help."""
    schema: Mapping[str, Any]

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        usual = f"BACKPACK_{self.flag.upper().replace('-', '_')}"
        return str(self.schema.get("variable", usual))

    @property
    def option(self) -> str:
        """The command line option that sets it; the target is an argument."""
        return "TARGET" if self.flag == "target" else f"--{self.flag}"

    @property
    def default(self) -> Any:
        """The default value."""
        return self.schema.get("default", [] if self.written in SEVERAL else None)


@cache
def keys() -> tuple[Key, ...]:
    """All keys that are also options and variables, in the order of the schema."""
    schema = json.loads((folder("schemas") / "target.json").read_text(encoding="utf-8"))
    return tuple(_below(schema, "", ""))


def _below(schema: Mapping[str, Any], path: str, group: str) -> Iterator[Key]:
    for name, described in schema.get("properties", {}).items():
        at, own_group = f"{path}{name}", described.get("group", group)
        if "flag" in described:
            texts = (described["description"], described.get("metavar", ""), own_group)
            yield Key(at, described["flag"], described["written"], *texts, described)
        elif described.get("type") == "object":
            yield from _below(described, f"{at}.", own_group)
