"""JSON Schemas of the requests and responses of the admin API, and which operation uses which."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from attrs import frozen

from mock_backpack.control.filters import FILTERS
from mock_backpack.core.settings import Bounds
from mock_backpack.persistence.snapshot_form import form as snapshot_form

Schema: TypeAlias = Mapping[str, Any]

TEXT = {"type": "string"}
NUMBER = {"type": "number"}
COUNT = {"type": "integer", "minimum": 0}
TRUTH = {"type": "boolean"}


def maybe(schema: Schema) -> Schema:
    """The same, or null."""
    return {"anyOf": [schema, {"type": "null"}]}


def array(schema: Schema) -> Schema:
    """Many of them."""
    return {"type": "array", "items": schema}


def ref(name: str) -> Schema:
    """A schema of the document by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


def record(required: Mapping[str, Schema], optional: Mapping[str, Schema] | None = None) -> Schema:
    """An object with these members and no others."""
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
    }


def rule_schema(endpoints: Sequence[str]) -> Schema:
    """A rule, in words or as an object with the name of a fault or defect."""
    return {"anyOf": [{"type": "string"}, _rule("fault", endpoints), _rule("defect", endpoints)]}


def _rule(kind: str, endpoints: Sequence[str]) -> Schema:
    duration = {"anyOf": [{"type": "number", "minimum": 0}, TEXT]}
    return record(
        {kind: TEXT},
        {
            "with": {"type": "object"},
            "match": record(
                {},
                {
                    "endpoint": {"enum": list(endpoints)},
                    "origin": TEXT,
                    "earner": TEXT,
                    "method": TEXT,
                },
            ),
            "when": record(
                {},
                {
                    "skip": COUNT,
                    "count": COUNT,
                    "probability": {"type": "number", "minimum": 0, "maximum": 1},
                    "after": duration,
                    "for": duration,
                },
            ),
            "note": TEXT,
        },
    )


HEADERS = array({"type": "array", "prefixItems": [TEXT, TEXT], "minItems": 2, "maxItems": 2})
GRANT: dict[str, Schema] = {
    "number": COUNT,
    "earner": TEXT,
    "origin": TEXT,
    "scope": array(TEXT),
    "made_at": NUMBER,
    "expires_at": NUMBER,
}
TOKENS: dict[str, Schema] = {
    "access_token": TEXT,
    "refresh_token": TEXT,
    "expires": TEXT,
}
ADDRESSES: dict[str, Schema] = {
    "api_root": TEXT,
    "api_base": TEXT,
    "client_id": TEXT,
    "client_secret": TEXT,
}
CLOCK: dict[str, Schema] = {"now": NUMBER, "time": TEXT, "frozen": TRUTH}
JOURNAL: dict[str, Schema] = {"last": COUNT, "dropped": COUNT, "exchanges": array(ref("Exchange"))}
SITUATION: dict[str, Schema] = {
    "id": TEXT,
    "api": TEXT,
    "title": TEXT,
    "does": TEXT,
    "sees": TEXT,
    "tests": array(TEXT),
    "awards": COUNT,
    "at_once": TRUTH,
    "earner": TEXT,
}
SHAPE: dict[str, Schema] = {"expires": COUNT, "token_length": COUNT, "seed": TEXT}

