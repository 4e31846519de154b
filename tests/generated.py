"""Files that are generated from code; ``python -m tests.generated`` writes them."""

import json
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

from conformance.apis.registry import APIS
from conformance.cli.catalogue import INDEX, page_of, pages
from conformance.core.catalogue import area_titles
from conformance.scenario.language import Language, scenario_schema
from mock_backpack.cli.listing import as_markdown as catalogue_page
from mock_backpack.faults.all import MISBEHAVIOURS

ROOT = Path(__file__).parent.parent
WIDTH = 150
"""Characters of a line of a JSON Schema, roughly."""


def schema_text(language: Language) -> str:
    """The JSON Schema of scenario files, laid out for people."""
    return f"{_laid_out(scenario_schema(language))}\n"


def _laid_out(value: Any, indent: int = 0) -> str:
    """JSON in which everything that fits into a line is in one line."""
    line = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or indent + len(line) <= WIDTH:
        return line
    inner, end = " " * (indent + 2), " " * indent
    if isinstance(value, list):
        items = [_laid_out(item, indent + 2) for item in value]
        return "[\n" + ",\n".join(f"{inner}{item}" for item in items) + f"\n{end}]"
    members = [f"{json.dumps(name)}: {_laid_out(item, indent + 2)}" for name, item in value.items()]
    return "{\n" + ",\n".join(f"{inner}{member}" for member in members) + f"\n{end}}}"


REQUIREMENTS = (INDEX, *map(page_of, area_titles()))
"""The pages about requirements, by their paths below ``docs``."""


def requirements_page(name: str) -> str:
    """A page about requirements, by its path below ``docs``."""
    return pages()[name]


GENERATED: Mapping[Path, Callable[[], str]] = MappingProxyType(
    {
        **{ROOT / "docs" / name: partial(requirements_page, name) for name in REQUIREMENTS},
        ROOT / "docs" / "catalogue.md": partial(catalogue_page, MISBEHAVIOURS),
        **{
            ROOT / "schemas" / f"{api.language.schema}.json": partial(schema_text, api.language)
            for api in APIS.values()
        },
    }
)
"""From a file to what makes its text."""

if __name__ == "__main__":
    for file, text in GENERATED.items():
        file.parent.mkdir(exist_ok=True)
        file.write_text(text(), encoding="utf-8")
