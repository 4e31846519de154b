"""A verifier of other authors agrees with what is sound and what is broken, or it is said why."""

import json

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from openbadgeslib.ob3.did import resolve_verification_method
from openbadgeslib.ob3.ldp import OB3LdpVerifier
from openbadgeslib.ob3.verifier import OB3VerificationError, OB3Verifier

from conformance.openbadges import signing
from conformance.openbadges.v3 import keys
from conformance.openbadges.v3.credential import Credential
from conformance.openbadges.v3.flaws import flaws_3
from conformance.openbadges.v3.served import by_web
from conformance.openbadges.v3.variants import variants_3
from tests.conformance.openbadges.v3.credentials import URLS, credential, each

pytestmark = pytest.mark.slow
KEY = "it is given the key, and fetches none"
LOOSE = "it has no opinion about this member"
STATUS = "it was not asked to fetch status lists"
SCHEMA = "it was not asked to fetch schemas"
HEADER = "it is given the key, and reads no more of the header than alg and typ"
FLAWS_IT_TAKES = {
    False: {
        **dict.fromkeys(
            ("valid-from-missing", "achievement-description-missing", "name-wrong"), LOOSE
        ),
        "achievement-criteria-missing": LOOSE,
        **{name: KEY for name in flaws_3() if name.startswith("key-")},
        "revoked-by-list": STATUS,
        "revoked-by-bit": STATUS,
        **dict.fromkeys(("misfits-schema", "misfits-json-schema"), SCHEMA),
    },
    True: {
        **dict.fromkeys(("subject-type-missing", "subject-type-wrong"), LOOSE),
        **dict.fromkeys(("achievement-type-missing", "achievement-type-wrong"), LOOSE),
        **dict.fromkeys(("achievement-criteria-missing", "achievement-criteria-wrong"), LOOSE),
        **dict.fromkeys(("achievement-description-missing", "subject-identifier-wrong"), LOOSE),
        **dict.fromkeys(("id-wrong", "name-wrong"), LOOSE),
        "claim-nbf-other": "it compares nbf with the clock, and not with validFrom",
        "jws-with-another-end": "it compares exp with the clock, and not with validUntil",
        "jws-with-a-private-key": HEADER,
        **dict.fromkeys(("header-without-key", "header-typ"), HEADER),
        **dict.fromkeys(("header-x5u", "header-extra"), HEADER),
        **{name: KEY for name in flaws_3() if name.startswith("key-")},
        "revoked-by-list": STATUS,
        "revoked-by-bit": STATUS,
        **dict.fromkeys(("misfits-schema", "misfits-json-schema"), SCHEMA),
    },
}
"""Flaws that it does not see, and why; whether it is a VC-JWT comes first."""
SEES_KEYS = {
    False: {"key-of-a-stranger", "key-on-another-origin", "key-of-unreadable-did", "key-of-no-url"},
    True: {"key-of-a-strangers-origin"},
}
"""Flaws of keys that it sees, as their signatures are a stranger's or their names are no URLs."""
VARIANTS_IT_REFUSES = {
    "compacted": "it reads identifiers in arrays only",
    "own-context": "it takes no contexts but those that it ships",
    "two-proofs": "it wants one proof of a suite that it knows",
    "former-model": "it has no context of VCDM 1.1, in which issuanceDate is defined",
}
"""Valid credentials with proofs that it refuses, and why."""
PEM = (
    keys.private_key("issuer")
    .public_key()
    .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
)


def accepts(changed: Credential) -> bool:
    """Whether the other verifier takes a credential; it gets the key unless that is a DID."""
    pushed = changed.pushed()
    try:
        if isinstance(pushed, str):
            OB3Verifier(signing.public_pem("issuer")).verify(pushed)
            return True
        is_did = str(changed.proof.get("verificationMethod")).startswith("did:key:")
        (OB3LdpVerifier() if is_did else OB3LdpVerifier(PEM)).verify(pushed)
    except (OB3VerificationError, ValueError, TypeError):
        return False
    return True


@pytest.mark.parametrize("jwt", [False, True])
def test_it_takes_the_usual_credential(jwt):
    """Otherwise it would say nothing about flaws."""
    assert accepts(credential(jwt=jwt))


@pytest.mark.parametrize(("name", "jwt"), each(variants_3()))
def test_it_takes_what_is_valid(name, jwt):
    """But for forms that it does not know."""
    is_known = jwt or name not in VARIANTS_IT_REFUSES
    assert accepts(variants_3()[name].change(credential(jwt=jwt))) == is_known


@pytest.mark.parametrize(("name", "jwt"), each(flaws_3()))
def test_it_refuses_what_is_broken(name, jwt):
    """But for what it does not look at."""
    is_blind = name in FLAWS_IT_TAKES[jwt] and name not in SEES_KEYS[jwt]
    assert accepts(flaws_3()[name].change(credential(jwt=jwt))) == is_blind


def test_a_did_web_leads_to_its_document():
    """At the URL of the method did:web, which another author derives from the DID."""
    changed = by_web(credential())
    fetched = list[str]()

    def download(url: str) -> bytes:
        fetched.append(url)
        return json.dumps(changed.served()[url].content).encode()

    assert resolve_verification_method(changed.proof["verificationMethod"], download) == PEM
    assert fetched == [f"{URLS['issuer']}/did.json"]
