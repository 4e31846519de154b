"""Controls of a sandbox's rules: what is armed, arm, disarm."""

from typing import Any

from aiohttp import web

from mock_backpack.control.call import AdminCall
from mock_backpack.core.errors import ApiError
from mock_backpack.core.misbehaviours import Misbehaviours
from mock_backpack.core.orders import BadRule, Order, read_order
from mock_backpack.core.quoting import quoted
from mock_backpack.core.rules import Rule
from mock_backpack.core.sandbox import Sandbox


async def show_catalogue(call: AdminCall) -> web.Response:
    """``GET /_mock/catalogue``: list every fault and defect."""
    return web.json_response(
        {"catalogue": [entry.to_wire() for entry in misbehaviours_of(call).entries.values()]}
    )


async def list_rules(call: AdminCall) -> web.Response:
    """``GET /_mock/rules``: list the rules, and how often each has acted."""
    return _listed(call.sandbox)


async def arm(call: AdminCall) -> web.Response:
    """``POST /_mock/rules``: add a rule, or a list of rules."""
    orders = read_orders(call.json(), misbehaviours_of(call))
    armed = _armed(call.sandbox, orders)
    return web.json_response({"rules": [rule.to_wire() for rule in armed]}, status=201)


async def replace_rules(call: AdminCall) -> web.Response:
    """``PUT /_mock/rules``: replace all rules."""
    orders = read_orders(call.json(), misbehaviours_of(call))
    call.sandbox.rules.check_room(len(orders) - len(call.sandbox.rules))
    call.sandbox.rules.clear()
    _armed(call.sandbox, orders)
    return _listed(call.sandbox)


async def disarm_all(call: AdminCall) -> web.Response:
    """``DELETE /_mock/rules``: remove all rules, and list them."""
    disarmed = call.sandbox.rules.clear()
    return web.json_response({"disarmed": [rule.to_wire() for rule in disarmed]})


async def disarm(call: AdminCall) -> web.Response:
    """``DELETE /_mock/rules/{rule}``: remove a rule."""
    identifier = call.path["rule"]
    if identifier not in call.sandbox.rules:
        raise ApiError(404, f"unknown rule {quoted(identifier)}")
    return web.json_response({"disarmed": [call.sandbox.rules.disarm(identifier).to_wire()]})


def misbehaviours_of(call: AdminCall) -> Misbehaviours:
    """The faults and defects that can be armed."""
    return call.sandboxes.shared.misbehaviours


def read_orders(rules: Any, misbehaviours: Misbehaviours) -> list[Order]:
    """One rule, a list of rules, or an object with the member ``rules``.

    Raises:
        ApiError: 400 when one cannot be armed; then none is.
    """
    if isinstance(rules, dict) and "rules" in rules:
        rules = rules["rules"]
    orders = []
    for index, rule in enumerate(rules if isinstance(rules, list) else [rules]):
        try:
            orders.append(read_order(rule, misbehaviours))
        except BadRule as error:
            place = f"rules[{index}]: " if isinstance(rules, list) else ""
            raise ApiError(400, f"{place}{error}") from error
    return orders


def _armed(sandbox: Sandbox, orders: list[Order]) -> list[Rule]:
    sandbox.rules.check_room(len(orders))
    now = sandbox.clock.now()
    return [sandbox.rules.arm(order, now) for order in orders]


def _listed(sandbox: Sandbox) -> web.Response:
    return web.json_response({"rules": [rule.to_wire() for rule in sandbox.rules]})
