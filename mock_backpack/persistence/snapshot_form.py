"""The form of a snapshot document."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from mock_backpack.core.clients import MOST_CLIENTS, MOST_CODES
from mock_backpack.core.clock import LATEST
from mock_backpack.core.emails import checked_email
from mock_backpack.core.forms import (
    Form,
    ListOf,
    MapOf,
    Maybe,
    Misfit,
    Number,
    ObjectOf,
    OneOf,
    Other,
    Text,
    misfit,
)
from mock_backpack.core.orders import read_order
from mock_backpack.core.origin import web_url
from mock_backpack.core.quoting import quoted
from mock_backpack.core.sandbox import Shared
from mock_backpack.core.sessions import MOST_SESSIONS
from mock_backpack.core.settings import LONGEST_LIFE, LONGEST_TOKEN, SHORTEST_TOKEN, Bounds

VERSION = 1
TEXT = Text()
COUNT = Number(0, 2**53, int)
TIME = Number(0, LATEST)
"""A time of the sandbox's clock, in unix seconds."""
MOMENT = Number(-LATEST, 2 * LATEST)
"""A time to which a defect may have put something."""
TOKEN = Text(longest=4_000)
RULE_ID = Text(
    pattern=re.compile(r"r[1-9][0-9]{0,14}", re.ASCII), expected="a rule's id such as r1"
)
DEATHS = ("spent", "revoked", "reused")


def _version(value: Any) -> None:
    if value != VERSION or isinstance(value, bool):
        raise ValueError(f"expected {VERSION}, saw {quoted(value)}")


def _address(value: Any) -> None:
    if web_url(value) is None:
        raise ValueError(f"expected an http(s) URL, saw {quoted(value)}")


def _pair(value: Any) -> None:
    """The key of a badge: an origin and a uid."""
    if not (isinstance(value, list) and [type(part) for part in value] == [str, str]):
        raise ValueError(f"expected a list of two texts, saw {quoted(value)}")


def _death(value: Any) -> None:
    """A dead token, how it died, and of which grant it was the refresh token."""
    fits = isinstance(value, list) and [type(part) for part in value] == [str, str, int]
    if not fits or value[1] not in DEATHS or not 0 <= value[2] <= COUNT.most:
        expected = f"a list of a token, one of {', '.join(DEATHS)} and a number"
        raise ValueError(f"expected {expected}, saw {quoted(value)}")


def _object(value: Any) -> None:
    if not isinstance(value, dict):
        raise misfit("an object", value)


EMAIL = Other(checked_email, {"type": "string"})
OBJECT = Other(_object, {"type": "object"})
SHAPE = ObjectOf(
    {
        "expires": Number(1, LONGEST_LIFE, int),
        "token_length": Number(SHORTEST_TOKEN, LONGEST_TOKEN, int),
        "seed": Maybe(TEXT),
    },
    {"token_marks": Text(longest=SHORTEST_TOKEN)},
)
GRANT = ObjectOf(
    {
        "number": Number(1, 2**53, int),
        "earner": EMAIL,
        "origin": TEXT,
        "scopes": ListOf(TEXT, 100),
        "access_token": TOKEN,
        "refresh_token": TOKEN,
        "made_at": MOMENT,
        "expires_at": MOMENT,
    },
    {"generation": COUNT, "narrowed": ListOf(TEXT, 100), "client": TEXT},
)
PAIR = Other(_pair, {"type": "array", "items": {"type": "string"}})
BADGE = ObjectOf({"key": PAIR, "document": OBJECT}, {"signed": Text(), "updated_at": MOMENT})
EARNER = ObjectOf({"email": EMAIL, "badges": ListOf(BADGE)}, {"profile": OBJECT})
CLIENT = ObjectOf(
    {
        "id": Text(1, 200),
        "secret": TOKEN,
        "metadata": OBJECT,
        "issued_at": COUNT,
        "secret_expires_at": COUNT,
    }
)
CODE = ObjectOf(
    {
        "text": TOKEN,
        "client": TEXT,
        "earner": EMAIL,
        "redirect_uri": TEXT,
        "scopes": ListOf(TEXT, 100),
        "challenge": TEXT,
        "made_at": MOMENT,
        "grant": Maybe(COUNT),
    }
)
MEMORY = ObjectOf({}, {"seen": MapOf(ListOf(TIME)), "uses": MapOf(COUNT)})
SESSION = ObjectOf({"id": Text(16, 200), "csrf": Text(16, 200), "earner": Maybe(EMAIL)})
CONSENT = ObjectOf(
    {"answer": OneOf(("grant", "deny", "page")), "earner": Maybe(EMAIL), "times": Maybe(COUNT)}
)
ADDRESS = Other(_address, {"type": "string"})


