"""``wire.har``: every exchange of a run, for browsers and other tools that read HAR 1.2.

One file with a page for each scenario, since that is how readers group what they show, and a
run has hundreds of scenarios.
"""

import base64
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from conformance.core.exchange import Answer, Exchange, Headers, Request
from conformance.core.plain import json_text
from conformance.record.model import Record, ScenarioLine

COMMENT = (
    "A record keeps how long an exchange took, not when it began: start times are laid end to end."
)


def to_har(record: Record) -> str:
    """The wire log as an HTTP archive (http://www.softwareishard.com/blog/har-12-spec/)."""
    pages, entries = [], []
    start = datetime.fromisoformat(record.header["started"])
    for number, scenario in enumerate(record.scenarios, start=1):
        page = f"scenario-{number}"
        pages.append(_page(page, scenario, start))
        entries += list(_entries(page, scenario, start))
        start += timedelta(seconds=scenario.seconds)
    creator = {"name": "backpack-conformance", "version": record.header["suite"]}
    log = {
        "version": "1.2",
        "creator": creator,
        "pages": pages,
        "entries": entries,
        "comment": COMMENT,
    }
    return json_text({"log": log}) + "\n"


def _page(page: str, scenario: ScenarioLine, start: datetime) -> dict[str, Any]:
    return {
        "startedDateTime": start.isoformat(timespec="milliseconds"),
        "id": page,
        "title": f"{scenario.name}: {scenario.title}",
        "pageTimings": {},
    }


def _entries(page: str, scenario: ScenarioLine, start: datetime) -> Iterator[dict[str, Any]]:
    for exchange in scenario.exchanges:
        yield _entry(page, exchange, start)
        start += timedelta(seconds=exchange.seconds)


def _entry(page: str, exchange: Exchange, start: datetime) -> dict[str, Any]:
    milliseconds = round(exchange.seconds * 1000, 1)
    return {
        "pageref": page,
        "startedDateTime": start.isoformat(timespec="milliseconds"),
        "time": milliseconds,
        "request": _request(exchange.request),
        "response": _response(exchange.answer or Answer(0)),
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
        "comment": f"exchange {exchange.number}",
        **({} if exchange.answer else {"_error": exchange.trouble}),
    }


def _request(request: Request) -> dict[str, Any]:
    return {
        "method": request.method,
        "url": request.url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(request.headers),
        "queryString": _pairs(_query(request.url)),
        "headersSize": -1,
        "bodySize": len(request.body),
        **({"postData": _sent(request)} if request.body else {}),
    }


@lru_cache(1024)
def _query(url: str) -> Headers:
    """The parameters of an address, which repeats; what a hostile target gave may be no address."""
    try:
        return tuple(parse_qsl(urlsplit(url).query, keep_blank_values=True))
    except ValueError:
        return ()


def _sent(request: Request) -> dict[str, Any]:
    content = _text(request.body)
    encoded = {"comment": f"{content['encoding']} of the bytes"} if "encoding" in content else {}
    return {"mimeType": _type(request.headers), "text": content["text"], **encoded}


def _response(answer: Answer) -> dict[str, Any]:
    """What came back; status 0 where nothing did, as browsers write it."""
    return {
        "status": answer.status,
        "statusText": answer.reason,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(answer.headers),
        "content": {
            "size": len(answer.body),
            "mimeType": _type(answer.headers),
            **_text(answer.body),
        },
        "redirectURL": answer.header("Location") or "",
        "headersSize": -1,
        "bodySize": len(answer.body),
    }


def _text(body: bytes) -> dict[str, str]:
    try:
        return {"text": body.decode()}
    except UnicodeDecodeError:
        return {"text": base64.b64encode(body).decode(), "encoding": "base64"}


def _type(headers: Headers) -> str:
    return next((value for name, value in headers if name.lower() == "content-type"), "")


def _pairs(headers: Headers) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers]
