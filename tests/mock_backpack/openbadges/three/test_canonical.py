"""The canonical form of documents is that of another implementation (PyLD)."""

import contextlib
import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_backpack.openbadges.complaint import InvalidBadge
from mock_backpack.openbadges.three.canonical import canonical
from mock_backpack.openbadges.three.contexts import OPEN_BADGES, context_of, shipped, states
from mock_backpack.openbadges.three.terms import MOST_KEPT, Terms, terms_of
from tests.mock_backpack import hand_credential as made
from tests.mock_backpack.hand_issuer import Document

BASE = {
    "@context": [made.V2, made.OB, made.EXTENSIONS],
    "id": "urn:uuid:1",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "issuer": {"id": "https://school.example/", "type": ["Profile"], "name": "A school"},
    "validFrom": "2024-01-02T03:04:05Z",
    "credentialSubject": {
        "type": ["AchievementSubject"],
        "achievement": {"id": "https://school.example/a", "type": ["Achievement"], "name": "A"},
    },
}
ENDORSEMENT = {
    "@context": [made.V2, made.OB],
    "id": "urn:uuid:2",
    "type": ["VerifiableCredential", "EndorsementCredential"],
    "issuer": {"id": "https://a.example/", "type": ["Profile"]},
    "validFrom": "2023-01-01T00:00:00+02:00",
    "credentialSubject": {
        "id": "https://school.example/a",
        "type": ["EndorsementSubject"],
        "endorsementComment": "good",
    },
    "proof": [
        {
            "type": "DataIntegrityProof",
            "cryptosuite": "eddsa-rdfc-2022",
            "created": "2023-02-24T23:36:38Z",
            "verificationMethod": "https://a.example/#k",
            "proofPurpose": "assertionMethod",
            "proofValue": "zabc",
        }
    ],
}
INNER = {
    "endorsement": [ENDORSEMENT],
    "evidence": [{"id": "https://a.example/e", "type": ["Evidence"], "name": 'é "q" \\ \n'}, {}],
    "termsOfUse": {"type": "https://a.example/Terms", "id": "https://a.example/terms"},
    "refreshService": {"id": "https://a.example/r", "type": "1EdTechCredentialRefresh"},
    "credentialSchema": [{"id": "https://a.example/s", "type": "1EdTechJsonSchemaValidator2019"}],
    "credentialStatus": {"id": "https://a.example/r", "type": "1EdTechRevocationList"},
    "name": {"@value": "Maschine", "@language": "de-DE"},
    "description": [{"@value": "x", "@language": "en"}, "y"],
    "relatedResource": {"id": "https://a.example/x", "digestSRI": "sha256-x", "mediaType": "a/b"},
}
SUBJECT = {
    "id": "did:example:ada",
    "identifier": [made.identifier("ada@example.org", "salt")],
    "creditsEarned": 3.0,
    "licenseNumber": "7",
    "narrative": "",
    "term": "Spring",
    "result": [
        {"type": ["Result"], "value": "A", "resultDescription": "urn:uuid:9"},
        {"type": ["Result"], "status": "Completed", "achievedLevel": "urn:uuid:8"},
    ],
    "source": {"id": "https://a.example/", "type": "Profile"},
    "image": {"id": "https://a.example/i.png", "type": "Image", "caption": "c"},
}
ACHIEVEMENT = {
    "criteria": {"narrative": "n", "id": "https://a.example/c"},
    "tag": ["a", "b", "a"],
    "inLanguage": "en-US",
    "creditsAvailable": 3.25,
    "achievementType": "Award",
    "version": "1",
    "alignment": [
        {"type": ["Alignment"], "targetName": "t", "targetUrl": "https://a.example/t"},
        {"type": ["Alignment"], "targetName": "t", "targetUrl": "https://a.example/t"},
    ],
    "resultDescription": [
        {
            "id": "urn:uuid:9",
            "type": ["ResultDescription"],
            "name": "Grade",
            "resultType": "LetterGrade",
            "allowedValue": ["A", "B", "A"],
            "rubricCriterionLevel": [
                {"id": "urn:uuid:8", "type": ["RubricCriterionLevel"], "name": "L"}
            ],
        }
    ],
    "otherIdentifier": [
        {"type": ["IdentifierEntry"], "identifier": "i", "identifierType": "systemId"}
    ],
    "related": [{"type": ["Related"], "id": "https://a.example/b", "version": "2"}],
    "creator": {
        "id": "https://a.example/p",
        "type": ["Profile"],
        "address": {
            "type": ["Address"],
            "addressLocality": "X",
            "geo": {"type": ["GeoCoordinates"], "latitude": 1.5, "longitude": -3},
        },
    },
}


def document(inner: dict[str, Any], subject: dict[str, Any], about: dict[str, Any]) -> Document:
    """A credential with some of the optional members."""
    whole = copy.deepcopy(BASE)
    whole |= inner
    whole["credentialSubject"] |= subject
    whole["credentialSubject"]["achievement"] |= about
    return whole


