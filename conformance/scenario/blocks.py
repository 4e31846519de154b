"""Blocks: files of steps that scenarios use by id."""

import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from conformance.core.documents import Document, read_yaml
from conformance.core.errors import AuthoringError
from conformance.core.schemas import ROOT, Schema, compiled, load, misfits
from conformance.scenario.language import Language
from conformance.scenario.model import Block, Step

SUFFIX = ".block.yaml"
FOLDER = "blocks"
USUAL_SCHEMA = "scenario"
"""The schema whose steps ``schemas/block.json`` names, as editors need one."""
ReadStep = Callable[[Document, int, Any], Step]


def known_blocks(scenario: Path, language: Language) -> Mapping[str, Path]:
    """The blocks that a scenario may use, by id: those beside it, and the shipped ones."""
    places = (language.folder / FOLDER, scenario.parent / FOLDER)
    files = (file for place in places for file in sorted(place.glob(f"*{SUFFIX}")))
    return {file.name.removesuffix(SUFFIX): file for file in files}


@cache
def block_validator(schema: str) -> Schema:
    """What checks block files whose steps fit a schema of scenario files, given by its name."""
    usual, own = (f"{ROOT}{name}.json#" for name in (USUAL_SCHEMA, schema))
    return compiled(json.loads(json.dumps(load("block")).replace(usual, own)))


def read_block(file: Path, language: Language, read_step: ReadStep) -> Block:
    """Read a block.

    Raises:
        AuthoringError: for the first problem, with its place.
    """
    document = read_yaml(file)
    for mismatch in misfits(block_validator(language.schema), document.value):
        raise AuthoringError(str(mismatch), document.place(mismatch.path))
    value = document.value
    file_id = file.name.removesuffix(SUFFIX)
    if value["id"] != file_id:
        message = f"id: expected {file_id!r} as the file is named, saw {value['id']!r}"
        raise AuthoringError(message, document.place(("id",)))
    return Block(
        id=value["id"],
        title=value["title"],
        steps=tuple(
            read_step(document, number, step) for number, step in enumerate(value["steps"], start=1)
        ),
        inputs=tuple(value.get("inputs", ())),
        outputs=value.get("outputs", {}),
    )
