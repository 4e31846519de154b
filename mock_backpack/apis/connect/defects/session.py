"""Careless sessions of the earner's browser."""

from aiohttp import web
from attrs import evolve

from mock_backpack.apis.connect import pages
from mock_backpack.core import sessions
from mock_backpack.core.seams import Right, defect
from mock_backpack.core.sessions import Session, Sessions


@defect("session.cookie-for-scripts", sessions.set_cookie)
def lets_scripts_read(
    _right: Right, response: web.StreamResponse, session: Session, kept: Sessions
) -> None:
    response.set_cookie(kept.cookie, session.id, samesite="Lax", path=kept.path)


@defect("session.cookie-for-other-sites", sessions.set_cookie)
def says_nothing_of_sites(
    _right: Right, response: web.StreamResponse, session: Session, kept: Sessions
) -> None:
    response.set_cookie(kept.cookie, session.id, httponly=True, path=kept.path)


@defect("session.fixed", sessions.renewed)
def keeps_the_session(right: Right, old: Session | None, fresh: Session) -> Session:
    made: Session = right(old, fresh)
    return made if old is None else evolve(made, id=old.id)


@defect("session.login-leads-anywhere", pages.own_page)
def leads_anywhere(right: Right, prefix: str, then: str) -> str:
    return then if then.startswith(("http://", "https://")) else str(right(prefix, then))
