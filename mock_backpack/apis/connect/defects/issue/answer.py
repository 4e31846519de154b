"""Wrong answers to a push that is accepted."""

import json
from typing import Any

from aiohttp import web

from mock_backpack.apis import answers
from mock_backpack.apis.connect import handlers
from mock_backpack.core.backpack import Badge, Grant
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Right
from mock_backpack.openbadges.award import Award
from mock_backpack.openbadges.walk import Document


@defect(
    "issue.exists-true",
    handlers.badge_created,
    endpoints=("issue",),
    breaks=(
        "BC-ISSUE-01",
        "BC-ISSUE-06",
        "BC-ISSUE-11",
        "BC-ISSUE-12",
        "BC-ISSUE-13",
        "BC-ISSUE-16",
        "BC-ISSUE-21",
        "BC-ISSUE-23",
        "BC-ISSUE-24",
        "BC-ISSUE-26",
        "BC-REVOKE-02",
    ),
    since="0.1",
)
def says_that_it_exists(right: Right, badge: Badge, grant: Grant) -> web.Response:
    """A new badge is reported as already present."""
    response: web.Response = right(badge, grant)
    response.text = json.dumps({**json.loads(str(response.text)), "exists": True})
    return response


def _badge_with(right: Right, award: Award, **change: Any) -> Document:
    left_out = {name for name, value in change.items() if value is None}
    return {
        name: value for name, value in {**right(award), **change}.items() if name not in left_out
    }


@defect(
    "issue.original-recipient-missing",
    handlers.badge_body,
    endpoints=("issue",),
    breaks=("BC-ISSUE-06",),
    since="0.1",
)
def forgets_the_original_recipient(right: Right, award: Award) -> Document:
    """The response has no _originalRecipient."""
    return _badge_with(right, award, _originalRecipient=None)


@defect(
    "issue.badge-class-as-url",
    handlers.badge_body,
    endpoints=("issue",),
    breaks=("BC-ISSUE-06", "BC-ISSUE-24"),
    since="0.1",
)
def leaves_the_url(right: Right, award: Award) -> Document:
    """The response contains the URL of the badge class instead of the badge class."""
    return _badge_with(right, award, badge=award.assertion["badge"])


@defect(
    "issue.echoes-other-uid",
    handlers.badge_body,
    endpoints=("issue",),
    breaks=("BC-ISSUE-01", "BC-ISSUE-06"),
    since="0.1",
)
def echoes_another_uid(right: Right, award: Award) -> Document:
    """The badge is stored and returned under a uid that the Backpack made up."""
    return _badge_with(right, award, uid=f"own-{award.key[1]}")


@defect(
    "issue.drops-unknown-members",
    handlers.badge_body,
    endpoints=("issue",),
    breaks=("BC-ISSUE-24",),
    since="0.1",
)
def drops_unknown_members(right: Right, award: Award) -> Document:
    """Unknown members are dropped."""
    body: Document = right(award)
    return {name: value for name, value in body.items() if not name.startswith("x-")}


@defect(
    "issue.mangles-unicode",
    handlers.badge_body,
    endpoints=("issue",),
    breaks=("BC-ISSUE-24",),
    since="0.1",
)
def mangles_unicode(right: Right, award: Award) -> Document:
    """Characters that are not ASCII become question marks."""
    text = json.dumps(right(award), ensure_ascii=False)
    body: Document = json.loads(text.encode("ascii", errors="replace"))
    return body


@defect(
    "issue.wrong-status",
    handlers.badge_created,
    endpoints=("issue",),
    breaks=(
        "BC-ISSUE-01",
        "BC-ISSUE-02",
        "BC-ISSUE-03",
        "BC-ISSUE-05",
        "BC-ISSUE-17",
        "BC-ISSUE-18",
        "BC-IDENT-05",
        "BC-REVOKE-06",
    ),
    since="0.2",
)
def answers_that_it_waits(right: Right, badge: Badge, grant: Grant) -> web.Response:
    """A successful push gets a redirect to the collection."""
    response: web.Response = right(badge, grant)
    response.set_status(302)
    response.headers["Location"] = "/badges"
    return response


@defect(
    "issue.origin-is-the-url",
    handlers.badge_body,
    endpoints=("issue",),
    breaks=("BC-ISSUE-06",),
    since="0.2",
)
def names_the_url_as_origin(right: Right, award: Award) -> Document:
    """The issuer's origin in the response is its whole URL."""
    body: Document = right(award)
    badge_class = body["badge"]
    issuer = {**badge_class["issuer"], "origin": award.issuer.get("url", award.origin)}
    return {**body, "badge": {**badge_class, "issuer": issuer}}


@defect(
    "issue.drops-null",
    handlers.badge_body,
    endpoints=("issue",),
    breaks=("BC-ISSUE-24",),
    since="0.2",
)
def drops_null(right: Right, award: Award) -> Document:
    """Members of the assertion that are null are left out of the response."""
    return {name: value for name, value in right(award).items() if value is not None}


@defect(
    "issue.loses-the-salt",
    handlers.badge_body,
    endpoints=("issue",),
    breaks=("BC-ISSUE-06",),
    since="0.2",
)
def loses_the_salt(right: Right, award: Award) -> Document:
    """_originalRecipient has no salt."""
    body: Document = right(award)
    recipient = {
        name: value for name, value in body["_originalRecipient"].items() if name != "salt"
    }
    return {**body, "_originalRecipient": recipient}


@defect(
    "issue.other-method-in-html",
    answers.answered,
    endpoints=("issue",),
    breaks=("BC-ISSUE-14",),
    since="0.2",
)
def refuses_methods_in_html(
    right: Right, request: web.Request, response: web.StreamResponse
) -> web.StreamResponse:
    """Another method at issue is refused with an HTML page."""
    answer: web.StreamResponse = right(request, response)
    if answer.status != 405 or not request.path.endswith("/issue"):
        return answer
    allowed = {"Allow": answer.headers.get("Allow", "POST")}
    page = "<h1>Method Not Allowed</h1>"
    return web.Response(text=page, status=405, content_type="text/html", headers=allowed)


@defect(
    "issue.mixes-up-locations",
    handlers.badge_body,
    endpoints=("issue",),
    breaks=("BC-ISSUE-06",),
    since="0.2",
)
def mixes_up_locations(right: Right, award: Award) -> Document:
    """_location of the badge class is the URL of the issuer."""
    body: Document = right(award)
    if "issuer" not in award.locations:
        return body
    return {**body, "badge": {**body["badge"], "_location": award.locations["issuer"]}}
