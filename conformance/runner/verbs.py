"""The verbs of a scenario's steps, by name: what each does, and what it leaves to be judged."""

import asyncio
import base64
import json
from collections.abc import Awaitable, Callable, Mapping
from html import escape
from types import MappingProxyType
from typing import Any, TypeAlias
from urllib.parse import urlencode

from attrs import field, frozen

from conformance.badges.bundle import Bundle, Wish, make, recipient
from conformance.badges.flaws import broken
from conformance.runner.state import Broken, State
from conformance.site import FIRST
from conformance.target.browser import NOWHERE, page_of, parameters_of
from conformance.target.forms import Act
from conformance.values.exchange import Exchange

ISSUED_ON = 1_403_784_577
"""Unix seconds: the time in the API document's example."""
JSON_TYPE = "application/json"
DOCUMENTS = ("assertion", "badge", "issuer")
FORM_TYPE = "application/x-www-form-urlencoded"


@frozen
class Done:
    """What a step did."""

    exchange: Exchange | None = None
    response: Mapping[str, Any] | None = None
    """What is judged; ``None`` when there was no answer, or nothing to be judged."""
    saved: Mapping[str, Any] = field(factory=dict)
    trouble: str = ""
    """Why it did not come to a good end; ``""`` when it did."""

    @property
    def refused(self) -> bool:
        """Whether the target refused: a 4xx."""
        return self.response is not None and 400 <= self.response["status"] < 500


Verb: TypeAlias = Callable[[State, Mapping[str, Any]], Awaitable[Done]]


def _answered(exchange: Exchange, *, good: bool | None = None) -> Done:
    """A step that ended with an exchange; good means 2xx unless said otherwise."""
    response = exchange.response()
    if response is None:
        return Done(exchange, trouble=exchange.trouble)
    if good is None:
        good = 200 <= response["status"] < 300
    found = response["body"]
    saved = found if isinstance(found, dict) else {}
    return Done(exchange, response, saved, "" if good else f"it answered {response['status']}")


async def connect(state: State, wanted: Mapping[str, Any]) -> Done:
    """An issuer asks an earner for access, in the earner's browser."""
    act = Act(wanted.get("answer", Act.GRANT))
    browser = state.browser(wanted["earner"])
    asked = _callback(state, wanted.get("callback", {}))
    scope = wanted.get("scope", ["issue"])
    start = state.session.target.access_url(asked, None if scope is None else ",".join(scope))
    walk = await browser.consent(start, asked or NOWHERE, act)
    exchange = walk.exchange
    if act is not Act.LOOK and exchange.landing is None and not walk.acted:
        raise Broken(f"nothing to {act} access with: {_consent_trouble(exchange)}", exchange)
    told = dict(exchange.landing.parameters) if exchange.landing else {}
    state.learn_tokens(told, _absolute(told.get("api_root")))
    done = _answered(exchange, good=_is_good(act, exchange))
    saved = {**{name: value for name, value in told.items() if value}, "callback": asked}
    return Done(done.exchange, done.response, saved, done.trouble and _consent_trouble(exchange))


def _callback(state: State, wanted: Mapping[str, Any]) -> str | None:
    if "url" in wanted:
        url: str | None = wanted["url"]
        return url
    callback = state.session.site.callback(wanted.get("origin", FIRST))
    return f"{callback}?{wanted['query']}" if "query" in wanted else callback


def _absolute(api_root: Any) -> str | None:
    is_url = isinstance(api_root, str) and api_root.startswith(("http://", "https://"))
    return api_root if is_url else None


def _is_good(act: Act, exchange: Exchange) -> bool:
    if act is Act.LOOK:
        return exchange.answer is not None and exchange.answer.status == 200
    told = exchange.landing.parameters if exchange.landing else {}
    return bool(told.get("access_token" if act is Act.GRANT else "error"))


def _consent_trouble(exchange: Exchange) -> str:
    """Where the walk through consent ended, in words."""
    if exchange.answer is None:
        return exchange.trouble
    if exchange.landing:
        names = ", ".join(exchange.landing.parameters) or "no parameters"
        return f"the callback was told {names}"
    page = page_of(exchange)
    title = f", a page called {page.title!r}" if page and page.title else ""
    url = exchange.request.url.partition("?")[0]
    return f"the browser ended at {url} with {exchange.answer.status}{title}"


