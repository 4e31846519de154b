"""What the mock accepts of Open Badges 3.0, with proofs and as tokens."""

import copy
from typing import Any

import pytest

from mock_backpack.openbadges.complaint import InvalidBadge
from tests.mock_backpack import hand_credential as made
from tests.mock_backpack.hand_credential import complaint, credential, proof_of, proven, token
from tests.mock_backpack.hand_issuer import ADA, GONE, Document, private_key, put, unsigned

pytestmark = pytest.mark.anyio


def changed(document: Document, *changes: tuple[str, Any]) -> Document:
    """A document with other members, before it is signed."""
    for member, value in changes:
        put(document, member, value)
    return document


async def test_the_published_vector_verifies(judge):
    """VC-DI-EDDSA, B.1: only the structure of a badge is missing, and its key is a stranger's."""
    key = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
    document = {
        # the second context is shipped by nobody; this is all that it says
        "@context": [made.V2, {"@vocab": "https://www.w3.org/ns/credentials/examples#"}],
        "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
        "type": ["VerifiableCredential", "AlumniCredential"],
        "name": "Alumni Credential",
        "description": "A minimum viable example of an Alumni Credential.",
        "issuer": "https://vc.example/issuers/5678",
        "validFrom": "2023-01-01T00:00:00Z",
        "credentialSubject": {"id": "did:example:abcdefgh", "alumniOf": "The School of Examples"},
    }
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": "2023-02-24T23:36:38Z",
        "verificationMethod": f"did:key:{key}#{key}",
        "proofPurpose": "assertionMethod",
        "proofValue": "z2YwC8z3ap7yx1nZYCg4L3j3ApHsF8kgPdSb5xoS1VR7vPG3F561B52hYnQF9iseabecm3ijx4"
        "K1FBTQsCZahKZme",
    }
    proofs = judge.proofs
    await proofs.verify({**document, "proof": proof}, f"did:key:{key}", 2e9)
    with pytest.raises(InvalidBadge, match="the document or the proof was changed"):
        await proofs.verify({**document, "name": "?", "proof": proof}, f"did:key:{key}", 2e9)


async def test_a_right_credential_is_accepted(judge, site):
    """With a key on the issuer's site, and as it was pushed."""
    document = proven(credential(site))
    verified = await judge.embedded(document)
    assert (verified.credential, verified.signed) == (document, "")
    assert verified.begins_at == 1704164645


async def test_a_right_token_is_accepted(judge, site):
    """By a key that is fetched, or by one in the header that the issuer publishes, too."""
    document = credential(site)
    jws = token(document)
    assert (await judge.compact(jws)).signed == jws
    jwk = private_key().as_dict(private=False)
    assert await judge.compact(token(document, {"kid": None, "jwk": jwk, "typ": "JWT"}))


@pytest.mark.parametrize(
    "changes",
    [
        {"validFrom": "2024-01-02T05:04:05.678+02:00", "validUntil": "2099-01-01T00:00:00Z"},
        {"type": ["VerifiableCredential", "AchievementCredential"]},
        {"name": {"@value": "Maschine", "@language": "de-DE"}},
        {"awardedDate": made.SOME_TIME, "description": 'naïve café ☕ \t \n \\ " end'},
        {
            "@context": [made.V2, made.OB, {"points": "https://school.example/points"}],
            "credentialSubject.points": [3, 3.5, 1e30, -7, True],
        },
        {"@context": [made.V2, made.OB, made.EXTENSIONS]},
        {
            "@context": [made.V1, made.OB, made.INTEGRITY],
            "issuanceDate": made.SOME_TIME,
            "validFrom": None,
        },
        {"credentialSubject.identifier": [made.identifier(ADA, "a salt")]},
        {"credentialSubject.identifier": made.identifier(ADA)},
        {"credentialSubject.id": GONE},
        {"credentialSubject.achievement.creditsAvailable": 3.0},
        {"credentialSubject.achievement.tag": "one"},
        {
            "credentialSubject.achievement.alignment": [
                {"type": "Alignment", "targetName": "a", "targetUrl": "https://a.example/"}
            ]
            * 2
        },
        {"evidence": [{"type": ["Evidence"], "narrative": f"{n}"} for n in range(40)]},
        {"credentialSubject.activityStartDate": "2020-01-01T00:00:00Z"},
    ],
    ids=" ".join,
)
async def test_ordinary_variants_are_accepted(judge, site, changes):
    """As the specification allows them."""
    document = credential(site)
    for member, value in changes.items():
        put(document, member, GONE if value is None else value)
    assert (await judge.embedded(proven(document))).credential["proof"]


