"""No junk breaks the judge: a credential is accepted or refused, and nothing else."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from mock_backpack.cli.validate import report_lines
from mock_backpack.issuer.open_badges_3.opinion import opinion_of
from mock_backpack.issuer.opinion import NoBadge, Question
from mock_backpack.issuer.recognising import recognised
from mock_backpack.openbadges.complaint import InvalidBadge
from tests.mock_backpack import hand_credential as made
from tests.mock_backpack.hand_credential import credential, proof_of, proven, token
from tests.mock_backpack.hand_issuer import ADA, unsigned

pytestmark = pytest.mark.anyio

JUNK = (
    None,
    True,
    7,
    1.5,
    "",
    "x",
    "@id",
    "data:,x",
    [],
    [None],
    [[]],
    {},
    {"id": 7},
    {"@value": []},
)


def everywhere(value: Any, junk: Any) -> Iterator[Any]:
    """A value with junk in place of each of its parts in turn."""
    if isinstance(value, dict):
        for name in value:
            yield {**value, name: junk}
            for inner in everywhere(value[name], junk):
                yield {**value, name: inner}
    elif isinstance(value, list):
        for number, item in enumerate(value):
            for inner in (junk, *everywhere(item, junk)):
                yield [*value[:number], inner, *value[number + 1 :]]


@pytest.mark.slow
async def test_no_junk_breaks_the_judge(judge, site):
    """In place of each part of a credential, its context, its proof and its token's two halves."""
    context = [made.V2, made.OB, {"x": {"@id": "urn:a:x", "@type": "@id", "@context": {}}}]
    document = credential(site, credentialStatus={"id": "urn:a", "type": "urn:a"}, x=["urn:a:y"])
    right = {**document, "@context": context, "proof": proof_of(credential(site))}
    header, payload = made.header_of(document), made.payload_of(document)
    refused = 0
    for junk in JUNK:
        pushes = [judge.embedded(spoiled) for spoiled in everywhere(right, junk)]
        pushes += [
            judge.compact(f"{unsigned(spoiled, payload)}.AA")
            for spoiled in everywhere(header, junk)
        ]
        pushes += [
            judge.compact(f"{unsigned(header, spoiled)}.AA")
            for spoiled in everywhere(payload, junk)
        ]
        for judging in pushes:
            try:
                await judging
            except InvalidBadge as error:
                refused += bool(error.complaints)
    assert refused > 1_000


@pytest.mark.slow
async def test_no_junk_in_keys_and_lists_breaks_the_judge(judge, site):
    """Whatever an issuer serves, a credential is accepted or refused."""
    status = made.status_list(site)
    document = proven(credential(site, credentialStatus=status))
    jws = token(credential(site, credentialStatus=status))
    fetch = judge.fetcher.json_object
    served = {
        path: await fetch("", site.url + path) for path in ("/keys/1", "/keys/rsa", "/status/1")
    }
    refused = 0
    for path, right in served.items():
        for junk in JUNK:
            for wrong in (junk, *everywhere(right, junk)):
                site.host(path, wrong)
                for judging in (judge.embedded(document), judge.compact(jws)):
                    try:
                        await judging
                    except InvalidBadge:
                        refused += 1
        site.host(path, right)
    assert refused > 300
    assert await judge.embedded(document)


@pytest.mark.slow
async def test_no_junk_breaks_the_opinion(judge, site):
    """Whatever is validated, something is told of it."""
    entries = {"id": "urn:a", "type": "urn:a"}
    document = credential(site, credentialStatus=entries, credentialSchema=entries)
    proof = proof_of(credential(site))
    header, payload = made.header_of(document), made.payload_of(document)
    refused = 0
    for junk in (None, 7, {"id": 7}):
        texts = [
            json.dumps(spoiled) for spoiled in everywhere({**document, "proof": [proof] * 2}, junk)
        ]
        texts += [f"{unsigned(spoiled, payload)}.AA" for spoiled in everywhere(header, junk)]
        texts += [f"{unsigned(header, spoiled)}.AA" for spoiled in everywhere(payload, junk)]
        for text in texts:
            assert str(await recognised(text.encode(), judge.fetcher))
            try:
                opinion = await opinion_of(text.encode(), Question(ADA), judge.fetcher)
            except NoBadge:
                continue
            assert list(report_lines(opinion))
            refused += opinion.status == 422
    assert refused > 200
