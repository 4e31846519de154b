"""Read YAML, TOML and JSON files, remembering where everything stands in them."""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

from attrs import frozen
from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from conformance.core.errors import AuthoringError, Place
from conformance.core.resources import shown

MOST_TOML = 32 * 1024
"""Characters: a configuration is read once for every line of it."""

MOST_YAML = 256 * 1024
"""Characters: the parser takes a second for so many, and no scenario has a tenth of them."""
MOST_VALUES = 50_000
"""Values of a YAML file, those behind an alias counted each time: aliases of aliases multiply."""

MOST_LEVELS = 3_000
"""Nested values of a YAML file that are composed by recursion in C."""

Path_: TypeAlias = tuple[str | int, ...]


@frozen
class Document:
    """The value of a file, and the line and column of each part of it."""

    file: Path
    value: Any
    places: Mapping[Path_, tuple[int, int]]
    """From the path of a part to its line and column, both from 1; of a member, its key's."""

    def place(self, path: Path_ = ()) -> Place:
        """Where a part stands; of a part that is not there, the nearest that is."""
        while path and path not in self.places:
            path = path[:-1]
        line, column = self.places.get(path, (1, 1))
        return Place(self._shown, line, column)

    @cached_property
    def _shown(self) -> str:
        return shown(self.file)


def read_text(file: Path) -> str:
    """The text of a file.

    Raises:
        AuthoringError: when it cannot be read, or is not UTF-8.
    """
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        message = f"cannot be read: {error.strerror}"
        raise AuthoringError(message, Place(shown(file))) from error
    except UnicodeDecodeError as error:
        raise AuthoringError("expected UTF-8", Place(shown(file))) from error


def read_yaml(file: Path) -> Document:
    """A YAML 1.2 file with one document.

    Raises:
        AuthoringError: with line and column, when it is no YAML, too large, or has a key twice.
    """
    text = read_text(file)
    if len(text) > MOST_YAML:
        message = f"expected at most {MOST_YAML} characters, saw {len(text)}"
        raise AuthoringError(message, Place(shown(file)))
    reading = _Reading()
    try:
        reading.scalars, node = _composed(text)
        value = None if node is None else reading.value(node, ())
    except MarkedYAMLError as error:
        mark = error.problem_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        message = f"expected YAML: {error.problem}"
        raise AuthoringError(message, Place(shown(file), line, column)) from error
    except (YAMLError, RecursionError) as error:
        raise AuthoringError(f"expected YAML: {error}", Place(shown(file))) from error
    except _UnfitError as unfit:
        raise AuthoringError(unfit.message, Place(shown(file), *unfit.at)) from unfit
    return Document(file, value, reading.places)


def _composed(text: str) -> tuple[SafeConstructor, Node | None]:
    """The nodes of a YAML text, and what makes values of scalars.

    libyaml is five times as fast. It reads YAML 1.1, in which some scalars of 1.2 are errors, and
    composes nested values by recursion in C: what it refuses, and what may nest deeply, is for the
    parser in Python. A level of nesting needs a bracket, or a column.

    Raises:
        YAMLError: when it is no YAML.
        RecursionError: when it nests too deeply.
    """
    levels = text.count("[") + text.count("{") + max(map(len, text.splitlines()), default=0)
    if levels < MOST_LEVELS:
        with suppress(YAMLError):
            fast = YAML(typ="safe")
            return fast.constructor, fast.compose(text)
    thorough = YAML(typ="safe", pure=True)
    return thorough.constructor, thorough.compose(text)


def read_json(file: Path) -> Any:
    """A JSON file.

    Raises:
        AuthoringError: with line and column, when it is no JSON.
    """
    try:
        return json.loads(read_text(file))
    except json.JSONDecodeError as error:
        message = f"expected JSON: {error.msg}"
        raise AuthoringError(message, Place(shown(file), error.lineno, error.colno)) from error
    except (RecursionError, ValueError) as error:
        message = "expected JSON of usual depth, with numbers of usual size"
        raise AuthoringError(message, Place(shown(file))) from error


def read_toml(file: Path) -> Document:
    """A TOML file; of each key the line on which its statement begins is known.

    Raises:
        AuthoringError: with line and column, when it is no TOML.
    """
    text = read_text(file)
    if len(text) > MOST_TOML:
        raise AuthoringError(f"expected at most {MOST_TOML} characters", Place(shown(file)))
    try:
        value = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        message, line, column = _toml_error(error)
        place = Place(shown(file), line, column)
        raise AuthoringError(f"expected TOML: {message}", place) from error
    return Document(file, value, dict(_toml_places(text)))


def _toml_error(error: Exception) -> tuple[str, int, int]:
    """Message, line and column; before Python 3.14, tomllib has the place only in its message."""
    at = re.search(r" \(at line (\d+), column (\d+)\)$", str(error))
    return (str(error)[: at.start()], int(at[1]), int(at[2])) if at else (str(error), 0, 0)


def _toml_places(text: str) -> Iterator[tuple[Path_, tuple[int, int]]]:
    """Where each part of a TOML text stands: tomllib does not tell.

    A part belongs to the statement with which the text up to there first has it.
    """
    known: set[Path_] = {()}
    lines, begins = text.splitlines(keepends=True), 0
    for end in range(1, len(lines) + 1):
        try:
            value = tomllib.loads("".join(lines[:end]))
        except tomllib.TOMLDecodeError:
            continue
        fresh = set(_paths(value, ())) - known
        yield from ((path, (begins + 1, 1)) for path in fresh)
        known |= fresh
        begins = end


def _paths(value: Any, path: Path_) -> Iterator[Path_]:
    yield path
    if isinstance(value, dict):
        for name, member in value.items():
            yield from _paths(member, (*path, name))
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from _paths(member, (*path, index))


@frozen
class _UnfitError(Exception):
    """YAML that the suite does not read."""

    message: str
    at: tuple[int, int]


class _Reading:
    """Makes values of the nodes of a YAML file, and notes where each stands."""

    scalars: SafeConstructor

    def __init__(self) -> None:
        self.places: dict[Path_, tuple[int, int]] = {}
        self._count = 0

    def value(self, node: Node, path: Path_) -> Any:
        """The value of a node, which stands at a path."""
        self._count += 1
        if self._count > MOST_VALUES:
            message = f"expected at most {MOST_VALUES} values, those behind aliases included"
            raise _UnfitError(message, _start(node))
        self.places.setdefault(path, _start(node))
        match node:
            case MappingNode():
                return self._mapping(node, path)
            case SequenceNode():
                return [
                    self.value(element, (*path, index)) for index, element in enumerate(node.value)
                ]
            case _:
                return self._scalar(node)

    def _scalar(self, node: Node) -> Any:
        try:
            return self.scalars.construct_object(node)
        except (ValueError, KeyError) as error:
            problem = f"{node.value[:40]!r} is no {str(node.tag).rpartition(':')[2]}"
            raise MarkedYAMLError(problem=problem, problem_mark=node.start_mark) from error

    def _mapping(self, node: MappingNode, path: Path_) -> dict[str, Any]:
        members: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value) if isinstance(key_node, ScalarNode) else "?"
            if key in members:
                raise _UnfitError(f"duplicate key {key!r}", _start(key_node))
            self.places[(*path, key)] = _start(key_node)
            members[key] = self.value(value_node, (*path, key))
        return members


def _start(node: Node) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1
