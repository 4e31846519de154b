"""The APIs that the suite tests, and what its rooms know of each: ``scenarios/<folder>/api.toml``.

An API has one folder everywhere, which has the name of its package in ``conformance/apis/``; its
``api.toml`` says by which name commands, configurations and records know it.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any

from attrs import frozen

from conformance.core.errors import AuthoringError
from conformance.core.resources import folder

FILE = "api.toml"
DEFAULT = "connect"
"""The API of a record, a configuration or a command that names none: it was the only one.

The situations of the mock, in which issuers are judged, are of this API as well.
"""


@frozen
class CitedDocument:
    """What requirements cite."""

    title: str
    url: str


@frozen
class SelftestFacts:
    """What the suite's own test has to know of the defects of an API."""

    only_in_stories: frozenset[str]
    """Defects that show after several things have happened in some order, and in no other way."""
    never_ends: str
    """The defect that is only seen by waiting as long as the suite has patience."""
    unmet: frozenset[str]
    """MAY requirements that the mock as it is does not fulfil."""
    confused: Mapping[str, str]
    """From each endpoint to the one whose answer a confused target gives in its place."""


@frozen(kw_only=True)
class ApiFacts:
    """An API by which issuers push badges to a Backpack."""

    name: str
    """In commands, configurations and records."""
    folder: str
    """Of its scenarios, its requirements and its answers, each below the folder of these."""
    title: str
    document: CitedDocument
    """What describes it."""
    areas: tuple[str, ...]
    """Of its requirements, in the order of the document."""
    takes: Mapping[str, tuple[str, ...]]
    """The requirements that it takes of an area that several APIs have; of others it has all."""
    profiles: Mapping[str, str]
    """What each set of named answers asks; the first is taken when nobody chooses."""
    requests: Mapping[str, tuple[str, str]]
    """By verb: method and end of the path of the request that it sends."""
    push: tuple[str, str]
    """Method and end of the path of the request that pushes a badge."""
    answered: frozenset[str]
    """Verbs of which the answer of their last exchange is judged."""
    landing: frozenset[str]
    """Verbs whose result are the parameters with which the browser came to the callback."""
    open_points: Mapping[str, str]
    """Requirements whose allowed answers leave a choice, and what the choice is about."""
    documents: Mapping[str, CitedDocument]
    """What its requirements cite, beside RFCs."""
    selftest: SelftestFacts
    retold: Mapping[str, str]
    """Words of another API and what replaces them in the scenarios that both share."""


@cache
def _all() -> Mapping[str, ApiFacts]:
    """The APIs by name."""
    files = sorted(folder("scenarios").glob(f"*/{FILE}"))
    tables = {file.parent.name: tomllib.loads(file.read_text(encoding="utf-8")) for file in files}
    return {table["name"]: _api(below, table) for below, table in tables.items()}


@cache
def api_names() -> tuple[str, ...]:
    """The APIs, the default first."""
    return (DEFAULT, *sorted(set(_all()) - {DEFAULT}))


def api_facts(name: str = DEFAULT) -> ApiFacts:
    """The API of this name.

    Raises:
        AuthoringError: when there is none.
    """
    if name not in _all():
        raise AuthoringError(f"expected an API: {' or '.join(api_names())}, saw {name!r}")
    return _all()[name]


def _api(below: str, table: Mapping[str, Any]) -> ApiFacts:
    requests = {verb: _request(text) for verb, text in table["requests"].items()}
    documents = {name: CitedDocument(**entry) for name, entry in table["documents"].items()}
    facts = table["selftest"]
    return ApiFacts(
        name=table["name"],
        folder=below,
        title=table["title"],
        document=documents[table["document"]],
        areas=tuple(table["areas"]),
        takes={area: tuple(names) for area, names in table.get("takes", {}).items()},
        profiles=table["profiles"],
        requests=requests,
        push=requests[table["push"]],
        answered=frozenset({*table["answered"], *requests}),
        landing=frozenset(table["landing"]),
        open_points=table["open_points"],
        documents=documents,
        selftest=SelftestFacts(
            frozenset(facts["only_in_stories"]),
            facts["never_ends"],
            frozenset(facts.get("unmet", ())),
            facts["confused"],
        ),
        retold=table.get("retold", {}),
    )


def _request(text: str) -> tuple[str, str]:
    method, _, path = text.partition(" ")
    return method, path


@cache
def areas() -> Mapping[str, tuple[str, ...]]:
    """From each area of requirements to the APIs that have it.

    They are in the order of the APIs and their documents.
    """
    having: dict[str, tuple[str, ...]] = {}
    for name in api_names():
        for area in api_facts(name).areas:
            having[area] = (*having.get(area, ()), name)
    return having


@cache
def cited_documents() -> Mapping[str, CitedDocument]:
    """What requirements of all APIs cite, beside RFCs."""
    return {key: cited for name in api_names() for key, cited in api_facts(name).documents.items()}