@pytest.mark.parametrize(
    ("member", "value", "expected"),
    [
        ("@context", [made.OB, made.V2], "credential.@context"),
        ("@context", [made.V2], "credential.@context"),
        ("id", GONE, "credential.id"),
        ("id", "one", "credential.id"),
        ("type", ["VerifiableCredential"], "credential.type"),
        ("issuer", {}, "credential.issuer"),
        ("issuer", GONE, "credential.issuer"),
        ("validFrom", GONE, "credential.validFrom"),
        ("validFrom", "2024-01-02", "credential.validFrom"),
        ("validFrom", "2024-01-02T03:04:05", "credential.validFrom"),
        ("validFrom", "2099-01-01T00:00:00Z", "a time that has passed"),
        ("validUntil", "2024-02-01T00:00:00Z", "a time to come"),
        ("credentialSubject", GONE, "credential.credentialSubject"),
        ("credentialSubject.type", "Subject", "credentialSubject.type"),
        ("credentialSubject.creditsEarned", "3", "credentialSubject.creditsEarned"),
        ("credentialSubject.creditsEarned", True, "credentialSubject.creditsEarned"),
        ("credentialSubject.activityStartDate", "2020-01-01", "Subject.activityStartDate"),
        ("credentialSubject.activityEndDate", 2020, "credentialSubject.activityEndDate"),
        ("credentialSubject.achievement", GONE, "credentialSubject.achievement"),
        ("credentialSubject.achievement.creditsAvailable", "3", "achievement.creditsAvailable"),
        ("credentialSubject.achievement.name", GONE, "achievement.name"),
        ("credentialSubject.achievement.criteria", {}, "achievement.criteria"),
        ("credentialSubject.identifier", [{}], "identifier[0].hashed"),
        ("credentialSubject.identifier", ["x"], "identifier[0]"),
        ("proof", [], "credential.proof"),
        ("proof", GONE, "credential.proof"),
    ],
)
async def test_a_wrong_member_is_refused(judge, site, member, value, expected):
    """By its name; the signature is not looked at."""
    document = {**credential(site), "proof": {}}
    assert expected in await complaint(judge.embedded(changed(document, (member, value))))


async def test_a_subject_without_any_identity_is_refused(judge, site):
    """Nobody could tell whose badge it is."""
    document = credential(site)
    put(document, "credentialSubject.id", GONE)
    put(document, "credentialSubject.identifier", GONE)
    assert "an identifier or an id" in await complaint(judge.embedded(document))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"cryptosuite": "ecdsa-sd-2023"}, '"ecdsa-sd-2023", which this mock cannot verify yet'),
        ({"cryptosuite": "eddsa-rdf-2022"}, "lacks a c"),
        ({"cryptosuite": "made-up"}, 'saw "made-up"'),
        ({"type": "Ed25519Signature2020"}, 'proof.type: expected "DataIntegrityProof"'),
        ({"proofPurpose": "authentication"}, "proof.proofPurpose"),
        ({"created": "2099-01-01T00:00:00Z"}, "proof.created"),
        ({"created": "2024-01-01T00:00:00"}, "proof.created"),
        ({"expires": "2024-01-03T00:00:00Z"}, "proof.expires"),
        ({"verificationMethod": None}, "proof.verificationMethod"),
        ({"verificationMethod": made.method_of(made.did_key("stranger"))}, "a key of the issuer"),
        ({"verificationMethod": "ftp://school.example/key"}, "a did:key, a did:web or the URL"),
        ({"previousProof": "urn:uuid:1"}, "no chain of proofs"),
    ],
    ids=str,
)
async def test_a_wrong_proof_is_refused(judge, site, changes, expected):
    """Each kind and suite by its name."""
    document = credential(site)
    proof = {**proof_of(document), **changes}
    right = {name: value for name, value in proof.items() if value is not None}
    assert expected in await complaint(judge.embedded({**document, "proof": right}))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", "proof.proofValue"),
        (7, "proof.proofValue"),
        ("uAAAA", "z and 64 bytes"),
        ("z0OIl", "no letter of base58btc"),
        ("z" + "1" * 63, "63 bytes"),
        ("z" + "2" * 5_000, "characters"),
    ],
)
async def test_a_wrong_signature_is_refused(judge, site, value, expected):
    """Whatever is wrong with its text."""
    document = credential(site)
    proof = {**proof_of(document), "proofValue": value}
    assert expected in await complaint(judge.embedded({**document, "proof": proof}))


async def test_what_was_changed_after_signing_is_refused(judge, site):
    """In the document, in the options, and by another key."""
    document = proven(credential(site))
    assert "was changed" in await complaint(judge.embedded({**document, "name": "Another"}))
    later = {**document["proof"], "created": "2024-02-01T00:00:00Z"}
    assert "was changed" in await complaint(judge.embedded({**document, "proof": later}))
    forged = proven(credential(site), signer="stranger")
    assert "proof.proofValue" in await complaint(judge.embedded(forged))


