"""The file ``target.toml``: what it says, and everything that is wrong with it."""

from collections.abc import Iterator
from pathlib import Path

from conformance.core.catalogue import did_you_mean
from conformance.core.documents import Document, read_toml
from conformance.core.errors import AuthoringError
from conformance.core.schemas import misfits, validator

NAME = "target.toml"
"""What is read when no file was named."""
SUFFIX = ".toml"


def problems(document: Document) -> Iterator[AuthoringError]:
    """Everything that is wrong with a configuration, with the line of each key."""
    for wrong in misfits(validator("target"), document.value):
        advice = ""
        if wrong.unknown_key is not None:
            advice = did_you_mean(wrong.unknown_key, wrong.known_keys)
        yield AuthoringError(f"{wrong}{advice}", document.place(wrong.path))


def read_target(file: Path) -> Document:
    """A configuration that fits its schema.

    Raises:
        AuthoringError: when the file cannot be read, or its first mistake.
    """
    document = read_toml(file)
    for problem in problems(document):
        raise problem
    return document
