"""A verb of scenarios: what a step with it may say, what it needs and saves, and what it does."""

import inspect
from collections.abc import Awaitable, Callable, Iterable, Mapping
from enum import StrEnum
from typing import Any, TypeAlias

from attrs import frozen

Arguments: TypeAlias = Mapping[str, Any]
Schema: TypeAlias = Mapping[str, Any]
"""A JSON Schema, or a part of one."""
Action: TypeAlias = Callable[[Any, Arguments], Awaitable[Any]]
"""Does a step: called with the state of the scenario and the arguments, yields what was done."""
EVERYWHERE = "*"
"""Stands for every endpoint, where nobody can know which is asked."""


class Actor(StrEnum):
    """Who must be there for a step."""

    ISSUER = "issuer"
    EARNER = "earner"
    """An earner in a browser; an adapter may stand in."""
    PAGES = "pages"
    """An earner in a browser, and nobody else."""


@frozen
class Saves:
    """The members of what a step saves."""

    members: tuple[str, ...]
    is_open: bool = False
    """Whether the target may add others."""

    @property
    def sentence(self) -> str:
        """What the JSON Schema and the docs say of it."""
        if self.is_open:
            return "Saves the members of the answer."
        *most, last = (f"`{name}`" for name in self.members if name != "sound")
        return f"Saves {', '.join(most)} and {last}." if most else f"Saves {last}."


def nothing(_arguments: Arguments) -> Iterable[str]:
    """No capability, no endpoint."""
    return ()


def changes_grants(_arguments: Arguments) -> bool:
    """Afterwards a grant may be another one."""
    return False


def spares_grants(_arguments: Arguments) -> bool:
    """Afterwards every grant is what it was."""
    return True


@frozen
class Verb:
    """A verb, by the name that scenarios use."""

    name: str
    action: Action
    arguments: Schema
    """A JSON Schema of what stands after the verb, without ``type`` and ``description``."""
    saves: Saves | None = None
    needs: Callable[[Arguments], Iterable[str]] = nothing
    """Capabilities that the target must have."""
    asks: Callable[[Arguments], Iterable[str]] = nothing
    """Endpoints that are asked."""
    actor: Actor = Actor.ISSUER
    repeatable: bool = False
    """Whether it may be done several times at once."""
    shareable: bool = False
    """Whether, at the beginning of a scenario, it may be done once for all rows and examples."""
    spares_grants: Callable[[Arguments], bool] = changes_grants
    """Whether every grant is afterwards what it was."""

    @property
    def does(self) -> str:
        """What it does, in a sentence or two."""
        text = (inspect.getdoc(self.action) or "").partition("\n\n")[0]
        return " ".join(text.replace("``", "`").split())

    @property
    def schema(self) -> Schema:
        """The JSON Schema of what a step says after the verb."""
        saves = [self.saves.sentence] if self.saves else []
        return {
            "description": " ".join([self.does, *saves]),
            "type": "object",
            "additionalProperties": False,
            **self.arguments,
        }


def always(*names: str) -> Callable[[Arguments], Iterable[str]]:
    """The same capabilities or endpoints, whatever a step says."""
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
    """Make a verb of a function; its name is the function's unless another is given."""

    def enter(action: Action) -> Verb:
        called = name or action.__name__
        return Verb(
            called,
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

    return enter


def about(description: str, schema: Schema) -> Schema:
    """A schema with what a key of this name is about."""
    return {"description": description, **schema}


def shared(name: str) -> Schema:
    """A schema that all scenarios share, by its name in ``schemas/frames/scenario.json``."""
    return {"$ref": f"#/$defs/{name}"}


NAME, ORIGIN, REFERENCE = shared("name"), shared("origin"), shared("reference")
TEXT: Schema = {"type": "string"}
MAPPING: Schema = {"type": "object"}
