"""Controls of the mock as a whole: is it there, which sandboxes has it."""

from typing import Any

from aiohttp import web

from mock_backpack import version
from mock_backpack.control.call import AdminCall, text, whole
from mock_backpack.control.judging import read_stage
from mock_backpack.control.troubles import misbehaviours_of, read_orders
from mock_backpack.core.errors import ApiError
from mock_backpack.core.forms import Misfit
from mock_backpack.core.quoting import quoted, suggestion
from mock_backpack.core.sandbox import Sandbox
from mock_backpack.core.settings import LONGEST_LIFE, LONGEST_TOKEN, SHORTEST_TOKEN, Shape
from mock_backpack.core.strict_json import DEEPEST_STATE
from mock_backpack.persistence.snapshot import put, take
from mock_backpack.persistence.snapshot_json import read_snapshot, to_json

SHAPE = ("expires", "token_length", "seed")


async def health(call: AdminCall) -> web.Response:
    """``GET /_mock/health``: show name, version, status and armed defects."""
    defects = [rule.name for rule in call.sandbox.rules if rule.order.entry.kind == "defect"]
    return web.json_response(
        {
            "name": "mock-backpack",
            "version": version.VERSION,
            "status": "ok",
            "sandboxes": len(call.sandboxes),
            "defects": defects,
        }
    )


async def list_sandboxes(call: AdminCall) -> web.Response:
    """``GET /_mock/sandboxes``: list the sandboxes, the root sandbox first."""
    return web.json_response(
        {"sandboxes": [sandbox.to_wire(call.root) for sandbox in call.sandboxes]}
    )


async def create_sandbox(call: AdminCall) -> web.Response:
    """``POST /_mock/sandboxes``: create a sandbox with its own URL."""
    members = call.members("name", "rules", "situation", *SHAPE)
    stage = await read_stage(call, text(members, "situation")) if "situation" in members else None
    orders = read_orders(members.get("rules", []), misbehaviours_of(call))
    name = text(members, "name") if "name" in members else None
    try:
        sandbox = call.sandboxes.create(
            name, read_shape(members, call.sandboxes.root.shape), orders
        )
    except ValueError as error:
        raise ApiError(400, f"name: {error}") from error
    if stage is not None:
        sandbox.enter(stage)
    return web.json_response(sandbox.to_wire(call.root), status=201)


def read_shape(members: dict[str, Any], default: Shape) -> Shape:
    """The settings of a new sandbox; the defaults are those of the root.

    Raises:
        ApiError: 400 when something cannot be.
    """
    return Shape(
        expires=whole(members, "expires", default.expires, 1, LONGEST_LIFE),
        token_length=whole(
            members, "token_length", default.token_length, SHORTEST_TOKEN, LONGEST_TOKEN
        ),
        seed=text(members, "seed") if "seed" in members else default.seed,
    )


async def show_sandbox(call: AdminCall) -> web.Response:
    """``GET /_mock/sandboxes/{name}``: show a sandbox."""
    return web.json_response(_named(call).to_wire(call.root))


async def drop_sandbox(call: AdminCall) -> web.Response:
    """``DELETE /_mock/sandboxes/{name}``: delete a sandbox with everything in it."""
    dropped = call.sandboxes.drop(_named(call).name)
    never = [rule.to_wire() for rule in dropped.rules if not rule.fired]
    return web.json_response({"dropped": dropped.name, "never_fired": never})


async def reset(call: AdminCall) -> web.Response:
    """``POST /_mock/reset``: reset the sandbox to its initial state."""
    call.sandbox.reset()
    return web.json_response(call.sandbox.to_wire(call.root))


async def show_snapshot(call: AdminCall) -> web.Response:
    """``GET /_mock/snapshot``: export the sandbox, with its tokens, without its journal."""
    return web.Response(body=to_json(take(call.sandbox)), content_type="application/json")


async def restore_snapshot(call: AdminCall) -> web.Response:
    """``POST /_mock/restore``: replace the content of the sandbox by a snapshot."""
    try:
        snapshot = read_snapshot(call.json(DEEPEST_STATE), call.sandboxes.shared)
    except Misfit as error:
        raise ApiError(400, f"body: {error}") from error
    place = snapshot.place
    put(call.sandbox, snapshot, await read_stage(call, place.situation) if place else None)
    return web.json_response(call.sandbox.to_wire(call.root))


def _named(call: AdminCall) -> Sandbox:
    found = call.sandboxes.find(call.path["name"])
    if found is None:
        name = call.path["name"]
        hint = suggestion((sandbox.name for sandbox in call.sandboxes), name)
        raise ApiError(404, f"unknown sandbox {quoted(name)}{hint}")
    return found