def some(members: dict[str, Any]) -> Any:
    """Some of the members."""
    names = st.lists(st.sampled_from(sorted(members)), unique=True)
    return names.map(lambda chosen: {name: members[name] for name in chosen})


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(some(INNER), some(SUBJECT), some(ACHIEVEMENT))
def test_all_members_come_out_as_elsewhere(inner, subject, about):
    """In any combination; a difference would refuse what others accept."""
    credential = document(inner, subject, about)
    assert canonical(credential) == made.n_quads(credential)


def test_everything_at_once_comes_out_as_elsewhere():
    """And nothing of it is lost."""
    whole = document(INNER, SUBJECT, ACHIEVEMENT)
    text = canonical(whole)
    assert text == made.n_quads(whole)
    assert len(text.splitlines()) > 110


@pytest.mark.slow
@pytest.mark.parametrize(
    "context",
    [
        {"x": "https://a.example/x", "y": {"@id": "x:y", "@type": "@id"}, "https": None},
        {"ex": "https://a.example/#", "x": {"@id": "ex:x", "@container": "@list"}, "y": "ex:y"},
        {"@vocab": "https://a.example/#"},
        {"x": {"@id": "https://a.example/x", "@container": "@language"}, "y": "urn:a:y"},
        {"x": {"@id": "https://a.example/x", "@container": "@index"}, "y": "urn:a:y"},
        {"x": {"@id": "https://a.example/x", "@type": "@json"}, "y": "urn:a:y"},
        {
            "x": {"@id": "urn:a:x", "@context": {"z": "urn:a:z"}},
            "y": {"@id": "urn:a:y", "@type": "@vocab"},
            "z": "urn:a:other",
        },
        {
            "Thing": {"@id": "urn:a:Thing", "@context": {"z": "urn:a:inner"}},
            "x": "urn:a:x",
            "y": "urn:a:y",
            "z": "urn:a:z",
        },
        {
            "x": {"@id": "urn:a:x", "@type": "http://www.w3.org/2001/XMLSchema#double"},
            "y": {"@id": "urn:a:y", "@language": "fr"},
        },
    ],
    ids=str,
)
@pytest.mark.parametrize(
    "values",
    [
        {"x": "https://a.example/1", "y": "x"},
        {"x": ["a", "b", "a"], "y": ["https://a.example/2", "z"]},
        {"x": {"en": "one", "de": ["eins", "ein"]}},
        {"x": {"type": "Thing", "z": "in", "y": {"z": "out"}}},
        {"x": {"z": 1.5}, "y": {"@id": "urn:a:9", "z": [True, 1e30, 0.1, -7, 5e-324]}},
        {"x": {"@list": [1, 2]}, "y": {"@set": ["a", None]}},
        {"x": [], "y": None},
        {"x": {"@value": "1", "@type": "https://a.example/t"}},
        {"x": 7, "y": {"@id": "urn:a:8"}},
    ],
    ids=str,
)
def test_contexts_of_issuers_come_out_as_elsewhere(context, values):
    """Or are refused with a reason, but never read in another way."""
    whole = {**BASE, "@context": [made.V2, made.OB, context], **values}
    with contextlib.suppress(InvalidBadge):
        assert canonical(whole) == made.n_quads(whole)


def test_every_context_is_the_file_that_was_shipped():
    """By its hash, with its source and licence; the changed one is there in both states."""
    assert all(state.content and state.source and state.licence for state in shipped())
    newer, older = (context_of(state) for state in states()[OPEN_BADGES[0]])
    assert "endorsementJwt" in str(newer)
    assert "endorsementJwt" not in str(older)
    assert {"https://www.w3.org/ns/credentials/v2", *OPEN_BADGES} <= set(states())


@pytest.mark.slow
def test_documents_cannot_fill_the_memory():
    """What is kept between documents has a bound, however they nest what has contexts."""
    inner: Any = {"id": "https://a.example/", "type": ["Profile"], "name": "x" * 10_000}
    whole = {**BASE, "@context": [made.V2, OPEN_BADGES[1]]}
    for number in range(400):
        kinds = [["Profile"], ["Address"], ["Achievement"], ["Related"]]
        nested: Any = {"type": kinds[number % 4], f"https://a.example/{number}": inner}
        for level in range(6):
            nested = {"type": kinds[(number >> level) % 4], "https://a.example/next": nested}
        assert canonical({**whole, "https://a.example/more": nested})
    terms = terms_of(whole["@context"])
    assert 0 < len(terms_below(terms)) <= MOST_KEPT


def terms_below(terms: Terms) -> list[Terms]:
    """All terms that are kept with others."""
    kept = [*terms._scoped.values(), *terms._inner.values()]
    return [*kept, *(below for term in kept for below in terms_below(term))]
