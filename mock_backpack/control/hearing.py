"""Operations on a sandbox's journal: list, wait, clear."""

import asyncio

from aiohttp import web

from mock_backpack.control.call import AdminCall
from mock_backpack.control.filters import read_filter
from mock_backpack.core.entry import Entry
from mock_backpack.core.errors import ApiError
from mock_backpack.core.quoting import one_of
from mock_backpack.core.redaction import Redaction
from mock_backpack.core.strict_json import json_bytes

LONGEST_WAIT = 300.0
USUAL_WAIT = 5.0
USUAL_LIMIT = 100
MOST = 10**18
AT_ONCE = 20
"""Entries that are serialized before other requests are served."""


async def show_journal(call: AdminCall) -> web.Response:
    """``GET /_mock/journal``: list the newest matching exchanges, oldest first."""
    entries = call.sandbox.journal.matching(read_filter(call.query, call.sandbox))
    return await _page(call, entries, {"matching": len(entries)})


async def clear_journal(call: AdminCall) -> web.Response:
    """``DELETE /_mock/journal``: clear the journal."""
    call.sandbox.journal.clear()
    return await _page(call, [], {})


async def wait(call: AdminCall) -> web.Response:
    """``GET /_mock/journal/wait``: wait up to ``timeout`` seconds until ``count`` match."""
    count = call.number("count", 1, 1, call.sandbox.bounds.journal)
    return await _waited(call, count, there="yes", missing="no")


async def never(call: AdminCall) -> web.Response:
    """``GET /_mock/journal/never``: check that no exchange matches for ``timeout`` seconds."""
    return await _waited(call, 1, there="no", missing="yes")


async def _waited(call: AdminCall, count: int, there: str, missing: str) -> web.Response:
    seconds = call.seconds("timeout", USUAL_WAIT, LONGEST_WAIT)
    journal, test = call.sandbox.journal, read_filter(call.query, call.sandbox)
    since = call.number("since", 0, 0, MOST)
    _check_shown(call)
    is_there = await journal.wait(test, count, seconds)
    missed = "cannot know, entries were dropped" if journal.dropped_after(since) else missing
    entries = journal.matching(test)
    answer = there if is_there else missed
    return await _page(call, entries, {"answer": answer, "matching": len(entries)})


def _check_shown(call: AdminCall) -> tuple[int, bool]:
    """How many exchanges are asked for, and whether with their secrets."""
    secrets = call.query.get("secrets", "hidden")
    if secrets not in ("hidden", "shown"):
        raise ApiError(400, f"secrets: {one_of(('hidden', 'shown'), secrets)}")
    return call.number("limit", USUAL_LIMIT, 0, MOST), secrets == "shown"


async def _page(call: AdminCall, entries: list[Entry], counts: dict[str, object]) -> web.Response:
    journal = call.sandbox.journal
    limit, shows_secrets = _check_shown(call)
    redaction = None if shows_secrets else Redaction(call.sandbox.backpack, call.sandbox.clients)
    shown = entries[-limit:] if limit else []
    counted = journal.attempts()
    attempts = [(entry, counted.of(entry.number)) for entry in shown]
    head = {**counts, "last": journal.last_number, "dropped": journal.dropped}
    spelled = []
    for index, (entry, attempt) in enumerate(attempts):
        if index % AT_ONCE == AT_ONCE - 1:
            await asyncio.sleep(0)
        spelled.append(json_bytes(entry.to_wire(attempt, redaction)))
    body = json_bytes(head)[:-1] + b',"exchanges":[' + b",".join(spelled) + b"]}"
    return web.Response(body=body, content_type="application/json", charset="utf-8")
