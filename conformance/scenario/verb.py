"""The verbs of scenarios: their arguments, what they need and save, and their actions."""

import inspect
from collections.abc import Awaitable, Callable, Iterable, Mapping
from enum import StrEnum
from typing import Any, TypeAlias

from attrs import frozen

Arguments: TypeAlias = Mapping[str, Any]
Schema: TypeAlias = Mapping[str, Any]
"""A JSON Schema, or a part of one."""
Action: TypeAlias = Callable[[Any, Arguments], Awaitable[Any]]
"""Does a step: takes the state of the scenario and the arguments, returns a `StepResult`."""
EVERYWHERE = "*"
"""Means every endpoint, when it is unknown which one gets the request."""


class Actor(StrEnum):
    """Who does a step."""

    ISSUER = "issuer"
    EARNER = "earner"
    """An earner in a browser, or an adapter."""
    PAGES = "pages"
    """An earner in a browser, and not an adapter."""


@frozen
class Saves:
    """The members of the value that a step saves."""

    members: tuple[str, ...]
    is_open: bool = False
    """Whether the target may add other members."""

    @property
    def sentence(self) -> str:
        """The sentence in the JSON Schema and in the docs."""
        if self.is_open:
            return "Saves the members of the answer."
        *most, last = (f"`{name}`" for name in self.members if name != "sound")
        return f"Saves {', '.join(most)} and {last}." if most else f"Saves {last}."


def nothing(_arguments: Arguments) -> Iterable[str]:
    """No capabilities or endpoints."""
    return ()


def changes_grants(_arguments: Arguments) -> bool:
    """The step may change a grant."""
    return False


def spares_grants(_arguments: Arguments) -> bool:
    """The step leaves every grant as it was."""
    return True


@frozen
class Verb:
    """A verb, by the name that scenarios use."""

    name: str
    action: Action
    arguments: Schema
    """The JSON Schema of the arguments, without ``type`` and ``description``."""
    saves: Saves | None = None
    needs: Callable[[Arguments], Iterable[str]] = nothing
    """Capabilities that the target must have."""
    asks: Callable[[Arguments], Iterable[str]] = nothing
    """Endpoints that get its requests."""
    actor: Actor = Actor.ISSUER
    repeatable: bool = False
    """Whether it may be done several times in parallel."""
    shareable: bool = False
    """Whether, at the beginning of a scenario, it may be done once for all rows and examples."""
    spares_grants: Callable[[Arguments], bool] = changes_grants
    """Whether it leaves every grant as it was."""

    @property
    def does(self) -> str:
        """What it does: the first paragraph of the docstring of its action."""
        text = (inspect.getdoc(self.action) or "").partition("\n\n")[0]
        return " ".join(text.replace("``", "`").split())

    @property
    def schema(self) -> Schema:
        """The JSON Schema of its arguments, with a description."""
        saves = [self.saves.sentence] if self.saves else []
        return {
            "description": " ".join([self.does, *saves]),
            "type": "object",
            "additionalProperties": False,
            **self.arguments,
        }


def always(*names: str) -> Callable[[Arguments], Iterable[str]]:
    """The same capabilities or endpoints for all arguments."""
    return lambda _arguments: names


def verb(
    *,
    arguments: Schema,
    name: str = "",
    saves: Saves | None = None,
    needs: Callable[[Arguments], Iterable[str]] = nothing,
    asks: Callable[[Arguments], Iterable[str]] = nothing,
    actor: Actor = Actor.ISSUER,
    repeatable: bool = False,
    shareable: bool = False,
    spares_grants: Callable[[Arguments], bool] = changes_grants,
) -> Callable[[Action], Verb]:
    """Make a verb from a function; by default it has the name of the function."""

    def decorate(action: Action) -> Verb:
        return Verb(
            name or action.__name__,
            action,
            arguments,
            saves,
            needs,
            asks,
            actor,
            repeatable,
            shareable,
            spares_grants,
        )

    return decorate


def about(description: str, schema: Schema) -> Schema:
    """A schema with a description."""
    return {"description": description, **schema}


def shared(name: str) -> Schema:
    """A reference to a definition in ``schemas/frames/scenario.json``."""
    return {"$ref": f"#/$defs/{name}"}


NAME, ORIGIN, REFERENCE = shared("name"), shared("origin"), shared("reference")
TEXT: Schema = {"type": "string"}
MAPPING: Schema = {"type": "object"}
NAMED: Schema = {"title": "a mapping, or a reference to one", "anyOf": [REFERENCE, MAPPING]}
