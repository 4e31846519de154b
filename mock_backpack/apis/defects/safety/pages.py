"""Pages that are careless of what other sites can see and send."""

from mock_backpack.apis import answers
from mock_backpack.apis import pages as shared_pages
from mock_backpack.core import sessions
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Right
from mock_backpack.core.sessions import Session


@defect(
    "safety.consent-tells-referrer",
    answers.page_headers,
    endpoints=("access", "authorize", "login", "settings"),
    breaks=("BC-SAFE-02",),
    since="0.1",
)
def tells_the_referrer(right: Right) -> dict[str, str]:
    """The consent page lets browsers send its URL to other sites (Referer)."""
    return {**right(), "Referrer-Policy": "unsafe-url"}


@defect(
    "safety.redirect-cacheable",
    shared_pages.redirect_headers,
    endpoints=("access", "authorize", "accept", "login", "revoke"),
    breaks=("BC-SAFE-02",),
    since="0.1",
)
def lets_caches_keep_tokens(_right: Right) -> dict[str, str]:
    """The redirect that carries tokens may be stored by caches."""
    return {}


@defect(
    "safety.framable",
    answers.page_headers,
    endpoints=("access", "authorize", "login", "settings"),
    breaks=("BC-SAFE-04",),
    since="0.1",
)
def can_be_framed(right: Right) -> dict[str, str]:
    """The consent page can be framed by any site."""
    headers = {name: value for name, value in right().items() if name != "X-Frame-Options"}
    return {**headers, "Content-Security-Policy": "default-src 'none'; style-src 'self'"}


@defect(
    "safety.accept-without-csrf",
    sessions.check_csrf,
    endpoints=("accept",),
    breaks=("BC-SAFE-03",),
    since="0.2",
)
def accepts_for_anybody(right: Right, session: Session, sent: str, form: str) -> None:
    """The consent form needs no CSRF token."""
    if form != "accept":
        right(session, sent, form)


@defect(
    "safety.csrf-of-anybody",
    sessions.check_csrf,
    endpoints=("accept",),
    breaks=("BC-SAFE-03",),
    since="0.2",
)
def accepts_any_csrf_token(right: Right, session: Session, sent: str, form: str) -> None:
    """The consent form accepts the CSRF token of any session."""
    if form != "accept" or len(sent) != len(session.csrf):
        right(session, sent, form)
