"""Answers to one earner that some defects now and then send to another."""

from weakref import WeakKeyDictionary

from aiohttp import web
from attrs import define

from mock_backpack.core.backpack import Backpack
from mock_backpack.core.exchange import exchange_of


@define
class LastAnswer:
    """The last answer of an endpoint, and how many answers ago it was sent to another earner."""

    earner: str
    body: bytes
    since: int = 0


_last_answers: WeakKeyDictionary[Backpack, dict[str, LastAnswer]] = WeakKeyDictionary()
"""By Backpack and endpoint."""


def answer_to_another(
    request: web.Request, answer: web.StreamResponse, endpoint: str, one_in: int
) -> web.StreamResponse:
    """The good answer of an endpoint; once in ``one_in``, that to another earner."""
    exchange = exchange_of(request)
    is_counted = (exchange.endpoint, request.method, answer.status) == (endpoint, "GET", 200)
    if not is_counted or not isinstance(answer, web.Response) or exchange.earner is None:
        return answer
    by_endpoint = _last_answers.setdefault(exchange.sandbox.backpack, {})
    last = by_endpoint.get(endpoint, LastAnswer(exchange.earner, b""))
    body = answer.body if isinstance(answer.body, bytes) else b""
    is_due = last.since + 1 >= one_in and last.earner != exchange.earner
    by_endpoint[endpoint] = LastAnswer(exchange.earner, body, 0 if is_due else last.since + 1)
    if is_due:
        answer.body = last.body
    return answer
