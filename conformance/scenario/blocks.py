"""Blocks: files of steps that scenarios use by name."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from conformance.core.documents import Document, read_yaml
from conformance.core.errors import AuthoringError
from conformance.core.schemas import misfits, validator
from conformance.scenario.language import Language
from conformance.scenario.model import Block, Step

SUFFIX = ".block.yaml"
FOLDER = "blocks"
ReadStep = Callable[[Document, int, Any], Step]


def known_blocks(scenario: Path, language: Language) -> Mapping[str, Path]:
    """The blocks that a scenario may use, by id: those beside it, and the shipped ones."""
    places = (language.folder / FOLDER, scenario.parent / FOLDER)
    files = (file for place in places for file in sorted(place.glob(f"*{SUFFIX}")))
    return {file.name.removesuffix(SUFFIX): file for file in files}


def read_block(file: Path, read_step: ReadStep) -> Block:
    """Read a block.

    Raises:
        AuthoringError: with the first thing that is wrong, and where it stands.
    """
    document = read_yaml(file)
    for wrong in misfits(validator("block"), document.value):
        raise AuthoringError(str(wrong), document.place(wrong.path))
    value = document.value
    named = file.name.removesuffix(SUFFIX)
    if value["id"] != named:
        message = f"id: expected {named!r} as the file is named, saw {value['id']!r}"
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
