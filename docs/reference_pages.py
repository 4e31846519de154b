"""Reference pages of the documentation site that are made from code and JSON Schemas."""

import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from conformance.apis.registry import APIS
from conformance.core.resources import folder
from conformance.scenario.language import scenario_schema

SCHEMAS = folder("schemas")
START_SECONDS = 60
COMMANDS = {
    "backpack-conformance": "conformance.cli:main",
    "mock-backpack": "mock_backpack.cli.cli:main",
}
"""From a program to its command."""


def write_pages(target: Path) -> None:
    """Write all pages into a folder; a page that has not changed keeps its time."""
    pages = {
        "target": target_page(),
        "scenario-format": scenario_page(),
        "record": record_page(),
        "admin-api": admin_page(admin_document()),
        **{program: command_page(program, command) for program, command in COMMANDS.items()},
    }
    target.mkdir(exist_ok=True)
    for name, text in pages.items():
        file = target / f"{name}.md"
        if not file.is_file() or file.read_text(encoding="utf-8") != text:
            file.write_text(text, encoding="utf-8")


def command_page(program: str, command: str) -> str:
    """The help of a command and of all commands below it."""
    lines = f".. click:: {command}\n   :prog: {program}\n   :nested: full"
    return f"```{{eval-rst}}\n{lines}\n```\n"


def target_page() -> str:
    """Every key of target.toml, with its option and its environment variable."""
    schema = json.loads((SCHEMAS / "target.json").read_text(encoding="utf-8"))
    rows = [
        [
            f"`{key}`",
            f"`--{member['flag']}`, `{variable_of(member)}`" if "flag" in member else "",
            f"{member.get('description', '')}{default_of(member)}",
        ]
        for key, member in members(schema)
    ]
    table = as_table(["key", "option, variable", "meaning"], rows)
    steps = "\n\n".join(
        f"## Keys of `[[{name}]]`\n\n{schema_table(schema, schema['$defs'][definition])}"
        for name, definition in (("consent", "step"), ("revoke", "taking-back"))
    )
    return (
        "# target.toml\n\nThe settings of a target. An option overrides an environment variable, "
        f"and that overrides the file.\n\n{table}\n\n{steps}\n"
    )


