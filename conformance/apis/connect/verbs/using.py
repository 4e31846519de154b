"""The steps of a block, as one step."""

from collections.abc import Mapping
from typing import Any

from attrs import evolve

from conformance.engine.done import Done, Verb
from conformance.engine.state import Broken, State
from conformance.scenario.model import Block
from conformance.scenario.references import resolve


def using(verbs: Mapping[str, Verb]) -> Verb:
    """The verb ``use``, for blocks whose steps have these verbs."""

    async def use(state: State, wanted: Mapping[str, Any]) -> Done:
        """Run the steps of a block; each must come to a good end."""
        block: Block = wanted["block"]
        given = {**state.always_known(), "in": wanted.get("with", {})}
        inside = evolve(state, variables=given)
        for step in block.steps:
            done = await verbs[step.verb](inside, resolve(step.arguments, inside.variables))
            if why := done.unfit(step.must):
                at = f"block {block.id}, step {step.number} ({step.verb})"
                raise Broken(f"{at}: {why}", done.exchange)
            if step.save:
                inside.variables[step.save] = done.saved
        return Done(saved=resolve(block.outputs, inside.variables))

    return use
