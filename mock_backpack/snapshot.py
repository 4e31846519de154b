"""A sandbox as a JSON document, and back: what was granted and kept, when, under which rules."""

from collections.abc import Mapping
from typing import Any

from mock_backpack.backpack import Badge, Earner, Grant, Tokens
from mock_backpack.rules import BadRule, read_order
from mock_backpack.sandbox import Sandbox
from mock_backpack.settings import Shape
from mock_backpack.strict_json import json_bytes

VERSION = 1


class BadSnapshot(ValueError):
    """A document that is no snapshot of a sandbox."""


def snapshot(sandbox: Sandbox) -> dict[str, Any]:
    """Everything about a sandbox but its journal and the sessions of browsers; holds tokens."""
    backpack, clock, shape = sandbox.backpack, sandbox.clock, sandbox.shape
    return {
        "version": VERSION,
        "name": sandbox.name,
        "shape": {
            "expires": shape.expires,
            "token_length": shape.token_length,
            "seed": shape.seed,
        },
        "clock": {"ahead": clock.ahead, "frozen": clock.now() if clock.is_frozen else None},
        "earners": [_earner(one) for one in backpack.earners()],
        "grants": [_grant(one) for one in backpack.grants()],
        "rules": [
            {
                "rule": dict(one.order.said),
                "matched": one.matched,
                "fired": one.fired,
                "armed_at": one.armed_at,
            }
            for one in sandbox.rules
        ],
    }


def _earner(earner: Earner) -> dict[str, Any]:
    badges = [{"key": list(one.key), "document": one.document} for one in earner.badges.values()]
    return {"email": earner.email, "badges": badges}


def _grant(grant: Grant) -> dict[str, Any]:
    return {
        "number": grant.number,
        "earner": grant.earner,
        "origin": grant.origin,
        "scopes": list(grant.scopes),
        "access_token": grant.tokens.access,
        "refresh_token": grant.tokens.refresh,
        "made_at": grant.tokens.made_at,
        "expires_at": grant.tokens.expires_at,
    }


def restore(sandbox: Sandbox, said: Mapping[str, Any]) -> None:
    """Make a sandbox what it was; its journal is cleared.

    Raises:
        BadSnapshot: when this is no snapshot; then the sandbox is as it was.
    """
    if said.get("version") != VERSION:
        raise BadSnapshot(f"version: expected {VERSION}, saw {said.get('version')!r}")
    try:
        earners = [_read_earner(one) for one in said["earners"]]
        grants = [_read_grant(one) for one in said["grants"]]
        shape = Shape(**said["shape"])
        rules = [(read_order(one["rule"]), one) for one in said["rules"]]
        ahead, frozen = float(said["clock"]["ahead"]), said["clock"]["frozen"]
    except KeyError as error:
        raise BadSnapshot(f"expected a snapshot of a sandbox: it has no member {error}") from error
    except (TypeError, ValueError, AttributeError, BadRule) as error:
        raise BadSnapshot(f"expected a snapshot of a sandbox: {error}") from error
    sandbox.shape = shape
    sandbox.reset()
    sandbox.clock.put(ahead, frozen)
    sandbox.rules.clear()
    for earner in earners:
        sandbox.backpack.restore(
            earner, [grant for grant in grants if grant.earner == earner.email]
        )
    for order, counted in rules:
        rule = sandbox.rules.arm(order, counted["armed_at"])
        rule.matched, rule.fired = counted["matched"], counted["fired"]


def _read_earner(said: Mapping[str, Any]) -> Earner:
    badges = [_read_badge(one) for one in said["badges"]]
    return Earner(said["email"], {badge.key: badge for badge in badges})


def _read_badge(said: Mapping[str, Any]) -> Badge:
    origin, uid = said["key"]
    return Badge((origin, uid), json_bytes(said["document"]))


def _read_grant(said: Mapping[str, Any]) -> Grant:
    tokens = Tokens(
        said["access_token"], said["refresh_token"], said["made_at"], said["expires_at"]
    )
    return Grant(said["number"], said["earner"], said["origin"], tuple(said["scopes"]), tokens)
