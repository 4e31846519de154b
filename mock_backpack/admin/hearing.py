"""Controls of a sandbox's journal: what it heard, and waiting for it."""

from typing import Any

from aiohttp import web

from mock_backpack.admin.call import AdminCall
from mock_backpack.errors import ApiError
from mock_backpack.journal import FILTERS, Entry, Filter, attempts_of, read_filter, whole
from mock_backpack.redaction import Redaction

LONGEST_WAIT = 300.0
USUAL_WAIT = 5.0
USUAL_LIMIT = 100
PARAMETERS = (*FILTERS, "limit", "secrets", "count", "timeout")


async def show_journal(call: AdminCall) -> web.Response:
    """``GET /_mock/journal``: the newest matching exchanges, oldest first."""
    found = call.sandbox.journal.matching(_filter(call))
    return web.json_response({"matching": len(found), **_told(call, found)})


async def clear_journal(call: AdminCall) -> web.Response:
    """``DELETE /_mock/journal``: forget what was heard."""
    call.sandbox.journal.clear()
    return web.json_response(_told(call, []))


async def wait(call: AdminCall) -> web.Response:
    """``GET /_mock/journal/wait``: until ``count`` exchanges match, or ``timeout`` seconds."""
    count = _count(call, "count", 1)
    seconds = call.seconds("timeout", USUAL_WAIT, LONGEST_WAIT)
    found = await call.sandbox.journal.wait(_filter(call), count, seconds, call.sandbox.stopping)
    answer = "yes" if len(found) >= count else _unless_dropped(call, "no")
    return web.json_response({"answer": answer, "matching": len(found), **_told(call, found)})


async def never(call: AdminCall) -> web.Response:
    """``GET /_mock/journal/never``: whether no exchange matches for ``timeout`` seconds."""
    seconds = call.seconds("timeout", USUAL_WAIT, LONGEST_WAIT)
    found = await call.sandbox.journal.wait(_filter(call), 1, seconds, call.sandbox.stopping)
    answer = "no" if found else _unless_dropped(call, "yes")
    return web.json_response({"answer": answer, "matching": len(found), **_told(call, found)})


def _unless_dropped(call: AdminCall, answer: str) -> str:
    """An answer about what is not in the journal, when the journal can know it."""
    since = whole("since", call.request.query.get("since", "0"))
    dropped = call.sandbox.journal.dropped_after(since)
    return "cannot know, entries were dropped" if dropped else answer


def _filter(call: AdminCall) -> Filter:
    for name in call.request.query:
        if name not in PARAMETERS:
            raise ApiError(400, f"{name}: expected one of {', '.join(PARAMETERS)}")
    return read_filter(call.request.query)


def _count(call: AdminCall, name: str, default: int) -> int:
    return whole(name, call.request.query.get(name, str(default)))


def _told(call: AdminCall, found: list[Entry]) -> dict[str, Any]:
    journal = call.sandbox.journal
    secrets = call.request.query.get("secrets") == "shown"
    redaction = None if secrets else Redaction(call.sandbox.backpack)
    limit = _count(call, "limit", USUAL_LIMIT)
    shown = found[-limit:] if limit else []
    attempts = attempts_of(journal) if shown else {}
    return {
        "last": journal.last_number,
        "dropped": journal.dropped,
        "exchanges": [entry.to_wire(attempts[entry.number], redaction) for entry in shown],
    }
