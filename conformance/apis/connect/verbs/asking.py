"""What an issuer asks of the API: issue, refresh, identity, or anything at all."""

import base64
import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from attrs import evolve

from conformance.engine.done import Done, Verb, absolute, answered
from conformance.engine.state import Broken, State

JSON_TYPE = "application/json"
FORM_TYPE = "application/x-www-form-urlencoded"


async def issue(state: State, wanted: Mapping[str, Any]) -> Done:
    """``POST <api_root>/issue``."""
    body = {"badge": wanted["badge"]} if "badge" in wanted else {}
    site = state.session.site
    before = len(site.visits)
    done = await _ask(state, {**wanted, "method": "POST", "path": "issue", "json": body})
    fetched = tuple(one.url.rpartition("/")[2] for one in site.visits[before:])
    return evolve(done, fetched=fetched, flaw=state.flaws.get(str(wanted.get("badge")), ""))


async def refresh(state: State, wanted: Mapping[str, Any]) -> Done:
    """``POST <api_root>/token``, without credentials.

    Where that is refused, ``bearer`` is sent as well, and the second answer is judged: that a
    refresh needs no credentials is a requirement of its own.
    """
    token = wanted["token"]
    body = {"grant_type": "refresh_token", "refresh_token": token}
    at = wanted.get("at") or state.api_root(token)
    request = {"method": "POST", "path": "token", "json": body, "at": at}
    done = await _ask(state, request)
    if done.refused and "bearer" in wanted:
        return await _ask(state, {**request, "token": wanted["bearer"]})
    return done


async def identity(state: State, wanted: Mapping[str, Any]) -> Done:
    """``GET <api_root>/identity``."""
    return await _ask(state, {**wanted, "method": "GET", "path": "identity"})


async def request(state: State, wanted: Mapping[str, Any]) -> Done:
    """Anything at all."""
    return await _ask(state, wanted)


async def preflight(state: State, wanted: Mapping[str, Any]) -> Done:
    """What a browser asks before a page of an origin may send a request (Fetch standard)."""
    headers = {
        "Origin": wanted["origin"],
        "Access-Control-Request-Method": wanted["method"],
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    asked = {name: wanted[name] for name in ("path", "at") if name in wanted}
    return await _ask(state, {**asked, "method": "OPTIONS", "headers": headers})


async def raw(state: State, wanted: Mapping[str, Any]) -> Done:
    """Bytes on a socket, as no HTTP client would send them."""
    head = "".join(f"{line}\r\n" for line in wanted.get("lines", ()))
    sent = f"{head}\r\n".encode() if head else b""
    sent += wanted.get("text", "").encode() + base64.b64decode(wanted.get("base64", ""))
    return answered(await state.wire.send_bytes(wanted["at"], sent))


async def _ask(state: State, wanted: Mapping[str, Any]) -> Done:
    token = wanted.get("token")
    url = wanted.get("url")
    api_root = None
    if url is None:
        api_root = absolute(wanted.get("at") or state.api_root(token))
        if api_root is None:
            raise Broken(f"no absolute api_root: {wanted['at']!r}")
        url = f"{api_root.rstrip('/')}/{wanted['path']}"
    if "query" in wanted:
        url = f"{url}?{urlencode(wanted['query'], doseq=True)}"
    headers, body = _content(wanted)
    if token is not None:
        headers.append(("Authorization", f"Bearer {base64.b64encode(token.encode()).decode()}"))
    headers += [(name, str(value)) for name, value in wanted.get("headers", {}).items()]
    exchange = await state.wire.send(wanted["method"], url, headers, body)
    done = answered(exchange)
    state.learn_tokens(done.saved, api_root)
    return done


def _content(wanted: Mapping[str, Any]) -> tuple[list[tuple[str, str]], bytes]:
    given = {name.lower() for name in wanted.get("headers", {})}
    kind, body = None, b""
    if "json" in wanted:
        kind, body = JSON_TYPE, json.dumps(wanted["json"]).encode()
    elif "form" in wanted:
        kind, body = FORM_TYPE, urlencode(wanted["form"]).encode()
    elif "text" in wanted:
        body = wanted["text"].encode()
    elif "base64" in wanted:
        body = base64.b64decode(wanted["base64"])
    labelled = kind is not None and "content-type" not in given
    return [("Content-Type", str(kind))] if labelled else [], body


ASKING: Mapping[str, Verb] = MappingProxyType(
    {"issue": issue, "refresh": refresh, "identity": identity, "request": request}
)
"""The verbs that may be done several times at once."""
