"""Snapshots as JSON documents, and back."""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from attrs import asdict

from mock_backpack.core.clients import Client, Code, Registry
from mock_backpack.core.consent import Choice
from mock_backpack.core.holdings import Badge, Death, Grant, Holdings, Tokens
from mock_backpack.core.misbehaviours import Misbehaviours
from mock_backpack.core.observer import SituationPlace
from mock_backpack.core.orders import read_order
from mock_backpack.core.sandbox import Beginning, Shared
from mock_backpack.core.sessions import Session
from mock_backpack.core.settings import Shape
from mock_backpack.core.strict_json import json_bytes
from mock_backpack.persistence.snapshot import Armed, Snapshot
from mock_backpack.persistence.snapshot_form import VERSION, check


def to_json(snapshot: Snapshot) -> bytes:
    """The snapshot as a JSON document in UTF-8; it holds tokens."""
    holdings = snapshot.holdings
    return orjson.dumps(
        {
            "version": VERSION,
            "name": snapshot.name,
            "shape": asdict(snapshot.shape),
            "beginning": {
                "shape": asdict(snapshot.beginning.shape),
                "rules": [dict(order.source) for order in snapshot.beginning.orders],
            },
            "situation": asdict(snapshot.place) if snapshot.place else None,
            "clock": {"ahead": snapshot.ahead, "frozen": snapshot.frozen},
            "randomness": {"seed": snapshot.seed, "drawn": snapshot.drawn},
            "consent": asdict(snapshot.consent),
            "earners": [_earner(*earner) for earner in holdings.earners],
            "clients": [asdict(client) for client in snapshot.registry.clients],
            "codes": [asdict(code) for code in snapshot.registry.codes],
            "grants": [_grant(grant) for grant in holdings.grants],
            "given": [_grant(grant) for grant in holdings.given],
            "tokens": {
                "access": dict(holdings.access),
                "refresh": dict(holdings.refresh),
                "dead": [[token, death.how, death.grant] for token, death in holdings.dead],
            },
            "counters": {
                "grants": holdings.last_grant,
                "badges": holdings.badges,
                "rules": snapshot.last_rule,
            },
            "sessions": [
                {"id": session.id, "csrf": session.csrf, "earner": session.earner}
                for session in snapshot.sessions
            ],
            "rules": [_rule(armed) for armed in snapshot.rules],
        }
    )


def _earner(email: str, badges: Iterable[Badge], profile: Mapping[str, Any]) -> dict[str, Any]:
    return {"email": email, "badges": [_badge(badge) for badge in badges], "profile": profile}


def _badge(badge: Badge) -> dict[str, Any]:
    return {
        "key": badge.key,
        "document": orjson.Fragment(badge.text),
        "signed": badge.signed,
        "updated_at": badge.updated_at,
    }


def _grant(grant: Grant) -> dict[str, Any]:
    tokens = grant.tokens
    return {
        "number": grant.number,
        "earner": grant.earner,
        "origin": grant.origin,
        "scopes": grant.scopes,
        "access_token": tokens.access,
        "refresh_token": tokens.refresh,
        "made_at": tokens.made_at,
        "expires_at": tokens.expires_at,
        "generation": tokens.generation,
        "narrowed": tokens.scopes,
        "client": grant.client,
    }


def _rule(armed: Armed) -> dict[str, Any]:
    return {
        "id": armed.id,
        "rule": dict(armed.order.source),
        "matched": armed.matched,
        "fired": armed.fired,
        "armed_at": armed.armed_at,
        "memory": armed.memory,
    }


def read_snapshot(document: Any, shared: Shared) -> Snapshot:
    """A snapshot from its document; members that older mocks did not write may be left out.

    Raises:
        Misfit: when the document is no snapshot that a sandbox of this mock can be made of.
    """
    check(document, shared)
    shape = Shape(**document["shape"])
    beginning, place = document.get("beginning"), document.get("situation")
    chance = document.get("randomness") or {"seed": shape.seed or "", "drawn": 0}
    rules = tuple(
        _read_armed(number, rule, shared.misbehaviours)
        for number, rule in enumerate(document["rules"], start=1)
    )
    return Snapshot(
        document.get("name", ""),
        shape,
        _read_beginning(beginning, shared.misbehaviours) if beginning else Beginning(shape),
        SituationPlace(**place) if place else None,
        float(document["clock"]["ahead"]),
        document["clock"]["frozen"],
        chance["seed"],
        chance["drawn"],
        Choice(**document.get("consent", {})),
        _read_holdings(document),
        _read_registry(document),
        tuple(Session(**session) for session in document.get("sessions", ())),
        rules,
        document.get("counters", {}).get("rules", len(rules)),
    )


def _read_beginning(beginning: Mapping[str, Any], misbehaviours: Misbehaviours) -> Beginning:
    orders = tuple(read_order(rule, misbehaviours) for rule in beginning["rules"])
    return Beginning(Shape(**beginning["shape"]), orders)


def _read_holdings(document: Mapping[str, Any]) -> Holdings:
    grants = tuple(map(_read_grant, document["grants"]))
    earners = tuple(
        (earner["email"], tuple(map(_read_badge, earner["badges"])), earner.get("profile", {}))
        for earner in document["earners"]
    )
    tokens, counters = document.get("tokens"), document.get("counters", {})
    access = {grant.tokens.access: grant.number for grant in grants}
    refresh = {grant.tokens.refresh: grant.number for grant in grants}
    return Holdings(
        earners,
        grants,
        tuple(map(_read_grant, document["given"])) if "given" in document else grants,
        tuple((tokens["access"] if tokens else access).items()),
        tuple((tokens["refresh"] if tokens else refresh).items()),
        tuple((token, Death(how, grant)) for token, how, grant in tokens["dead"]) if tokens else (),
        counters.get("grants", max((grant.number for grant in grants), default=0)),
        counters.get("badges", sum(len(badges) for _, badges, _ in earners)),
    )


def _read_badge(badge: Mapping[str, Any]) -> Badge:
    origin, uid = badge["key"]
    document = json_bytes(badge["document"])
    return Badge((origin, uid), document, badge.get("signed", ""), badge.get("updated_at", 0.0))


def _read_registry(document: Mapping[str, Any]) -> Registry:
    clients = tuple(Client(**client) for client in document.get("clients", ()))
    codes = (
        Code(**{**code, "scopes": tuple(code["scopes"])}) for code in document.get("codes", ())
    )
    return Registry(clients, tuple(codes))


def _read_grant(grant: Mapping[str, Any]) -> Grant:
    tokens = Tokens(
        grant["access_token"],
        grant["refresh_token"],
        grant["made_at"],
        grant["expires_at"],
        grant.get("generation", 0),
        tuple(grant.get("narrowed", ())),
    )
    names = (grant["number"], grant["earner"], grant["origin"])
    return Grant(*names, tuple(grant["scopes"]), tokens, grant.get("client", ""))


def _read_armed(number: int, armed: Mapping[str, Any], misbehaviours: Misbehaviours) -> Armed:
    return Armed(
        armed.get("id", f"r{number}"),
        read_order(armed["rule"], misbehaviours),
        armed["armed_at"],
        armed["matched"],
        armed["fired"],
        armed.get("memory", {}),
    )