def _anything(_value: Any) -> None:
    """A check that accepts everything, for generating the schema only."""


def form(
    bounds: Bounds,
    check_rule: Callable[[Any], object] = _anything,
    check_situation: Callable[[Any], object] = _anything,
) -> Form:
    """A snapshot of a sandbox within these bounds; the two checks raise `ValueError`."""
    rule = Other(check_rule, {"$ref": "#/components/schemas/Rule"})
    armed = ObjectOf(
        {"rule": rule, "matched": COUNT, "fired": COUNT, "armed_at": TIME},
        {"id": RULE_ID, "memory": MEMORY},
    )
    situation = Other(check_situation, {"type": "string"})
    place = ObjectOf({"situation": situation, "elsewhere": ADDRESS, "foreign": ADDRESS})
    rules = ListOf(rule, bounds.rules)
    tokens = MapOf(COUNT)
    dead = ListOf(Other(_death, {"type": "array", "minItems": 3, "maxItems": 3}))
    return ObjectOf(
        {
            "version": Other(_version, {"const": VERSION}),
            "shape": SHAPE,
            "clock": ObjectOf({"ahead": Number(-LATEST, LATEST), "frozen": Maybe(TIME)}),
            "earners": ListOf(EARNER, bounds.earners),
            "grants": ListOf(GRANT, bounds.grants),
            "rules": ListOf(armed, bounds.rules),
        },
        {
            "name": TEXT,
            "beginning": ObjectOf({"shape": SHAPE, "rules": rules}),
            "situation": Maybe(place),
            "randomness": ObjectOf({"seed": TEXT, "drawn": COUNT}),
            "consent": CONSENT,
            "given": ListOf(GRANT),
            "tokens": ObjectOf({"access": tokens, "refresh": tokens, "dead": dead}),
            "counters": ObjectOf({"grants": COUNT, "badges": COUNT, "rules": COUNT}),
            "sessions": ListOf(SESSION, MOST_SESSIONS),
            "clients": ListOf(CLIENT, MOST_CLIENTS),
            "codes": ListOf(CODE, MOST_CODES),
        },
    )


def check(document: Any, shared: Shared) -> None:
    """See whether a document is a snapshot, each member by itself and all of them together.

    Raises:
        Misfit: with the place, what was expected and what was seen.
    """
    bounds = shared.settings.bounds
    form(
        bounds,
        lambda rule: read_order(rule, shared.misbehaviours),
        lambda situation: shared.observer(situation, ""),
    ).check(document)
    earners, grants = document["earners"], document["grants"]
    _check_unique(".earners", "email", (earner["email"] for earner in earners))
    _check_unique(".grants", "number", (grant["number"] for grant in grants))
    _check_unique(".sessions", "id", (session["id"] for session in document.get("sessions", ())))
    _check_unique(
        ".rules", "id", (session["id"] for session in document["rules"] if "id" in session)
    )
    for index, earner in enumerate(earners):
        place = f".earners[{index}].badges"
        _check_unique(place, "key", (tuple(badge["key"]) for badge in earner["badges"]))
    if (badges := sum(len(earner["badges"]) for earner in earners)) > bounds.badges:
        raise misfit(f"at most {bounds.badges} badges", badges).under(".earners")
    known = {earner["email"] for earner in earners}
    for index, grant in enumerate(grants):
        if grant["earner"] not in known:
            wrong = misfit("an earner of this snapshot", grant["earner"])
            raise wrong.under(f".grants[{index}].earner")
    _check_counters(document)


def _check_unique(place: str, name: str, values: Iterable[Any]) -> None:
    seen = set()
    for index, value in enumerate(values):
        if value in seen:
            raise misfit(f"each {name} once", value).under(f"{place}[{index}].{name}")
        seen.add(value)


def _check_counters(document: Any) -> None:
    """No number is given out twice: none is higher than the last one that was given."""
    counters = document.get("counters")
    if counters is None:
        return
    for name, numbers in (
        ("grants", (grant["number"] for grant in document["grants"])),
        ("rules", _rule_numbers(document["rules"])),
    ):
        if counters[name] < (highest := max(numbers, default=0)):
            raise misfit(f"at least {highest}", counters[name]).under(f".counters.{name}")


def _rule_numbers(rules: list[Any]) -> Iterator[int]:
    return (int(rule["id"][1:]) for rule in rules if "id" in rule)


__all__ = ["VERSION", "Misfit", "check", "form"]
