"""The operations of the admin API, as a table of method and path."""

from collections.abc import Mapping

from aiohttp import web

from mock_backpack.control import earners, hearing, judging, live, openapi, running, times, troubles
from mock_backpack.control.call import AdminCall, Operation
from mock_backpack.control.shapes import UNDOCUMENTED, USES


async def show_openapi(call: AdminCall) -> web.Response:
    """``GET /_mock/openapi.json``: show this document."""
    return web.json_response(openapi.document(call, OPERATIONS))


OPERATIONS: Mapping[tuple[str, str], Operation] = {
    ("GET", "/"): live.page,
    ("GET", "/live.css"): live.style,
    ("GET", "/live.js"): live.script,
    ("GET", "/events"): live.events,
    ("GET", "/openapi.json"): show_openapi,
    ("GET", "/health"): running.health,
    ("GET", "/sandboxes"): running.list_sandboxes,
    ("POST", "/sandboxes"): running.create_sandbox,
    ("GET", "/sandboxes/{name}"): running.show_sandbox,
    ("DELETE", "/sandboxes/{name}"): running.drop_sandbox,
    ("POST", "/reset"): running.reset,
    ("GET", "/snapshot"): running.show_snapshot,
    ("POST", "/restore"): running.restore_snapshot,
    ("GET", "/clock"): times.show_clock,
    ("POST", "/clock"): times.move_clock,
    ("GET", "/earners"): earners.list_earners,
    ("POST", "/earners"): earners.create_earner,
    ("POST", "/login"): earners.log_in,
    ("GET", "/badges"): earners.badges,
    ("GET", "/grants"): earners.list_grants,
    ("POST", "/grants"): earners.create_grant,
    ("POST", "/grants/{number}/expire"): earners.expire_grant,
    ("DELETE", "/grants/{number}"): earners.revoke_grant,
    ("GET", "/consent"): earners.show_consent,
    ("PUT", "/consent"): earners.set_consent,
    ("GET", "/catalogue"): troubles.show_catalogue,
    ("GET", "/rules"): troubles.list_rules,
    ("POST", "/rules"): troubles.arm,
    ("PUT", "/rules"): troubles.replace_rules,
    ("DELETE", "/rules"): troubles.disarm_all,
    ("DELETE", "/rules/{rule}"): troubles.disarm,
    ("GET", "/journal"): hearing.show_journal,
    ("DELETE", "/journal"): hearing.clear_journal,
    ("GET", "/journal/wait"): hearing.wait,
    ("GET", "/journal/never"): hearing.never,
    ("GET", "/situations"): judging.list_situations,
    ("PUT", "/situation"): judging.enter_situation,
    ("GET", "/verdict"): judging.show_verdict,
}

QUERIES: Mapping[tuple[str, str], tuple[str, ...]] = {
    **UNDOCUMENTED,
    **{operation: use.query for operation, use in USES.items()},
}
"""The parameters that each of them takes."""
