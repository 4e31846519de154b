"""Answers that are correct HTTP, but from overload, proxies or maintenance."""

import math
from email.utils import formatdate
from http import HTTPStatus

from aiohttp import HttpVersion11, web

from mock_backpack.core.clock import LATEST
from mock_backpack.core.fault import Call
from mock_backpack.core.misbehaviours import Parameter, chosen, fault, within
from mock_backpack.http.wire import Line

PHRASES = {status.value: status.phrase for status in HTTPStatus}
PROXY_PAGE = """<!DOCTYPE html>
<html>
<head><title>{title}</title></head>
<body>
<center><h1>{title}</h1></center>
<hr><center>a proxy before the Backpack</center>
</body>
</html>
"""
EARLY_HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload; as=style\r\n\r\n"
MOST_TOKENS = 10_000
"""Maximum number of tokens that are counted."""


def proxy_page(status: int) -> web.Response:
    """The error page of a proxy whose server fails."""
    title = f"{status} {PHRASES.get(status, 'Error')}"
    text = PROXY_PAGE.format(title=title)
    return web.Response(status=status, text=text, content_type="text/html")


def http_date(at: float) -> str:
    """The first whole second that is not before a time, as HTTP writes dates."""
    return formatdate(min(math.ceil(at), LATEST), usegmt=True)


def wait_for(status: int, message: str, retry_after: str) -> web.Response:
    """A refusal that says when to retry."""
    body = {"message": message}
    return web.json_response(body, status=status, headers={"Retry-After": retry_after})


@fault(
    "http.status",
    stresses=("BC-CLIENT-14", "BC21-CLIENT-18", "OB3-CLIENT-10"),
    parameters=(within("status", 500, 200, 599, "a status"),),
    since="0.2",
)
async def answers_with_a_status(call: Call, *, status: int) -> web.StreamResponse:
    """A response with any status and a line of text; the request is not processed."""
    text = f"{status} by the fault http.status, rule {call.rule.id}\n"
    return web.Response(status=status, text=text)


@fault(
    "http.unavailable",
    stresses=("BC-CLIENT-14", "BC21-CLIENT-18", "OB3-CLIENT-10"),
    parameters=(
        within("retry_after", 2, 0, 86400, "seconds"),
        chosen("form", "seconds", "date"),
        within("status", 503, 400, 599, "a status"),
    ),
    since="0.2",
)
async def is_unavailable(
    call: Call, *, retry_after: int, form: str, status: int
) -> web.StreamResponse:
    """The Backpack is overloaded: 503, or another status, with Retry-After."""
    end = call.exchange.sandbox.clock.now() + retry_after
    when = http_date(end) if form == "date" else str(retry_after)
    return wait_for(status, "overloaded: retry later", when)


@fault(
    "http.rate_limit",
    stresses=("BC-CLIENT-14", "BC21-CLIENT-18", "OB3-CLIENT-10"),
    parameters=(
        within("limit", 5, 1, 1_000_000, "a whole number"),
        within("per", 60.0, 0.001, 86400, "seconds"),
    ),
    since="0.2",
)
async def limits_the_rate(call: Call, *, limit: int, per: float) -> web.StreamResponse:
    """Too many requests with one token in a sliding window: 429 with Retry-After."""
    now = call.exchange.sandbox.clock.now()
    times = window(call, now - per)
    if len(times) < limit:
        times.append(now)
        return await call.proceed()
    wait = max(math.ceil(times[0] + per - now), 1)
    message = f"rate limit: at most {limit} requests in {per:g} seconds"
    return wait_for(429, message, str(wait))


def window(call: Call, start: float) -> list[float]:
    """The times after ``start`` at which requests with the same token came through."""
    seen: dict[str, list[float]] = call.rule.memory.setdefault("seen", {})
    token = call.request.headers.get("Authorization", "")
    seen[token] = times = [at for at in seen.pop(token, ()) if at > start]  # and now the newest
    if len(seen) > MOST_TOKENS:
        del seen[next(iter(seen))]
    return times


@fault(
    "http.html_error_page",
    stresses=("BC-CLIENT-14", "BC21-CLIENT-18", "OB3-CLIENT-10"),
    parameters=(within("status", 503, 400, 599, "a status"),),
    since="0.2",
)
async def shows_an_error_page(_call: Call, *, status: int) -> web.StreamResponse:
    """A proxy responds with an HTML page; the request is not processed."""
    return proxy_page(status)


@fault(
    "http.redirect",
    stresses=("BC-CLIENT-13", "BC-CLIENT-14", "BC21-CLIENT-18", "OB3-CLIENT-10"),
    parameters=(
        within("status", 307, 301, 308, "a status"),
        Parameter("to", "", "a URL, or nothing for the same URL"),
        chosen("loop", "once", "forever"),
    ),
    since="0.2",
)
async def redirects(call: Call, *, status: int, to: str, loop: str) -> web.StreamResponse:
    """A redirect to the same URL with redirected=1 in its query, or to another URL, once or
    endlessly.
    """
    seen = call.request.query.get("redirected")
    if seen is not None and loop == "once":
        return await call.proceed()
    return web.Response(
        status=status,
        headers={
            "Location": to or f"{call.exchange.sandbox.outer_path}{again(call.request, seen)}"
        },
    )


def again(request: web.Request, seen: str | None) -> str:
    """The same URL once more, with the number of the redirect in its query."""
    n = int(seen) if seen and len(seen) < 10 and seen.isascii() and seen.isdecimal() else 0
    return str(request.rel_url.update_query(redirected=str(n + 1)))


@fault(
    "http.maintenance_window",
    stresses=("BC-CLIENT-14", "BC21-CLIENT-18", "OB3-CLIENT-10"),
    parameters=(within("seconds", 60.0, 0, 86400, "seconds"),),
    since="0.2",
)
async def is_in_maintenance(call: Call, *, seconds: float) -> web.StreamResponse:
    """Maintenance: 503 for a while, starting now; Retry-After is a date, the end."""
    end = call.rule.armed_at + seconds
    if call.exchange.sandbox.clock.now() >= end:
        return await call.proceed()
    return wait_for(503, "down for maintenance", http_date(end))


@fault(
    "http.gateway_timeout",
    stresses=("BC-CLIENT-14", "BC21-CLIENT-18", "OB3-CLIENT-10"),
    parameters=(within("seconds", 1.0, 0, 3600, "seconds"),),
    since="0.2",
)
async def times_out_at_the_gateway(call: Call, *, seconds: float) -> web.StreamResponse:
    """A proxy times out: 504 with an HTML page, after a while; the request is not processed."""
    await call.sleep(seconds)
    return proxy_page(504)


@fault("http.informational", stresses=("BC-CLIENT-08", "BC-CLIENT-15"), since="0.2")
async def hints_early(call: Call) -> web.StreamResponse:
    """The correct response comes after an informational response, 103 Early Hints."""
    if call.request.version >= HttpVersion11:
        Line(call.request).send(EARLY_HINTS)
    return await call.proceed()
