"""Answers that were meant for another earner: what some defects tell once in a while."""

from weakref import WeakKeyDictionary

from aiohttp import web
from attrs import define

from mock_backpack.core.backpack import Backpack
from mock_backpack.core.exchange import exchange_of


@define
class Told:
    """What a Backpack told last, and how often since it told it to somebody else."""

    earner: str
    body: bytes
    since: int = 0


_told: WeakKeyDictionary[Backpack, dict[str, Told]] = WeakKeyDictionary()
"""By Backpack and endpoint."""


def meant_for_another(
    request: web.Request, answer: web.StreamResponse, endpoint: str, one_in: int
) -> web.StreamResponse:
    """The good answer of an endpoint, or one time in so many the last one to another earner."""
    exchange = exchange_of(request)
    is_told = (exchange.endpoint, request.method, answer.status) == (endpoint, "GET", 200)
    if not is_told or not isinstance(answer, web.Response) or exchange.earner is None:
        return answer
    by_endpoint = _told.setdefault(exchange.sandbox.backpack, {})
    last = by_endpoint.get(endpoint, Told(exchange.earner, b""))
    body = answer.body if isinstance(answer.body, bytes) else b""
    is_due = last.since + 1 >= one_in and last.earner != exchange.earner
    by_endpoint[endpoint] = Told(exchange.earner, body, 0 if is_due else last.since + 1)
    if is_due:
        answer.body = last.body
    return answer
