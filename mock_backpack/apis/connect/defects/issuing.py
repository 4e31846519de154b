"""A wrong dialog of the Issuer API: the script, the questions, the reasons, the answer."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web
from attrs import frozen
from markupsafe import Markup

from mock_backpack.apis.connect import pages
from mock_backpack.apis.connect.issuing import dialog, judging
from mock_backpack.apis.connect.issuing.offer import Judgement, Offer, Reason
from mock_backpack.core import sessions
from mock_backpack.core.backpack import Backpack
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.observer import Judging
from mock_backpack.core.seams import Right
from mock_backpack.core.sessions import Session
from mock_backpack.openbadges.award import Award
from mock_backpack.openbadges.complaint import invalid
from mock_backpack.openbadges.signature import looks_signed

NO_MODAL = "OpenBadges.issue_no_modal = "
SENDS_ALONE = "send(texts('issue_no_modal', assertions), 'page', '_self');"
LISTENS = "document.addEventListener('securitypolicyviolation', blocked);"


def _changed(right: Right, old: str, new: str) -> web.Response:
    """The script with another text in place of one that it has."""
    response: web.Response = right()
    response.text = str(response.text).replace(old, new)
    return response


@defect(
    "issuing.no-no-modal",
    pages.script_answer,
    endpoints=("script",),
    breaks=("BC-ISSUING-01", "BC-ISSUING-12"),
    since="0.2",
)
def lacks_a_function(right: Right) -> web.Response:
    """issuer.js defines issue, but not issue_no_modal."""
    return _changed(right, NO_MODAL, "var unused = ")


@defect(
    "issuing.no-modal-does-nothing",
    pages.script_answer,
    endpoints=("script",),
    breaks=("BC-ISSUING-12",),
    since="0.2",
)
def stays_where_it_is(right: Right) -> web.Response:
    """OpenBadges.issue_no_modal leads nowhere."""
    return _changed(right, SENDS_ALONE, "texts('issue_no_modal', assertions);")


@defect(
    "issuing.gives-up-without-frames",
    pages.script_answer,
    endpoints=("script",),
    breaks=("BC-ISSUING-17",),
    since="0.2",
)
def gives_up(right: Right) -> web.Response:
    """Where the issuer's page allows no frames, the dialog stays empty."""
    return _changed(right, LISTENS, "")


@defect(
    "issuing.shows-no-issuer",
    dialog.shown_badge,
    endpoints=("dialog",),
    breaks=("BC-ISSUING-02",),
    since="0.2",
)
def hides_the_issuer(right: Right, award: Award) -> dict[str, Any]:
    """The dialog does not say who issued a badge."""
    shown = right(award)
    return {**shown, "issuer": {**shown["issuer"], "name": "somebody"}}


@defect(
    "issuing.adds-refused",
    dialog.refuse,
    endpoints=("answer",),
    breaks=("BC-ISSUING-02",),
    since="0.2",
)
def adds_what_was_refused(
    right: Right, backpack: Backpack, offer: Offer, pushed: str, award: Award
) -> None:
    """A badge is added although the earner refused it."""
    dialog.add(backpack, str(offer.earner), award)
    right(backpack, offer, pushed, award)


@defect(
    "issuing.adds-when-shown",
    dialog.answers_itself,
    endpoints=("dialog",),
    breaks=("BC-ISSUING-02",),
    since="0.2",
    acts=True,
)
def adds_at_once(right: Right, backpack: Backpack, offer: Offer) -> bool:
    """A single badge is added while the dialog is shown, before the earner answers."""
    left = offer.undecided()
    if len(offer.assertions) == 1 and left:
        dialog.add(backpack, str(offer.earner), left[0][2])
    return bool(right(backpack, offer))


@defect(
    "issuing.stores-nothing",
    dialog.add,
    endpoints=("answer",),
    breaks=("BC-ISSUING-03", "BC-ISSUING-05", "BC-ISSUING-12"),
    since="0.2",
)
def stores_nothing(_right: Right, _backpack: Backpack, _earner: str, _award: Award) -> bool:
    """An accepted badge is reported as added, but not stored."""
    return True


@defect(
    "issuing.no-successes",
    dialog.reported,
    endpoints=("dialog",),
    breaks=("BC-ISSUING-03", "BC-ISSUING-09", "BC-ISSUING-10"),
    since="0.2",
)
def reports_no_success(right: Right, offer: Offer) -> dict[str, object]:
    """The callback hears only of badges that were not added."""
    return {**right(offer), "successes": []}


@defect(
    "issuing.refused-is-invalid",
    judging.denied_reason,
    endpoints=("answer",),
    breaks=("BC-ISSUING-04",),
    since="0.2",
)
def calls_refused_invalid(_right: Right) -> Reason:
    """A refused badge has the reason INVALID."""
    return Reason.INVALID


@defect(
    "issuing.existing-is-invalid",
    judging.existing,
    endpoints=("dialog",),
    breaks=("BC-ISSUING-05",),
    since="0.2",
)
def calls_existing_invalid(_right: Right, _award: Award) -> Judgement:
    """A badge that is in the Backpack has the reason INVALID."""
    return Reason.INVALID