async def host(state: State, wanted: Mapping[str, Any]) -> Done:
    """An issuer puts a badge on its site, takes it away, or mends a flawed one."""
    site = state.session.site
    if "withdraw" in wanted:
        site.withdraw(wanted["withdraw"]["sound"].urls)
        return Done()
    if "mend" in wanted:
        sound: Bundle = wanted["mend"]["sound"]
        return Done(saved=_hosted(state, sound, sound))
    badge = wanted["assertion"]
    origin = badge.get("origin", FIRST)
    urls = {**site.urls(origin), **wanted.get("urls", {})}
    wish = Wish(
        version=badge.get("version", "1.0"),
        recipient=_recipient(state, badge.get("recipient", {"earner": "ada"})),
        uid=badge.get("uid") or f"badge-{state.session.nonce()}",
        issued_on=ISSUED_ON,
        names=state.session.samples.names(),
        signed=badge.get("signed", False),
        members=badge.get("members", {}),
        badge_class=badge.get("badge_class", {}),
        issuer=badge.get("issuer", {}),
        verify=badge.get("verify", {}),
    )
    sound = make(wish, urls, site.origins[origin].url)
    flawed = broken(sound, badge["flaw"]) if "flaw" in badge else sound
    return Done(saved=_hosted(state, flawed, sound))


def _hosted(state: State, bundle: Bundle, sound: Bundle) -> dict[str, Any]:
    state.session.site.put(bundle)
    return {
        "pushed": bundle.pushed(),
        "url": bundle.urls["assertion"],
        "uid": sound.assertion.get("uid", ""),
        "documents": {
            name: bundle.parts[name].content for name in DOCUMENTS if name in bundle.parts
        },
        "sound": sound,
    }


def _recipient(state: State, wanted: Mapping[str, Any]) -> dict[str, Any]:
    if "identity" in wanted:
        return dict(wanted)
    made = recipient(
        state.earner(wanted["earner"]).email,
        hashed=wanted.get("hashed", True),
        salt=wanted.get("salt"),
    )
    return {**made, **wanted.get("members", {})}


async def issue(state: State, wanted: Mapping[str, Any]) -> Done:
    """``POST <api_root>/issue``."""
    body = {"badge": wanted["badge"]} if "badge" in wanted else {}
    return await _ask(state, {**wanted, "method": "POST", "path": "issue", "json": body})


async def refresh(state: State, wanted: Mapping[str, Any]) -> Done:
    """``POST <api_root>/token``, without credentials."""
    token = wanted["token"]
    body = {"grant_type": "refresh_token", "refresh_token": token}
    at = wanted.get("at") or state.api_root(token)
    return await _ask(state, {"method": "POST", "path": "token", "json": body, "at": at})


async def identity(state: State, wanted: Mapping[str, Any]) -> Done:
    """``GET <api_root>/identity``."""
    return await _ask(state, {**wanted, "method": "GET", "path": "identity"})


async def request(state: State, wanted: Mapping[str, Any]) -> Done:
    """Anything at all."""
    return await _ask(state, wanted)


async def _ask(state: State, wanted: Mapping[str, Any]) -> Done:
    token = wanted.get("token")
    url = wanted.get("url")
    api_root = None
    if url is None:
        api_root = _absolute(wanted.get("at") or state.api_root(token))
        if api_root is None:
            raise Broken(f"no absolute api_root: {wanted['at']!r}")
        url = f"{api_root.rstrip('/')}/{wanted['path']}"
    if "query" in wanted:
        url = f"{url}?{urlencode(wanted['query'])}"
    headers, body = _content(wanted)
    if token is not None:
        headers.append(("Authorization", f"Bearer {base64.b64encode(token.encode()).decode()}"))
    headers += [(name, str(value)) for name, value in wanted.get("headers", {}).items()]
    exchange = await state.wire.send(wanted["method"], url, headers, body)
    done = _answered(exchange)
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


async def revoke(state: State, wanted: Mapping[str, Any]) -> Done:
    """The earner takes an origin's permission back, on the settings page."""
    browser = state.browser(wanted["earner"])
    settings = await browser.page(state.session.target.page("settings"))
    page = page_of(settings)
    origin = state.session.site.origins[wanted.get("origin", FIRST)].url
    control = page.revoking_control(origin) if page else None
    if control is None:
        raise Broken(f"the settings page has nothing to revoke {origin} with", settings)
    exchange = await browser.press(control)
    status = exchange.answer.status if exchange.answer else 0
    return _answered(exchange, good=200 <= status < 400)