SCHEMAS: Mapping[str, Schema] = {
    "Rules": {"anyOf": [ref("Rule"), array(ref("Rule")), record({"rules": array(ref("Rule"))})]},
    "ArmedRule": {
        "type": "object",
        "required": ["id", "armed_at", "matched", "fired", "state"],
        "properties": {"id": TEXT, "armed_at": NUMBER, "matched": COUNT, "fired": COUNT},
    },
    "Armed": record({"rules": array(ref("ArmedRule"))}),
    "Disarmed": record({"disarmed": array(ref("ArmedRule"))}),
    "Health": record(
        {
            "name": {"const": "mock-backpack"},
            "version": TEXT,
            "status": {"const": "ok"},
            "sandboxes": COUNT,
            "defects": array(TEXT),
        }
    ),
    "Sandbox": record(
        {
            "name": TEXT,
            "url": TEXT,
            "api_root": TEXT,
            "admin": TEXT,
            **SHAPE,
            "now": NUMBER,
            "frozen": TRUTH,
            "earners": COUNT,
            "rules": COUNT,
            "journal": COUNT,
            "situation": maybe(TEXT),
            "tells": {"type": "object", "additionalProperties": TEXT},
        }
    ),
    "NewSandbox": record(
        {}, {"name": TEXT, **SHAPE, "rules": array(ref("Rule")), "situation": TEXT}
    ),
    "Sandboxes": record({"sandboxes": array(ref("Sandbox"))}),
    "Dropped": record({"dropped": TEXT, "never_fired": array(ref("ArmedRule"))}),
    "Snapshot": snapshot_form(Bounds()).schema(),
    "Clock": record(CLOCK),
    "Move": {
        **record(
            {},
            {
                "advance": {"type": "number", "minimum": 0},
                "set": {"anyOf": [NUMBER, TEXT]},
                "freeze": {"const": True},
                "resume": {"const": True},
            },
        ),
        "minProperties": 1,
    },
    "Moved": record(
        {**CLOCK, "expired": array(record({"number": COUNT, "earner": TEXT, "origin": TEXT}))}
    ),
    "Email": record({"email": TEXT}),
    "Earners": record(
        {"earners": array(record({"email": TEXT, "badges": COUNT, "grants": COUNT}))}
    ),
    "Session": record(
        {
            "email": TEXT,
            "cookie": record({"name": TEXT, "value": TEXT, "path": TEXT}),
            "csrf": TEXT,
        }
    ),
    "Badges": record({"badges": array({"type": "object"})}),
    "Grant": record(GRANT),
    "Grants": record({"grants": array(ref("Grant"))}),
    "NewGrant": record(
        {"earner": TEXT},
        {"origin": maybe(TEXT), "scope": maybe(TEXT), "api": maybe(TEXT), "client": maybe(TEXT)},
    ),
    "Granted": record({**GRANT, **TOKENS}, ADDRESSES),
    "Revoked": record({"earner": TEXT, "origin": TEXT, "revoked": COUNT}),
    "Consent": record(
        {"answer": {"enum": ["grant", "deny", "page"]}},
        {"earner": maybe(TEXT), "times": maybe(COUNT)},
    ),
    "Catalogue": record(
        {
            "catalogue": array(
                {"type": "object", "required": ["name", "kind", "does", "endpoints", "since"]}
            )
        }
    ),
    "Exchange": record(
        {
            "number": COUNT,
            "at": NUMBER,
            "peer": TEXT,
            "endpoint": TEXT,
            "earner": maybe(TEXT),
            "origin": maybe(TEXT),
            "attempt": COUNT,
            "new_connection": TRUTH,
            "request": record({"method": TEXT, "target": TEXT, "headers": HEADERS, "body": TEXT}),
            "answer": maybe(record({"status": maybe(COUNT), "headers": HEADERS, "body": TEXT})),
            "applied": array(record({"rule": TEXT, "name": TEXT})),
            "broke": array(TEXT),
        }
    ),
    "Journal": record({"matching": COUNT, **JOURNAL}),
    "Cleared": record(JOURNAL),
    "Waited": record(
        {
            "answer": {"enum": ["yes", "no", "cannot know, entries were dropped"]},
            "matching": COUNT,
            **JOURNAL,
        }
    ),
    "Situation": record(SITUATION),
    "Situations": record({"situations": array(ref("Situation"))}),
    "Enter": record({"situation": TEXT}),
    "Verdict": record(
        {
            "situation": maybe(ref("Situation")),
            "heard": COUNT,
            "failed": array(TEXT),
            "requirements": array(ref("Ruling")),
            "habits": array(record({"does": TEXT, "exchange": COUNT})),
            "exchanges": array(ref("Exchange")),
        }
    ),
    "Ruling": record(
        {
            "id": TEXT,
            "outcome": {"enum": ["passed", "failed", "untested"]},
            "findings": array(record({"expected": TEXT, "saw": TEXT, "exchange": COUNT})),
        },
        {"reason": TEXT},
    ),
    "Refusal": {"type": "object", "required": ["message"], "properties": {"message": TEXT}},
}


@frozen
class Use:
    """Request and response of an operation, by the names of their schemas."""

    answers: str
    takes: str | None = None
    status: int = 200
    query: tuple[str, ...] = ()


def schemas(endpoints: Sequence[str]) -> dict[str, Schema]:
    """All schemas; rules can act at ``endpoints``."""
    return {"Rule": rule_schema(endpoints), **SCHEMAS}


HEARING = (*FILTERS, "limit", "secrets")
WAITING = (*HEARING, "timeout")
UNDOCUMENTED: Mapping[tuple[str, str], tuple[str, ...]] = {("GET", "/events"): ("since",)}
"""Parameters of what the document leaves out, since it answers no JSON."""

USES: Mapping[tuple[str, str], Use] = {
    ("GET", "/health"): Use("Health"),
    ("GET", "/sandboxes"): Use("Sandboxes"),
    ("POST", "/sandboxes"): Use("Sandbox", "NewSandbox", 201),
    ("GET", "/sandboxes/{name}"): Use("Sandbox"),
    ("DELETE", "/sandboxes/{name}"): Use("Dropped"),
    ("POST", "/reset"): Use("Sandbox"),
    ("GET", "/snapshot"): Use("Snapshot"),
    ("POST", "/restore"): Use("Sandbox", "Snapshot"),
    ("GET", "/clock"): Use("Clock"),
    ("POST", "/clock"): Use("Moved", "Move"),
    ("GET", "/earners"): Use("Earners"),
    ("POST", "/earners"): Use("Email", "Email", 201),
    ("POST", "/login"): Use("Session", "Email"),
    ("GET", "/badges"): Use("Badges", query=("earner",)),
    ("GET", "/grants"): Use("Grants"),
    ("POST", "/grants"): Use("Granted", "NewGrant", 201),
    ("POST", "/grants/{number}/expire"): Use("Grant"),
    ("DELETE", "/grants/{number}"): Use("Revoked"),
    ("GET", "/consent"): Use("Consent"),
    ("PUT", "/consent"): Use("Consent", "Consent"),
    ("GET", "/catalogue"): Use("Catalogue"),
    ("GET", "/rules"): Use("Armed"),
    ("POST", "/rules"): Use("Armed", "Rules", 201),
    ("PUT", "/rules"): Use("Armed", "Rules"),
    ("DELETE", "/rules"): Use("Disarmed"),
    ("DELETE", "/rules/{rule}"): Use("Disarmed"),
    ("GET", "/journal"): Use("Journal", query=HEARING),
    ("DELETE", "/journal"): Use("Cleared"),
    ("GET", "/journal/wait"): Use("Waited", query=(*WAITING, "count")),
    ("GET", "/journal/never"): Use("Waited", query=WAITING),
    ("GET", "/situations"): Use("Situations"),
    ("PUT", "/situation"): Use("Sandbox", "Enter"),
    ("GET", "/verdict"): Use("Verdict", query=("exchanges",)),
}
