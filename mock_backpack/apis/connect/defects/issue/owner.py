"""Wrong ways of judging whose a badge is: recipient, origin and hosting."""

from urllib.parse import urlsplit

from attrs import evolve

from mock_backpack.apis.connect import handlers
from mock_backpack.core.backpack import Backpack, Grant
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Right
from mock_backpack.openbadges.award import Award, Judge
from mock_backpack.openbadges.recipient import Recipient, is_for, salt_of


@defect("issue.skips-recipient", is_for, endpoints=("issue",), breaks=("BC-ISSUE-09",), since="0.1")
def skips_the_recipient(_right: Right, _recipient: Recipient, _email: str) -> bool:
    """A badge for another person is accepted."""
    return True


@defect(
    "issue.skips-plain-recipient",
    is_for,
    endpoints=("issue",),
    breaks=("BC-ISSUE-09",),
    since="0.1",
)
def skips_plain_recipients(right: Right, recipient: Recipient, email: str) -> bool:
    """Only hashed recipients are compared."""
    return not recipient.hashed or bool(right(recipient, email))


@defect(
    "issue.ignores-salt",
    salt_of,
    endpoints=("issue",),
    breaks=("BC-ISSUE-01", "BC-ISSUE-05", "BC-ISSUE-17", "BC-IDENT-05", "BC-ISSUE-18"),
    since="0.1",
)
def ignores_the_salt(_right: Right, _recipient: Recipient) -> str:
    """The salt of a recipient is not used."""
    return ""


@defect(
    "issue.skips-origin",
    handlers.check_origin,
    endpoints=("issue",),
    breaks=("BC-ISSUE-10",),
    since="0.1",
)
def skips_the_origin(_right: Right, _award: Award, _grant: Grant) -> None:
    """A badge of any origin is accepted."""


@defect(
    "issue.origin-ignores-port",
    handlers.check_origin,
    endpoints=("issue",),
    breaks=("BC-ISSUE-10",),
    since="0.1",
)
def ignores_the_port(right: Right, award: Award, grant: Grant) -> None:
    """Origins that differ only in their port are the same."""
    if urlsplit(award.origin).hostname != urlsplit(grant.origin).hostname:
        right(award, grant)


@defect(
    "issue.hosted-anywhere",
    handlers.check_hosting,
    endpoints=("issue",),
    breaks=("BC-ISSUE-25",),
    since="0.2",
)
def takes_badges_from_anywhere(right: Right, award: Award) -> None:
    """A hosted assertion may be on any site."""
    right(evolve(award, hosted_at=()))


@defect(
    "issue.verify-url-anywhere",
    handlers.check_hosting,
    endpoints=("issue",),
    breaks=("BC-ISSUE-25",),
    since="0.2",
)
def verifies_anywhere(right: Right, award: Award) -> None:
    """The pushed URL must be on the issuer's origin, but verify.url may be on any origin."""
    right(evolve(award, hosted_at=award.hosted_at[:1]))


@defect(
    "issue.origin-ignores-scheme",
    handlers.judged,
    endpoints=("issue",),
    breaks=("BC-ISSUE-10",),
    since="0.2",
)
async def ignores_the_scheme(
    right: Right, judge: Judge, pushed: str, store: Backpack, grant: Grant
) -> Award:
    """http and https of one host are one origin."""
    award: Award = await right(judge, pushed, store, grant)
    scheme = grant.origin.partition("://")[0]
    return evolve(award, origin=f"{scheme}://{award.origin.partition('://')[2]}")


@defect(
    "issue.pushed-from-anywhere",
    handlers.check_hosting,
    endpoints=("issue",),
    breaks=("BC-ISSUE-25",),
    since="0.2",
)
def takes_pushed_urls_of_any_site(right: Right, award: Award) -> None:
    """verify.url must be on the issuer's origin, but the pushed URL may be on any origin."""
    right(evolve(award, hosted_at=award.hosted_at[-1:]))