async def advance(state: State, wanted: Mapping[str, Any]) -> Done:
    """Time passes at the target."""
    try:
        seconds = float(wanted["seconds"])
    except (TypeError, ValueError):
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise Broken(f"expected a number of seconds, saw {wanted['seconds']!r}")
    await state.session.target.hooks.advance(max(seconds + wanted.get("plus", 0), 0))
    return Done()


async def page(state: State, wanted: Mapping[str, Any]) -> Done:
    """GET a page of the target."""
    url = state.session.target.page(wanted["page"])
    if "query" in wanted:
        url = f"{url}?{urlencode(wanted['query'])}"
    return _answered(await state.wire.send("GET", url))


async def script(state: State, wanted: Mapping[str, Any]) -> Done:
    """A page of the issuer calls ``OpenBadges.connect`` in a real browser."""
    source = escape(state.session.target.page("script"))
    html = f'<!doctype html><title>Issuer</title><script src="{source}"></script>'
    ran = await state.session.chromium.run_script(
        state.session.site.page(html), {"callback": wanted["callback"], "scope": wanted["scope"]}
    )
    landed = None
    if ran.sent_to:
        told = dict(parameters_of(ran.sent_to))
        landed = {"url": ran.sent_to, "parameters": told, "acted": False}
    body = {"defined": ran.defined, "error": ran.error}
    return Done(response={"status": 200, "headers": {}, "body": body, "landed": landed})


async def parallel(state: State, wanted: Mapping[str, Any]) -> Done:
    """The same step several times at once; the body that is judged is the list of responses."""
    (verb, arguments), *_ = wanted["step"].items()
    done = await asyncio.gather(*(VERBS[verb](state, arguments) for _ in range(wanted["times"])))
    body = [one.response for one in done]
    response = {"status": 200, "headers": {}, "body": body, "landed": None, "at_once": True}
    return Done(done[-1].exchange, response)


async def badges(state: State, wanted: Mapping[str, Any]) -> Done:
    """The uids of the badges that an earner has, as the target's hook tells them."""
    found = await state.session.target.hooks.badges(state.earner(wanted["earner"]).email)
    uids = [badge.get("uid") for badge in found]
    response = {"status": 200, "headers": {}, "body": {"uids": uids}, "landed": None}
    return Done(response=response, saved={"uids": uids})


async def derive(_state: State, wanted: Mapping[str, Any]) -> Done:
    """Another text than the given one."""
    text = wanted["from"]
    if not isinstance(text, str) or len(text) < 2:
        raise Broken(f"expected a text of two characters at least, saw {text!r}")
    return Done(saved={"text": CHANGES[wanted["change"]](text)})


def _swap_case(text: str) -> str:
    """Other case; a text without letters gets one character more, so that it differs at all."""
    return text.swapcase() if text.swapcase() != text else f"{text}A"


CHANGES: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {
        "swap-case": _swap_case,
        "drop-last": lambda text: text[:-1],
        "base64": lambda text: base64.b64encode(text.encode()).decode(),
        "base64-unpadded": lambda text: base64.b64encode(text.encode()).decode().rstrip("="),
        "append-blank": lambda text: f"{text} ",
        "double": lambda text: text * 2,
        "same-shape": lambda text: "".join(map(_shifted, text)),
    }
)
"""Ways to make another text, by name."""


def _shifted(character: str) -> str:
    """The next letter or digit, so that a text keeps its shape."""
    if character.isascii() and character.isalnum():
        turn = {"z": "a", "Z": "A", "9": "0"}
        return turn.get(character, chr(ord(character) + 1))
    return character


VERBS: Mapping[str, Verb] = MappingProxyType(
    {
        "connect": connect,
        "host": host,
        "issue": issue,
        "refresh": refresh,
        "identity": identity,
        "revoke": revoke,
        "advance": advance,
        "request": request,
        "page": page,
        "script": script,
        "parallel": parallel,
        "badges": badges,
        "derive": derive,
    }
)
