"""What an earner does in a browser: grant, deny, take back."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from conformance.apis.connect.verbs.spelling import working_spelling
from conformance.apis.verbs.hooked import GRANTED
from conformance.core.errors import NotProvoked
from conformance.core.exchange import Exchange
from conformance.engine.done import Done, absolute, answered
from conformance.engine.state import Broken, State
from conformance.scenario.verb import (
    NAME,
    ORIGIN,
    REFERENCE,
    TEXT,
    Actor,
    Saves,
    about,
    always,
    verb,
)
from conformance.target.adapter.hooks import Adapted
from conformance.target.browser.browser import NOWHERE
from conformance.target.browser.callback import Spelling, early_tokens
from conformance.target.browser.onward import page_of
from conformance.target.browser.revocation import revoke as taken_back
from conformance.target.issuer_site import FIRST
from conformance.target.kept_grant import KeptGrant
from conformance.target.pages.forms import Act
from conformance.target.renewing import renewed


@verb(
    arguments={
        "required": ["earner"],
        "properties": {
            "earner": about("The name of a person; the same name is the same person.", NAME),
            "scope": about(
                "What is asked for; `[issue]` unless said otherwise, `null` for none.",
                {
                    "anyOf": [
                        REFERENCE,
                        {"title": "a list of scopes", "type": ["array", "null"], "items": TEXT},
                    ]
                },
            ),
            "answer": about(
                (
                    "What the earner does: `grant` (unless said otherwise), `deny`, or "
                    "`look` at the consent page and stop."
                ),
                {"enum": ["grant", "deny", "look"]},
            ),
            "query": about(
                (
                    "What the access page is asked, in place of callback and scope; a text "
                    "is sent as it is."
                ),
                {
                    "title": "what the access page is asked, in place of callback and scope",
                    "type": ["object", "string"],
                },
            ),
            "callback": about(
                (
                    "Where the browser shall return to; the issuer site's own callback "
                    "unless said otherwise."
                ),
                {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": {
                        "origin": about(
                            (
                                "Which of the issuer's two origins asks: `first` (unless said "
                                "otherwise) or `second`."
                            ),
                            ORIGIN,
                        ),
                        "query": about("A query of the callback's own, such as `state=7`.", TEXT),
                        "url": about(
                            "Any callback in place of the issuer site's; `null` for none.",
                            {"type": ["string", "null"]},
                        ),
                    },
                },
            ),
        },
    },
    saves=Saves((*GRANTED, "callback", "error"), is_open=True),
    shareable=True,
)
async def connect(state: State, wanted: Mapping[str, Any]) -> Done:
    """An issuer asks an earner for access, in the earner's browser."""
    if state.session.works_by_hand and state.session.kept is not None:
        return await _by_hand(state, state.session.kept)
    if state.session.stand_in is not None:
        return await _by_adapter(state, state.session.stand_in, wanted)
    act = Act(wanted.get("answer", Act.GRANT))
    browser = state.browser(wanted["earner"])
    asked = _callback(state, wanted.get("callback", {}))
    start = _access_url(state, asked, wanted)
    before = len(state.wire.exchanges)
    walk = await browser.consent(start, asked or NOWHERE, act)
    walked = state.wire.exchanges[before:]
    exchange = walk.exchange
    if act is not Act.LOOK and exchange.landing is None and not walk.acted:
        why = walk.lost.why or _consent_trouble(exchange)
        raise Broken(f"nothing to {act} access with: {why}", exchange)
    if act is Act.GRANT and walk.denied_by_mistake:
        raise Broken(f"{walk.denied_by_mistake!r} was pressed to grant, and denies", exchange)
    done = answered(exchange, good=_is_good(act, exchange))
    told = dict(exchange.landing.parameters) if exchange.landing else {}
    spelled = await _spelling(state, act, exchange, told)
    response = done.response and {
        **done.response,
        "early": early_tokens(walked, walk.pressed, told),
        "misspelled": sorted(spelled),
    }
    given = {name: value for name, value in told.items() if value}
    saved = {**given, **spelled, "callback": asked}
    return Done(done.exchange, response, saved, done.trouble and _consent_trouble(exchange))


async def _spelling(
    state: State, act: Act, exchange: Exchange, told: Mapping[str, Any]
) -> Spelling:
    """The values of the callback that must be read otherwise; all tokens are known afterwards."""
    state.learn_tokens(told, absolute(told.get("api_root")))
    if act is not Act.GRANT or exchange.landing is None:
        return {}
    spelled = await working_spelling(state, exchange.landing.url, told)
    if spelled:
        right = {**told, **spelled}
        state.learn_tokens(right, absolute(right.get("api_root")))
    return spelled


async def _by_hand(state: State, kept: KeptGrant) -> Done:
    """The grant that an earner gave by hand, with fresh tokens."""
    state.browser("ada")
    state.secrets.add(kept.refresh_token, "refresh_token")
    told, came_back = await renewed(state.wire, kept)
    if told is None:
        raise NotProvoked(
            f"the grant that was given by hand has ended ({came_back}): "
            "run backpack-conformance connect"
        )
    state.learn_tokens(told, kept.api_root)
    return Done(saved={**told, "callback": kept.callback})


async def _by_adapter(state: State, adapter: Adapted, wanted: Mapping[str, Any]) -> Done:
    """A grant of the adapter, in place of one that the earner gives."""
    email = state.earner(wanted["earner"]).email
    origin = wanted.get("callback", {}).get("origin", FIRST)
    told = await adapter.grant(email, state.session.site.origins[origin].url, ["issue"])
    state.learn_tokens(told, absolute(told.get("api_root")))
    return Done(saved={**told, "callback": state.session.site.callback(origin)})


def _access_url(state: State, callback: str | None, wanted: Mapping[str, Any]) -> str:
    if "query" in wanted:
        query = wanted["query"]
        asked = query if isinstance(query, str) else urlencode(query, doseq=True)
        return f"{state.session.target.page('access')}?{asked}"
    scope = wanted.get("scope", ["issue"])
    return state.session.target.access_url(callback, None if scope is None else ",".join(scope))


def _callback(state: State, wanted: Mapping[str, Any]) -> str | None:
    if "url" in wanted:
        url: str | None = wanted["url"]
        return url
    callback = state.session.site.callback(wanted.get("origin", FIRST))
    return f"{callback}?{wanted['query']}" if "query" in wanted else callback


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


@verb(
    arguments={
        "required": ["earner"],
        "properties": {
            "earner": about("The name of a person.", NAME),
            "origin": about(
                ("Which of the issuer's two origins: `first` (unless said otherwise) or `second`."),
                ORIGIN,
            ),
        },
    },
    needs=always("revoke"),
    actor=Actor.EARNER,
)
async def revoke(state: State, wanted: Mapping[str, Any]) -> Done:
    """The earner takes an origin's permission back, on the settings page of the Backpack."""
    browser = state.browser(wanted["earner"])
    target = state.session.target
    origin = state.session.site.origins[wanted.get("origin", FIRST)].url
    if (adapter := state.session.stand_in) is not None:
        await adapter.revoke(browser.earner.email, origin)
        return Done()
    ended = await taken_back(browser, target.page("settings"), origin, target.revoking)
    if ended.lost is None:
        status = ended.exchange.answer.status if ended.exchange.answer else 0
        return answered(ended.exchange, good=200 <= status < 400)
    if (revoker := target.revoker) is None:
        raise Broken(f"nothing to revoke {origin} with: {ended.lost.why}", ended.exchange)
    await revoker.revoke(browser.earner.email, origin)
    return Done(unseen="the adapter revoked, which says nothing of the settings page")
