"""The language of scenarios: the verbs and strategies that files of one API may use."""

from collections.abc import Callable, Container, Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any, Protocol

from attrs import field, frozen

from conformance.core.api import api_facts
from conformance.core.resources import folder
from conformance.core.schemas import load
from conformance.scenario.strategy import Strategy
from conformance.scenario.verb import Verb

PLAY = "play"
"""Looks like a verb, but stands for drawn steps."""
FRAME = "frames/scenario"
"""The JSON Schema that the scenarios of all APIs share, without verbs."""


class FlawScope(Protocol):
    """A flaw in words, and the badges that can have it."""

    @property
    def name(self) -> str:
        """By which scenarios know it."""

    @property
    def does(self) -> str:
        """What is wrong, in words."""

    @property
    def structural(self) -> bool:
        """Whether a document shows it by itself."""

    @property
    def hosted(self) -> bool:
        """Whether a hosted badge can have it."""

    @property
    def signed(self) -> bool:
        """Whether a signed badge can have it."""

    @property
    def versions(self) -> Container[str]:
        """The versions of Open Badges whose badges can have it."""


@frozen(eq=False)
class Language:
    """The vocabulary of the scenarios of one API."""

    name: str
    """Of the API, in commands and configurations."""
    verbs: Mapping[str, Verb]
    strategies: Mapping[str, Strategy]
    endpoints: tuple[str, ...]
    """The parts of a target that can hang by themselves."""
    always_asked: tuple[str, ...]
    """The endpoints that every scenario sends requests to."""
    changes: Mapping[str, Callable[[str], str]]
    """The changes of ``derive``, by name."""
    flaws: Mapping[str, FlawScope]
    dead_token_answers: tuple[str, ...]
    """Named answers that are expected of a token that no longer works."""
    schema: str
    """The name of the generated JSON Schema of its scenario files."""
    versions: tuple[str, ...] = ("1.0", "0.5", "1.1")
    """The versions of Open Badges that ``host`` publishes, the usual one first."""
    variants: Mapping[str, FlawScope] = field(factory=dict)
    """Ways in which a valid badge can be written differently."""
    features: Mapping[str, str] = field(factory=dict)
    """Capabilities that the API leaves to the target, and why a scenario does not apply without."""

    @property
    def answers(self) -> str:
        """The folder of its named answers below ``schemas/``, a folder in it for each profile."""
        return f"answers/{api_facts(self.name).folder}"

    @property
    def folder(self) -> Path:
        """The folder of the scenarios that are shipped."""
        return folder("scenarios") / api_facts(self.name).folder

    @property
    def usual_version(self) -> str:
        """The version of a badge that names none."""
        return self.versions[0]

    def is_verb(self, name: str) -> bool:
        """Whether a key of a step is a verb."""
        return name in self.verbs or name == PLAY


def scenario_schema(language: Language) -> dict[str, Any]:
    """The JSON Schema of scenario files: the frame with all verbs."""
    schema: dict[str, Any] = deepcopy(dict(load(FRAME)))
    definitions = schema["$defs"]
    step = definitions["step"]
    step["properties"] = {**dict(_references(language.verbs)), **step["properties"]}
    repeatable = {name: verb for name, verb in language.verbs.items() if verb.repeatable}
    definitions["asking"] = {
        "description": "A step without `save` and `expect`.",
        "title": f"one of {', '.join(repeatable)}",
        "type": "object",
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 1,
        "properties": dict(_references(repeatable)),
    }
    definitions |= {name: dict(verb.schema) for name, verb in language.verbs.items()}
    definitions["capability"]["enum"] += language.features
    definitions["badge"]["properties"] |= dict(_of_badges(language))
    return schema


def _of_badges(language: Language) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """What only this language can state about a badge."""
    versions = [{"$ref": "#/$defs/reference"}, {"enum": sorted(language.versions)}]
    sentence = f"The version of Open Badges. Default: {language.usual_version}."
    yield "version", {"description": sentence, "anyOf": versions}
    if language.variants:
        sentence = "Another way to write a valid badge: a name of the API's variants."
        yield "variant", {"description": sentence, "type": "string"}


def _references(verbs: Mapping[str, Verb]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name in verbs:
        yield name, {"$ref": f"#/$defs/{name}"}
