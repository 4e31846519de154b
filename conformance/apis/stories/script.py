"""The steps of a story, as they are written in a scenario file, and what is expected of them."""

from collections.abc import Collection, Mapping
from typing import Any, TypeAlias

from attrs import define, field

Written: TypeAlias = dict[str, Any]
"""A step."""
Terms: TypeAlias = Mapping[str, Any]

WORKS: Terms = {"status": "2xx"}


@define
class Script:
    """The steps so far."""

    steps: list[Written] = field(factory=list)

    def add(self, verb: str, save: str | None = None, /, **arguments: Any) -> Written:
        """Add a step that is a prerequisite until something is expected of it."""
        step: Written = {verb: arguments, **({"save": save} if save else {})}
        self.steps.append(step)
        return step

    def new_name(self, kind: str) -> str:
        """A name for what the next step saves."""
        return f"{kind}{len(self.steps)}"


def expect(step: Written, suspects: Collection[str], terms: Terms, must: str = "succeed") -> None:
    """Judge a step that must succeed if it has a single suspect; otherwise just continue."""
    if len(suspects) == 1:
        [requirement] = suspects
        step["expect"] = {requirement: dict(terms)}
        step["must"] = must


def refuse(step: Written, requirement: str, terms: Terms, must: str = "refused") -> None:
    """Judge a step that must be refused."""
    step["expect"] = {requirement: dict(terms)}
    step["must"] = must
