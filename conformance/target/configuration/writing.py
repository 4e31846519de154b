"""Write a ``target.toml`` as a starting point for manual editing."""

import json
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from conformance.core.resources import schema_url
from conformance.core.schemas import load
from conformance.target.configuration.configuration import DEFAULT, Configuration, Setting

WIDTH = 96
EXAMPLE = {"ada@example.org": "BACKPACK_PASSWORD_1"}
DIALOG_EXAMPLE = ("[dialog]", "accept = 'button.accept'", "refuse = 'button.refuse'")
REVOKE_EXAMPLE = ("[[revoke]]", "row = 'li'", "press = 'button'")
EXAMPLES = {"number": 1, "integer": 1, "words": ["…"]}
"""Placeholders for values without a default, by format; else a text."""


def target_toml(configuration: Configuration, draft: Sequence[str] = ()) -> str:
    """All keys, each with what it is for; a key without a value is commented out.

    ``draft`` contains the lines of a draft of a consent recipe.
    """
    properties = load("target")["properties"]
    plain = [name for name in properties if name in configuration.settings]
    tables = [
        name
        for name, table in properties.items()
        if any(f"{name}.{key}" in configuration.settings for key in table.get("properties", ()))
    ]
    lines = [f"#:schema {schema_url('target')}"]
    lines += _comment(
        "Settings of a Backpack for backpack-conformance. Test them with: "
        "backpack-conformance doctor"
    )
    for name in plain:
        lines += ["", *_key(configuration.settings[name], name)]
    last = _last_tables(configuration, tables, properties)
    recipes = [
        *_recipe(properties["consent"], draft),
        *_recipe(properties["revoke"], REVOKE_EXAMPLE),
        *_recipe(properties["dialog"], DIALOG_EXAMPLE),
    ]
    return "\n".join([*lines, *last, *recipes]) + "\n"


def _last_tables(
    configuration: Configuration, tables: Sequence[str], properties: Mapping[str, Any]
) -> Iterator[str]:
    for table in tables:
        yield from ("", *_comment(properties[table]["description"]), f"[{table}]")
        for name in properties[table]["properties"]:
            yield from _key(configuration.settings[f"{table}.{name}"], name)


def _key(setting: Setting, name: str) -> Iterator[str]:
    yield from _comment(setting.key.described)
    value = setting.value
    if setting.source == DEFAULT:
        example = EXAMPLES.get(setting.key.written, "…") if value is None else value
        yield f"# {name} = {json.dumps(example, ensure_ascii=False)}"
    else:
        yield f"{name} = {json.dumps(value, ensure_ascii=False)}"


def _recipe(described: Mapping[str, Any], draft: Sequence[str]) -> Iterator[str]:
    yield from ("", *_comment(described["description"]))
    yield from (f"# {line}".rstrip() for line in draft)


def accounts(emails: Mapping[str, str]) -> Iterator[str]:
    """Earners by e-mail with the variable of each password; an example without any."""
    mark = "" if emails else "# "
    yield from ("", *_comment(load("target")["properties"]["earners"]["description"]))
    for email, variable in (emails or EXAMPLE).items():
        yield from (f"{mark}[[earners]]", f"{mark}email = {json.dumps(email)}")
        yield f"{mark}password_variable = {json.dumps(variable)}"


def _comment(text: str) -> Iterator[str]:
    yield from textwrap.wrap(text, WIDTH, initial_indent="# ", subsequent_indent="# ")
