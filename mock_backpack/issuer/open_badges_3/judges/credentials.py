"""Whether the credentials that a client pushes are right."""

from collections.abc import Callable
from typing import TypeAlias

from mock_backpack.issuer.answered import is_lost
from mock_backpack.issuer.finding import Criterion, Findings, Reason, failed, judges, passed
from mock_backpack.issuer.oauth.call import Call
from mock_backpack.issuer.oauth.evidence import Evidence
from mock_backpack.issuer.open_badges_3 import reasons
from mock_backpack.issuer.open_badges_3.pushed import Pushed, pushed_in

Has: TypeAlias = Callable[[Pushed], bool]


def _judged(
    requirement: str,
    expected: str,
    has: Has = lambda _: True,
    never: Reason = reasons.of_credentials,
) -> Criterion:
    """A requirement of every credential that has something to judge.

    The Backpack notes what a credential breaks that it refuses; one that it takes breaks nothing.
    """

    def judge(evidence: Evidence) -> Findings:
        for push in evidence.pushes:
            if requirement in push.entry.broke:
                yield failed(push, expected, push.message)
            elif _is_taken(push) and has(pushed_in(push.entry)):
                yield passed(push, expected)

    return judges(requirement, never)(judge)


def _is_taken(push: Call) -> bool:
    return push.entry.status in reasons.TAKEN and not is_lost(push.entry)


CONTEXTS = _judged("OB3-CRED-01", "the contexts of credentials and of Open Badges, in this order")
TYPES = _judged("OB3-CRED-02", "VerifiableCredential and OpenBadgeCredential")
MEMBERS = _judged("OB3-CRED-03", "id, issuer, validFrom with a zone; members of the right type")
SUBJECT = _judged("OB3-CRED-04", "a subject of the type AchievementSubject, with id or identifier")
ACHIEVEMENT = _judged("OB3-CRED-05", "an achievement with all its members, of the right type")
SCHEMA = _judged(
    "OB3-CRED-06",
    "a credential that fits its JSON Schema",
    lambda pushed: pushed.has_schema,
    reasons.lacking("named a JSON Schema", "schema", "OB3-CRED-06"),
)
PROOF = _judged("OB3-CRED-07", "a proof that verifies")
SUITE = _judged("OB3-CRED-08", "eddsa-rdfc-2022, ecdsa-sd-2023, or a JWS with RS256")
DEFINED = _judged("OB3-CRED-09", "terms that the contexts define")
CLAIMS = _judged(
    "OB3-CRED-10",
    "claims and header of a JWS that fit the credential",
    lambda pushed: pushed.is_signed,
    reasons.lacking("was a JWS", "jws", "OB3-CRED-10"),
)
KEY = _judged("OB3-CRED-11", "a key of the issuer that can be fetched")
IDENTIFIERS = _judged(
    "OB3-CRED-12",
    "identifiers of the earner, hashed as the specification says",
    lambda pushed: pushed.has_email,
    reasons.lacking("had an e-mail address as identifier", "healthy", "OB3-CRED-12"),
)
STATUS = _judged(
    "OB3-CRED-13",
    "a status list that can be fetched and read",
    lambda pushed: pushed.has_status,
    reasons.lacking("named a status list", "status-list", "OB3-CRED-13"),
)
TIMES = _judged("OB3-CRED-15", "times that fit each other, and have come")
