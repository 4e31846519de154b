"""Careless sessions of the earner's browser."""

from aiohttp import web
from attrs import evolve

from mock_backpack.apis.connect import pages
from mock_backpack.core import sessions
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Right
from mock_backpack.core.sessions import Session, Sessions


@defect(
    "session.cookie-for-scripts",
    sessions.set_cookie,
    endpoints=("access", "authorize", "login", "settings"),
    breaks=("BC-SAFE-14",),
    since="0.2",
)
def lets_scripts_read(
    _right: Right, response: web.StreamResponse, session: Session, kept: Sessions
) -> None:
    """The session cookie is not HttpOnly."""
    response.set_cookie(kept.cookie, session.id, samesite="Lax", path=kept.path)


@defect(
    "session.cookie-for-other-sites",
    sessions.set_cookie,
    endpoints=("access", "authorize", "login", "settings"),
    breaks=("BC-SAFE-14",),
    since="0.2",
)
def says_nothing_of_sites(
    _right: Right, response: web.StreamResponse, session: Session, kept: Sessions
) -> None:
    """The session cookie has no SameSite attribute."""
    response.set_cookie(kept.cookie, session.id, httponly=True, path=kept.path)


@defect(
    "session.fixed", sessions.renewed, endpoints=("login",), breaks=("BC-SAFE-14",), since="0.2"
)
def keeps_the_session(right: Right, old: Session | None, fresh: Session) -> Session:
    """Login keeps the session from before."""
    session: Session = right(old, fresh)
    return session if old is None else evolve(session, id=old.id)


@defect(
    "session.login-leads-anywhere",
    pages.own_page,
    endpoints=("login",),
    breaks=("BC-SAFE-14",),
    since="0.2",
)
def leads_anywhere(right: Right, prefix: str, then: str) -> str:
    """Login redirects the earner to any URL that its form names."""
    return then if then.startswith(("http://", "https://")) else str(right(prefix, then))