async def test_of_several_proofs_one_must_verify(judge, site):
    """The others say nothing of the document."""
    document = credential(site)
    right = proof_of(document)
    wrong = {**right, "proofValue": "z" + "2" * 87}
    other = {**right, "cryptosuite": "ecdsa-sd-2023"}
    assert await judge.embedded({**document, "proof": [wrong, other, right]})
    refused = await complaint(judge.embedded({**document, "proof": [wrong, other]}))
    assert "proofValue" in refused
    assert "ecdsa-sd-2023" in refused
    assert "1 to 8 proofs" in await complaint(judge.embedded({**document, "proof": [right] * 9}))


@pytest.mark.parametrize(
    ("member", "value", "expected"),
    [
        ("points", 3, 'credential.points: expected a term that a context defines, saw "points"'),
        ("credentialSubject.achievement.points", 3, "credentialSubject.achievement.points"),
        ("credentialSubject.achievement.type", ["Achievement", "Trophy"], "achievement.type[1]"),
        (
            "credentialSchema",
            {"id": "https://a.example/", "type": "1EdTechJsonSchemaValidator2019"},
            "credentialSchema.type[0]",
        ),
        (
            "evidence",
            {"id": "evidence/1", "type": "Evidence"},
            "evidence.id: expected an absolute IRI",
        ),
        (
            "@context",
            [made.V2, made.OB, "https://school.example/context"],
            "a context that this mock ships",
        ),
        ("@context", [made.V2, made.OB, {"name": "https://school.example/name"}], "protects"),
        (
            "@context",
            [made.V2, made.OB, {"a": {"@id": "https://a.example/", "@nest": "b"}}],
            '"@nest"',
        ),
        ("@context", [made.V2, made.OB, {"a": "b:c", "b": "a:d"}], "lean on themselves"),
        ("@context", [made.V2, made.OB, None], "protect"),
        ("@context", [made.V2, made.OB, 7], "a URL, an object or null"),
        ("name", {"@value": "x", "@direction": "rtl"}, "@direction"),
        ("awardedDate", "2024-01-02T03:04:05", "credential.awardedDate"),
        ("@graph", [], "@graph"),
    ],
    ids=str,
)
async def test_what_has_no_meaning_is_refused(judge, site, member, value, expected):
    """It would silently not be signed (safe mode); the place is named."""
    document = {**credential(site), "proof": proof_of(credential(site))}
    assert expected in await complaint(judge.embedded(changed(document, (member, value))))


async def test_a_token_must_have_a_meaning_too(judge, site):
    """Though nothing is canonicalised."""
    document = {**credential(site), "points": 3}
    assert "credential.points" in await complaint(judge.compact(token(document)))


@pytest.mark.parametrize("value", [2**53, -(10**30), -0.0], ids=str)
async def test_numbers_that_verifiers_write_differently_are_refused(judge, site, value):
    """With the reason."""
    document = {**credential(site), "proof": proof_of(credential(site))}
    put(document, "credentialSubject.achievement.creditsAvailable", value)
    assert "since verifiers differ" in await complaint(judge.embedded(document))


async def test_an_older_state_of_a_context_is_named(judge, site, monkeypatch):
    """What a newer one defines was not signed under it."""
    document = credential(site)
    older = copy.deepcopy(made.contexts()[made.OB])
    for part in older["@context"].values():
        if isinstance(part, dict):
            part.get("@context", {}).pop("endorsementJwt", None)
    older["@context"].pop("endorsementJwt", None)
    document = {**document, "endorsementJwt": ["a.b.c"]}
    monkeypatch.setitem(made.contexts(), made.OB, older)
    assert "an older state of" in await complaint(judge.embedded(proven(document)))


async def test_a_poison_document_is_refused_at_once(judge, site):
    """Blank nodes that all refer to each other cannot be told apart in any time."""
    context = [made.V2, made.OB, {"next": {"@id": "https://a.example/next", "@type": "@id"}}]
    nodes = [
        {"id": f"_:a{number}", "next": [f"_:a{other}" for other in range(9) if other != number]}
        for number in range(9)
    ]
    document = {**credential(site, evidence=nodes), "@context": context}
    document["proof"] = proof_of(credential(site))
    assert "that can be told apart" in await complaint(judge.embedded(document))
    many = {
        **credential(site),
        "evidence": [{"narrative": "x"}] * 5_001,
        "proof": document["proof"],
    }
    assert "at most 5000 objects" in await complaint(judge.embedded(many))


