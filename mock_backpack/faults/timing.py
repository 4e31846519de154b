"""Answers that are right, but late or slow."""

import math
from statistics import NormalDist

from aiohttp import web

from mock_backpack.core.fault import POLL_SECONDS, Call
from mock_backpack.core.misbehaviours import chosen, fault, within
from mock_backpack.http.wire import Line, body_of, head_of, in_pieces, rewritten

HEAD_PIECES = 20
LEAST_DRAW = 2**-56
"""The normal distribution has no value for a draw of 0."""


def delay(distribution: str, seconds: float, spread: float, draw: float) -> float:
    """Seconds to wait, from a draw in [0, 1)."""
    deviations = NormalDist().inv_cdf(max(draw, LEAST_DRAW))
    match distribution:
        case "uniform":
            drawn = seconds + spread * (2 * draw - 1)
        case "normal":
            drawn = seconds + spread * deviations
        case "lognormal":
            drawn = seconds * math.exp(spread * deviations)
        case _:
            drawn = seconds
    return max(drawn, 0.0)


async def drip(call: Call, line: Line, pieces: list[bytes], seconds: float) -> None:
    """Send pieces one after the other, the last one when ``seconds`` are over."""
    for piece in pieces:
        await call.sleep(seconds / len(pieces))
        line.send(piece)


def divided(content: bytes, pieces: int) -> list[bytes]:
    """The content in at most so many pieces of about the same size."""
    return in_pieces(content, math.ceil(len(content) / pieces) or 1)


@fault(
    "timing.latency",
    stresses=("BC-CLIENT-14", "BC21-CLIENT-18", "OB3-CLIENT-10"),
    aliases=("latency",),
    parameters=(
        chosen("distribution", "fixed", "uniform", "normal", "lognormal"),
        within("seconds", 1.0, 0, 3600, "seconds"),
        within("spread", 0.0, 0, 60, "a number"),
    ),
    since="0.2",
)
async def answers_late(
    call: Call, *, distribution: str, seconds: float, spread: float
) -> web.StreamResponse:
    """The correct response comes late."""
    answer = await call.proceed()
    await call.sleep(delay(distribution, seconds, spread, call.draw("latency")))
    return answer


@fault(
    "timing.slow_headers",
    stresses=("BC-CLIENT-14", "BC21-CLIENT-18", "OB3-CLIENT-10"),
    parameters=(within("seconds", 2.0, 0, 3600, "seconds"),),
    since="0.2",
)
async def drips_headers(call: Call, *, seconds: float) -> web.StreamResponse:
    """The headers of the correct response arrive slowly, in pieces."""

    async def send(line: Line, answer: web.Response) -> None:
        await drip(call, line, divided(head_of(line.request, answer), HEAD_PIECES), seconds)
        line.send(body_of(line.request, answer))

    return rewritten(await call.proceed(), send)


@fault(
    "timing.dribble",
    stresses=("BC-CLIENT-14", "BC21-CLIENT-18", "OB3-CLIENT-10"),
    aliases=("slicer", "chunkedDribbleDelay"),
    parameters=(
        within("seconds", 2.0, 0, 3600, "seconds"),
        within("pieces", 10, 1, 1000, "a whole number"),
    ),
    since="0.2",
)
async def dribbles(call: Call, *, seconds: float, pieces: int) -> web.StreamResponse:
    """The body of the correct response comes in pieces, with pauses between them."""

    async def send(line: Line, answer: web.Response) -> None:
        line.send(head_of(line.request, answer))
        await drip(call, line, divided(body_of(line.request, answer), pieces), seconds)

    return rewritten(await call.proceed(), send)


@fault(
    "timing.bandwidth",
    stresses=("BC-CLIENT-14", "BC21-CLIENT-18", "OB3-CLIENT-10"),
    aliases=("bandwidth",),
    parameters=(within("bytes_per_second", 1000, 1, 1_000_000_000, "a whole number"),),
    since="0.2",
)
async def throttles(call: Call, *, bytes_per_second: int) -> web.StreamResponse:
    """The correct response comes over a slow connection."""

    async def send(line: Line, answer: web.Response) -> None:
        whole = head_of(line.request, answer) + body_of(line.request, answer)
        size = math.ceil(bytes_per_second * POLL_SECONDS)
        await drip(call, line, in_pieces(whole, size), len(whole) / bytes_per_second)

    return rewritten(await call.proceed(), send)