def members(schema: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """The keys of a table, those of its tables among them, as they are written in TOML."""
    for name, member in schema["properties"].items():
        if "properties" in member:
            yield from members(member, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", member


def variable_of(member: Mapping[str, Any]) -> str:
    """The environment variable of a key with an option."""
    return member.get("variable") or f"BACKPACK_{member['flag'].replace('-', '_').upper()}"


def default_of(member: Mapping[str, Any]) -> str:
    """The default as JSON, as a sentence; nothing where there is none."""
    default = member.get("default")
    return "" if default in (None, [], "") else f" Default: `{json.dumps(default)}`."


def scenario_page() -> str:
    """The members of a scenario file, and the steps of each API."""
    languages = {name: scenario_schema(api.language) for name, api in APIS.items()}
    first = next(iter(languages.values()))
    parts = [
        "# Scenario format",
        "[Write a scenario](../scenarios.md) explains the format. This page lists all members.",
        "## A scenario",
        schema_table(first, first),
        "## A step",
        "A step has one verb, and any of these members:",
        schema_table(first, step_of(first), without=verbs_of(first)),
    ]
    for name, schema in languages.items():
        parts.append(f"## Steps of `{name}`")
        for verb in verbs_of(schema):
            parts += [f"### `{verb}` ({name})", verb_text(schema, verb)]
    return "\n\n".join(parts) + "\n"


def step_of(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of a step."""
    step: dict[str, Any] = schema["$defs"]["step"]
    return step


def verbs_of(schema: Mapping[str, Any]) -> list[str]:
    """The verbs of a language: the members of a step that a definition bears the name of."""
    names = step_of(schema)["properties"]
    return [name for name in names if names[name].get("$ref") == f"#/$defs/{name}"]


def verb_text(schema: Mapping[str, Any], verb: str) -> str:
    """What a verb does, and its arguments."""
    member = schema["$defs"][verb]
    table = schema_table(schema, member) if "properties" in member else ""
    return "\n\n".join(filter(None, [member.get("description", ""), table]))


def record_page() -> str:
    """The lines of a record, member by member."""
    schema = json.loads((SCHEMAS / "record.json").read_text(encoding="utf-8"))
    parts = [
        "# Record",
        "`record.jsonl` has one JSON object on each line: a header, the scenarios, and a footer.",
        "[Reports](../reports.md) are made from it.",
    ]
    for name, member in schema["$defs"].items():
        if "properties" in member:
            parts += [f"## {name}", schema_table(schema, member)]
    return "\n\n".join(parts) + "\n"


def admin_document() -> dict[str, Any]:
    """The OpenAPI document of the admin API, asked of a mock.

    Raises:
        RuntimeError: the mock did not start.
    """
    with tempfile.TemporaryDirectory() as place:
        ready = Path(place) / "ready"
        command = [sys.executable, "-m", "mock_backpack", "serve", "--port", "0"]
        mock = subprocess.Popen([*command, "--ready-file", str(ready)], stdout=subprocess.DEVNULL)  # noqa: S603 - our own
        try:
            deadline = time.monotonic() + START_SECONDS
            while not ready.is_file():
                if mock.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError("mock-backpack did not start")
                time.sleep(0.05)
            address = f"{ready.read_text(encoding='utf-8').strip()}/_mock/openapi.json"
            with urllib.request.urlopen(address) as answer:  # noqa: S310 - on this machine
                document: dict[str, Any] = json.load(answer)
                return document
        finally:
            mock.terminate()
            mock.wait()


def admin_page(document: Mapping[str, Any]) -> str:
    """The operations of the admin API, and the schemas that they use."""
    parts = [
        "# Admin API",
        "[The mock Backpack](../mock.md#the-admin-api) explains the API.",
        "A mock serves the OpenAPI document of this page at `/_mock/openapi.json`.",
        "## Operations",
    ]
    rows = [
        [
            f"`{method.upper()} /_mock{path}`",
            operation["summary"],
            linked(operation.get("requestBody")),
            linked(next(iter(operation["responses"].values()))),
        ]
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    ]
    parts += [as_table(["request", "does", "body", "response"], rows), "## Schemas"]
    for name, schema in document["components"]["schemas"].items():
        parts += [f"### {name}", schema_table(document, schema)]
    return "\n\n".join(parts) + "\n"


def linked(body: Mapping[str, Any] | None) -> str:
    """A link to the schema of a body; nothing without one."""
    if not body:
        return ""
    name = body["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    return f"[{name}](#{name.lower()})"


def schema_table(
    root: Mapping[str, Any], schema: Mapping[str, Any], without: Sequence[str] = ()
) -> str:
    """The members of an object as a table; its schema where it is no object."""
    if "properties" not in schema:
        return f"{kind(root, schema)}."
    required = schema.get("required", [])
    rows = [
        [f"`{name}`", kind(root, member), "yes" if name in required else "", meaning(root, member)]
        for name, member in schema["properties"].items()
        if name not in without and not member.get("deprecated")
    ]
    return as_table(["member", "type", "required", "meaning"], rows)


def meaning(root: Mapping[str, Any], member: Mapping[str, Any]) -> str:
    """What a member is for, or is: its description, or its title."""
    here = resolved(root, member)
    return str(member.get("description") or here.get("description") or here.get("title", ""))


def kind(root: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """The type of a value in a few words."""
    here = resolved(root, schema)
    if "enum" in here:
        return ", ".join(f"`{json.dumps(value)}`" for value in here["enum"])
    if "const" in here:
        return f"`{json.dumps(here['const'])}`"
    if found := here.get("anyOf") or here.get("oneOf"):
        return " or ".join(dict.fromkeys(kind(root, one) for one in found))
    if here.get("type") == "array" and here.get("items"):
        return f"array of: {kind(root, here['items'])}"
    kinds = here.get("type", "any")
    return kinds if isinstance(kinds, str) else " or ".join(kinds)


def resolved(root: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema behind a reference into the same document; another reference stays as it is."""
    reference = schema.get("$ref", "")
    if not reference.startswith("#/"):
        return schema
    found: Any = root
    for part in reference[2:].split("/"):
        found = found[part]
    return resolved(root, found)


def as_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    cells = ([cell.replace("|", "\\|") for cell in line] for line in lines)
    return "\n".join(f"| {' | '.join(line)} |" for line in cells)