@defect(
    "issuing.missing-is-malformed",
    judging.inaccessible_reason,
    endpoints=("dialog",),
    breaks=("BC-ISSUING-06",),
    since="0.2",
)
def calls_missing_malformed(_right: Right) -> Reason:
    """An assertion that cannot be fetched has the reason MALFORMED."""
    return Reason.MALFORMED


@defect(
    "issuing.malformed-is-invalid",
    judging.malformed_reason,
    endpoints=("dialog",),
    breaks=("BC-ISSUING-07",),
    since="0.2",
)
def calls_malformed_invalid(_right: Right) -> Reason:
    """A document that is no assertion has the reason INVALID."""
    return Reason.INVALID


@defect(
    "issuing.accepts-for-others",
    judging.is_acceptable,
    endpoints=("dialog",),
    breaks=("BC-ISSUING-08",),
    since="0.2",
)
def accepts_for_others(_right: Right, _award: Award, _earner: str) -> bool:
    """The dialog offers badges of other earners as well."""
    return True


@defect(
    "issuing.stops-at-bad",
    judging.together,
    endpoints=("dialog",),
    breaks=(
        *("BC-ISSUING-02", "BC-ISSUING-03", "BC-ISSUING-04", "BC-ISSUING-05"),
        *("BC-ISSUING-07", "BC-ISSUING-08"),
    ),
    since="0.2",
)
def stops_at_the_first_bad_one(
    right: Right, judgements: dict[str, Judgement]
) -> dict[str, Judgement]:
    """One bad badge spoils the call: all badges get its reason."""
    judged: dict[str, Judgement] = right(judgements)
    bad = next((judgement for judgement in judged.values() if isinstance(judgement, Reason)), None)
    return judged if bad is None else dict.fromkeys(judged, bad)


@defect(
    "issuing.reports-first-error",
    dialog.reported,
    endpoints=("dialog",),
    breaks=(
        *("BC-ISSUING-04", "BC-ISSUING-06", "BC-ISSUING-07", "BC-ISSUING-08", "BC-ISSUING-09"),
    ),
    since="0.2",
)
def reports_the_first_error(right: Right, offer: Offer) -> dict[str, Any]:
    """The callback hears only of the first badge that was not added."""
    outcome: dict[str, Any] = right(offer)
    return {**outcome, "errors": outcome["errors"][:1]}


@defect(
    "issuing.refuses-signed",
    judging.fetched,
    endpoints=("dialog",),
    breaks=("BC-ISSUING-10",),
    since="0.2",
)
async def refuses_signed(right: Right, judge: Judging, pushed: str) -> Award:
    """Signed assertions are not taken."""
    if looks_signed(pushed):
        raise invalid("signature", "", "a URL", "a JWS")
    award: Award = await right(judge, pushed)
    return award


@defect(
    "issuing.login-forgets",
    dialog.after_login,
    endpoints=("dialog",),
    breaks=("BC-ISSUING-11",),
    since="0.2",
)
def forgets_at_login(_right: Right, _offer: Offer, _view: str) -> str:
    """After login, the earner sees their collection in place of the dialog."""
    return "/badges"


@defect(
    "issuing.trusts-issuers",
    dialog.answers_itself,
    endpoints=("dialog",),
    breaks=("BC-ISSUING-13",),
    since="0.2",
)
def trusts_issuers(_right: Right, backpack: Backpack, offer: Offer) -> bool:
    """A page may add badges without asking once the earner has accepted one of its badges."""
    badges = backpack.earner(str(offer.earner)).badges
    return any(origin == offer.origin for origin, _ in badges)


@defect(
    "issuing.tells-everybody",
    dialog.caller_origin,
    endpoints=("dialog",),
    breaks=("BC-ISSUING-14",),
    since="0.2",
)
def tells_everybody(_right: Right, _offer: Offer) -> str:
    """Any page may frame the dialog and hear its answer."""
    return "*"


@defect(
    "issuing.no-csrf",
    sessions.check_csrf,
    endpoints=("answer",),
    breaks=("BC-ISSUING-15",),
    since="0.2",
)
def needs_no_token(right: Right, session: Session, sent: str, form: str) -> None:
    """The form of the dialog needs no CSRF token."""
    if form != "answer":
        right(session, sent, form)


@frozen
class Raw:
    """Texts of a badge that templates take for HTML."""

    members: Mapping[str, Any]

    def __getattr__(self, name: str) -> Any:
        value = self.members[name]
        return Raw(value) if isinstance(value, Mapping) else Markup(value)  # noqa: S704 - the defect


@defect(
    "issuing.unescaped",
    dialog.shown_badge,
    endpoints=("dialog",),
    breaks=("BC-ISSUING-16",),
    since="0.2",
)
def shows_markup(right: Right, award: Award) -> Raw:
    """Texts of badges are put into the dialog as HTML."""
    return Raw(right(award))
