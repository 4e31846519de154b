"""Read the file ``target.toml``, and list all problems in it."""

from collections.abc import Iterator
from pathlib import Path

from conformance.core.catalogue import did_you_mean
from conformance.core.documents import Document, read_toml
from conformance.core.errors import AuthoringError
from conformance.core.schemas import misfits, validator

NAME = "target.toml"
"""The default name of the file."""
SUFFIX = ".toml"


def problems(document: Document) -> Iterator[AuthoringError]:
    """All problems of a configuration, with the line of each key."""
    for wrong in misfits(validator("target"), document.value):
        advice = ""
        if wrong.unknown_key is not None:
            advice = did_you_mean(wrong.unknown_key, wrong.known_keys)
        yield AuthoringError(f"{wrong}{advice}", document.place(wrong.path))


def read_target(file: Path) -> Document:
    """Read a configuration and validate it against its schema.

    Raises:
        AuthoringError: when the file cannot be read or is invalid (the first problem).
    """
    document = read_toml(file)
    for problem in problems(document):
        raise problem
    return document