async def test_nothing_that_is_judged_can_be_hidden(judge, site):
    """Though the proof stays right: it covers statements, and not how they are written."""
    ended = proven(credential(site, validUntil="2024-02-01T00:00:00Z"))
    plain = made.hidden(ended, "validUntil")
    assert made.n_quads({**plain, "proof": []}) == made.n_quads({**ended, "proof": []})
    assert "the name validUntil" in await complaint(judge.embedded(plain))
    alias = {"until": {"@id": "https://www.w3.org/2018/credentials#validUntil"}}
    named = {name: value for name, value in ended.items() if name != "validUntil"}
    named |= {"@context": [*ended["@context"], alias], "until": ended["validUntil"]}
    assert "the name validUntil" in await complaint(judge.embedded(named))
    other = credential(site, email="grace@example.org", evidence={"id": "urn:uuid:one"})
    whole = proven(other)
    moved = copy.deepcopy(whole)
    entries = moved["credentialSubject"].pop("identifier")
    kind = moved["credentialSubject"]["type"]
    moved["evidence"] |= {"type": kind, "identifier": entries}
    assert made.n_quads({**moved, "proof": []}) == made.n_quads({**whole, "proof": []})
    assert "an id of its own" in await complaint(judge.embedded(moved))


async def test_contexts_are_bounded(judge, site):
    """In their number, in their terms, and in how deep these lean on each other."""
    document = {**credential(site), "proof": proof_of(credential(site))}
    chain = {f"t{number}": f"t{number + 1}:x" for number in range(500)}
    many = {f"m{number}": f"https://a.example/{number}" for number in range(600)}
    for changes, expected in (
        ({"@context": [made.V2, made.OB, chain]}, "at most 40 terms that lean on each other"),
        ({"@context": [made.V2, made.OB, *[{}] * 100]}, "at most 100 contexts"),
        ({"@context": [made.V2, made.OB, {**many, **chain}]}, "at most 1000 terms"),
        ({"evidence": [{"@context": many}] * 2}, "at most 1000 terms"),
        ({"evidence": [{"@context": {}}] * 101}, "at most 100 contexts"),
    ):
        assert expected in await complaint(judge.embedded({**document, **changes}))


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ({"alg": "none"}, 'signature.alg: expected "RS256", saw "none", which is no signature'),
        ({"alg": "HS256"}, "a secret that both sides know"),
        ({"alg": "ES256"}, 'saw "ES256"'),
        ({"alg": None}, "no such member"),
        ({"kid": None}, "kid or jwk in the header"),
        ({"kid": 7}, "signature.kid"),
        ({"typ": "vc+jwt"}, "signature.typ"),
        ({"cty": "vc"}, "signature.cty"),
        ({"kid": None, "jwk": "x"}, "signature.jwk"),
        ({"kid": None, "jwk": {"kty": "RSA", "n": "AQAB", "e": "AQAB"}}, "the issuer"),
        ({"kid": None, "jwk": {"kty": "RSA", "n": "x", "e": "AQAB", "d": "x"}}, "a private key"),
    ],
    ids=str,
)
async def test_a_wrong_header_is_refused(judge, site, header, expected):
    """Whatever the signature."""
    assert expected in await complaint(judge.compact(token(credential(site), header)))


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ({"iss": "https://stranger.example/"}, "signature.iss"),
        ({"iss": None}, "signature.iss"),
        ({"jti": "urn:uuid:1"}, "signature.jti"),
        ({"sub": "urn:uuid:1"}, "signature.sub"),
        ({"nbf": 1704164646}, "signature.nbf"),
        ({"nbf": "1704164645"}, "signature.nbf"),
        ({"exp": 4_000_000_000}, "signature.exp"),
    ],
    ids=str,
)
async def test_claims_that_differ_from_the_credential_are_refused(judge, site, claims, expected):
    """A reader of either must read the same."""
    assert expected in await complaint(judge.compact(token(credential(site), **claims)))


async def test_the_end_of_a_token_is_that_of_its_credential(judge, site):
    """In unix seconds; a fraction of one counts for nothing."""
    document = credential(site, validUntil="2099-01-01T00:00:00.5Z")
    assert await judge.compact(token(document, exp=4070908800, nbf=1704164645.0))
    assert "signature.exp" in await complaint(judge.compact(token(document)))


async def test_a_token_of_another_style_or_without_subject_is_refused(judge, site):
    """And what is no token at all, or signed by nobody."""
    document = credential(site)
    old = (
        unsigned(made.header_of(document), {"vc": document, "iss": "https://a.example/"}) + ".AAAA"
    )
    assert "VC-JWT 1.1" in await complaint(judge.compact(old))
    put(document, "credentialSubject.id", GONE)
    assert "a token needs one" in await complaint(judge.compact(token(document)))
    for text in ("no.jws", "a.b.c", "e30.W10.x", "e30.e30.e30.e30"):
        assert "signature" in await complaint(judge.compact(text))
    forged = unsigned(made.header_of(credential(site)), made.payload_of(credential(site)))
    assert "by another key" in await complaint(judge.compact(f"{forged}.AAAA"))
    assert "base64url" in await complaint(judge.compact(f"{forged}.AAAB="[:-1] + "B"))
