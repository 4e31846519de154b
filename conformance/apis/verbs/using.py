"""The steps of a block, as one step."""

from collections.abc import Mapping
from typing import Any

from attrs import evolve

from conformance.engine.done import Done
from conformance.engine.state import Broken, State
from conformance.scenario.model import Block
from conformance.scenario.references import resolve
from conformance.scenario.verb import MAPPING, about, spares_grants, verb


@verb(
    arguments={
        "required": ["block"],
        "properties": {
            "block": about("The id of the block.", {"type": "string", "minLength": 1}),
            "with": about("A value for each input of the block.", MAPPING),
        },
    },
    shareable=True,
    spares_grants=spares_grants,
)
async def use(state: State, wanted: Mapping[str, Any]) -> Done:
    """Runs the steps of a block.

    Each must come to a good end.
    """
    verbs = state.session.api.language.verbs
    block: Block = wanted["block"]
    given = {**state.always_known(), "in": wanted.get("with", {})}
    inside = evolve(state, variables=given)
    for step in block.steps:
        action = verbs[step.verb].action
        done: Done = await action(inside, resolve(step.arguments, inside.variables))
        if why := done.unfit(step.must):
            at = f"block {block.id}, step {step.number} ({step.verb})"
            raise Broken(f"{at}: {why}", done.exchange)
        if step.save:
            inside.variables[step.save] = done.saved
    return Done(saved=resolve(block.outputs, inside.variables))
