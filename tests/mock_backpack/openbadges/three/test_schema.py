"""Credentials are compared with the JSON Schemas that they name, and no schema is a trap."""

import asyncio
import subprocess
import sys
import time

import pytest

from mock_backpack.openbadges.fetch import MOST_APPLYING
from mock_backpack.openbadges.three import conform, schema
from mock_backpack.openbadges.three.conform import complaints
from tests.mock_backpack.hand_credential import (
    EXTENSIONS,
    OB,
    V2,
    complaint,
    credential,
    proven,
    token,
)

pytestmark = pytest.mark.anyio
KIND = "1EdTechJsonSchemaValidator2019"
OWN = (
    "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
)
DRAFT_2019 = "https://json-schema.org/draft/2019-09/schema"
VALUE = {"name": "Ada", "list": [1, "2"], "inner": {"a": 1}}

MISFITS = [
    ({}, []),
    ({"$schema": DRAFT_2019, "required": ["name"]}, []),
    ({"required": ["other"]}, [("other", "a member of this name", "no such member")]),
    ({"properties": {"name": {"maxLength": 2}}}, [("name", "maxLength 2", '"Ada"')]),
    (
        {"properties": {"list": {"items": {"type": "integer"}}}},
        [("list[1]", 'type "integer"', '"2"')],
    ),
    (
        {"properties": {"inner": {"required": ["b"]}}},
        [("inner.b", "a member of this name", "no such member")],
    ),
    (
        {"properties": {"inner": {"additionalProperties": False}}},
        [
            (
                "inner",
                "additionalProperties false",
                "Additional properties are not allowed ('a' was unexpected)",
            )
        ],
    ),
    ({"properties": {"name": False}}, [("", "nothing", '"Ada"')]),
    (
        {"properties": {"name": {"anyOf": [{"const": 1}, {"type": "string", "minLength": 9}]}}},
        [("name", "minLength 9", '"Ada"')],
    ),
    (
        {"$defs": {"x": {"const": 1}}, "properties": {"name": {"$ref": "#/$defs/x"}}},
        [("name", "const 1", '"Ada"')],
    ),
]


@pytest.mark.parametrize(("given", "expected"), MISFITS)
def test_a_misfit_is_told_at_its_member(given, expected):
    """With what the schema says there."""
    found = [
        (complaint["member"], complaint["expected"], complaint["saw"])
        for complaint in complaints(given, VALUE)
    ]
    assert found == expected


def test_misfits_are_bounded():
    """A schema may be against everything."""
    value = {"list": list(range(1_000))}
    assert (
        len(complaints({"properties": {"list": {"items": {"type": "string"}}}}, value))
        == conform.MOST
    )


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"type": "nothing"}, 'a JSON Schema, saw "nothing"'),
        ({"$schema": 7}, "a dialect of JSON Schema from draft 3 to 2020-12, saw 7"),
        ({"$id": "https://[x", "$ref": "y"}, "a JSON Schema"),
        (
            {"$schema": "http://json-schema.org/draft-03/schema#", "dependencies": {"name": 7}},
            "a JSON Schema, saw",
        ),
        (
            {"$schema": "https://a.example/draft"},
            "a dialect of JSON Schema from draft 3 to 2020-12",
        ),
        (
            {"$ref": "https://a.example/s"},
            'within itself, saw a reference to "https://a.example/s"',
        ),
        ({"$ref": "#/$defs/no"}, "within itself"),
        ({"allOf": [{"$ref": "#"}]}, "a schema that comes to an end"),
        ({"properties": {"name": {"pattern": "("}}}, 'a JSON Schema, saw "("'),
    ],
    ids=str,
)
def test_a_schema_may_be_wrong(given, says):
    """That is told of the schema, and not of the credential."""
    (complaint,) = complaints(given, VALUE)
    assert complaint["document"] == "schema"
    assert says in f"{complaint['expected']}, saw {complaint['saw']}"


def named(site, url, kind=KIND, **changes):
    """A credential without proof that names a schema."""
    own = {"@context": [V2, OB, EXTENSIONS], "credentialSchema": [{"id": url, "type": kind}]}
    return {**credential(site, **own), **changes}


@pytest.mark.slow
async def test_a_credential_must_fit_its_schema(judge, site):
    """In both forms; of a token its claims are no members."""
    url = site.host("/schema", {"required": ["name"], "properties": {"iss": False}})
    document = named(site, url)
    assert await judge.embedded(proven(document))
    assert await judge.compact(token(document))
    site.host("/schema", {"required": ["awardedDate"]})
    says = f"credential.awardedDate: expected what the schema {url} says, a member of this name"
    assert says in await complaint(judge.embedded(proven(document)))
    assert says in await complaint(judge.compact(token(document)))


async def test_a_schema_that_cannot_be_had_proves_nothing(judge, site):
    """Nor does one of an unknown type; those of 1EdTech are not asked for."""
    for url in (f"{site.url}/gone", "http://127.0.0.1:9/schema", OWN):
        assert await judge.embedded(proven(named(site, url)))
    refusing = site.host("/schema", {"not": {}})
    assert await judge.embedded(proven(named(site, refusing, "https://a.example/Other")))
    assert site.visits.count("/schema") == 0


async def test_an_entry_may_be_wrong(judge, site):
    """It needs a URL that can be fetched, and serves an object."""
    says = await complaint(judge.embedded(proven(named(site, "urn:x:schema"))))
    assert "credential.credentialSchema.id: expected the absolute http(s) URL" in says
    url = site.host("/schema", [])
    assert "schema: expected a JSON object" in await complaint(
        judge.embedded(proven(named(site, url)))
    )
    many = [{"id": url, "type": KIND}] * 9
    document = proven(named(site, url, credentialSchema=many))
    assert "at most 8 entries, saw 9" in await complaint(judge.embedded(document))


@pytest.mark.slow
async def test_a_schema_may_not_take_long(judge, site, monkeypatch):
    """A pattern that would take years is stopped, and so is a schema that doubles its work."""
    monkeypatch.setattr(schema, "SECONDS", 0.5)
    doubled = {
        f"d{number}": {"allOf": [{"$ref": f"#/$defs/d{number + 1}"}] * 2} for number in range(40)
    }
    traps = [
        {"properties": {"name": {"pattern": "^(a|a)*$"}}},
        {"$defs": {**doubled, "d40": {}}, "$ref": "#/$defs/d0"},
    ]
    before = time.monotonic()
    for trap in traps:
        document = proven(named(site, site.host("/schema", trap), name=f"{'a' * 60}!"))
        says = await complaint(judge.embedded(document))
        assert "schema: expected a schema that can be applied within 0.5 seconds" in says
    assert time.monotonic() - before < 60


async def test_many_schemas_take_turns(judge, site, monkeypatch):
    """So that a good one is never too slow because of others."""
    at_once, most = 0, 0

    async def counted(*_: object) -> tuple[()]:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(0)
        at_once -= 1
        return ()

    monkeypatch.setattr(schema, "misfits", counted)
    document = proven(named(site, site.host("/schema", {})))
    await asyncio.gather(*(judge.embedded(document) for _ in range(9)))
    assert most == MOST_APPLYING


@pytest.mark.slow
def test_the_process_loads_no_module_from_where_it_is_started(tmp_path):
    """A file that is called like a module there is not run."""
    (tmp_path / "jsonschema.py").write_text("raise SystemExit('run')")
    done = subprocess.run(
        [sys.executable, "-P", conform.__file__],
        input='{"schema": {}, "value": {}}',
        capture_output=True,
        cwd=tmp_path,
        text=True,
        check=True,
    )
    assert done.stdout == "[]"
