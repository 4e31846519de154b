"""Which requirements of credentials a refused one breaks, by what is wrong with it."""

from collections.abc import Iterator

from mock_backpack.openbadges.complaint import Complaint, InvalidBadge, Meaningless, Misfitting
from mock_backpack.openbadges.three.judge import PASSED, TO_COME

SIGNATURE, SUITE, TERMS, CLAIMS, KEY = (
    *("OB3-CRED-07", "OB3-CRED-08", "OB3-CRED-09", "OB3-CRED-10", "OB3-CRED-11"),
)
SCHEMA, IDENTIFIERS = "OB3-CRED-06", "OB3-CRED-12"
STATUS, TIMES = "OB3-CRED-13", "OB3-CRED-15"
LISTS = ("status list", "revocation list")
"""How the documents begin that say whether a credential was revoked."""
OF_DOCUMENTS = {"issuer": KEY, "key": KEY}
"""By document: what is broken whatever is wrong with it."""
OF_MEMBERS = {
    ("proof", "type"): SUITE,
    ("proof", "cryptosuite"): SUITE,
    ("proof", "created"): TIMES,
    ("proof", "expires"): TIMES,
    ("proof", "verificationMethod"): KEY,
    ("proof", "kid"): KEY,
    ("signature", ""): SIGNATURE,
    ("signature", "alg"): SUITE,
    ("signature", "jwk"): KEY,
    ("credential", "proof"): SIGNATURE,
}
"""By document and member."""
OF_DEFAULTS = {"proof": SIGNATURE, "signature": CLAIMS, "credential": "OB3-CRED-03"}
"""By document, for all its other members."""
OF_PARTS = (
    ("@context", "OB3-CRED-01"),
    ("type", "OB3-CRED-02"),
    ("credentialStatus", STATUS),
    ("credentialSchema", SCHEMA),
    ("credentialSubject.achievement", "OB3-CRED-05"),
    ("credentialSubject.identifier[", IDENTIFIERS),
    ("credentialSubject", "OB3-CRED-04"),
)
"""By how the members of a credential begin."""
SELECTIVE = "ecdsa-sd-2023"
"""A suite that credentials may have, and that this mock cannot verify."""


def broken_by(error: InvalidBadge) -> tuple[str, ...]:
    """The requirements that a credential breaks, each once; none if this mock is at fault."""
    return tuple(dict.fromkeys(_broken(error)))


def _broken(error: InvalidBadge) -> Iterator[str]:
    for complaint in error.complaints:
        if complaint.document.startswith(LISTS):
            yield STATUS
        elif isinstance(error, Misfitting):
            yield SCHEMA
        elif isinstance(error, Meaningless):
            # contexts that this mock does not know may be right
            if not complaint.member.startswith("@context"):
                yield TERMS
        elif name := _requirement(complaint):
            yield name


def _requirement(complaint: Complaint) -> str:
    document, member = complaint.document, complaint.member
    if member == "cryptosuite" and SELECTIVE in complaint.saw:
        return ""
    if complaint.expected in (PASSED, TO_COME):
        return TIMES
    known = OF_DOCUMENTS.get(document) or OF_MEMBERS.get((document, member))
    if known is None and document == "credential":
        known = next((name for part, name in OF_PARTS if member.startswith(part)), None)
    return known or OF_DEFAULTS.get(document, SIGNATURE)
