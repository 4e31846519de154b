"""Browser sessions of the mock's pages: who is logged in, and the CSRF token of the session."""

import hmac
import secrets
from collections import OrderedDict

from aiohttp import web
from attrs import field, frozen

from mock_backpack.errors import PageError
from mock_backpack.seams import Seam

COOKIE = "mock_backpack_session"
MOST_SESSIONS = 10_000


@frozen
class Session:
    """One browser, known by its cookie."""

    id: str = field(factory=lambda: secrets.token_urlsafe(24))
    csrf: str = field(factory=lambda: secrets.token_urlsafe(24))
    earner: str | None = None


class Sessions:
    """All sessions of a Backpack; when there are too many, the oldest goes."""

    def __init__(self) -> None:
        self._sessions: OrderedDict[str, Session] = OrderedDict()

    def of(self, request: web.Request) -> Session:
        """The session of a request, or a new one."""
        return self._sessions.get(request.cookies.get(COOKIE, "")) or self._keep(Session())

    def log_in(self, old: Session, earner: str) -> Session:
        """A session with a new id, so that a planted cookie is worth nothing."""
        self._sessions.pop(old.id, None)
        return self._keep(Session(earner=earner))

    def log_out(self, old: Session) -> None:
        """Forget a session."""
        self._sessions.pop(old.id, None)

    def _keep(self, session: Session) -> Session:
        self._sessions[session.id] = session
        if len(self._sessions) > MOST_SESSIONS:
            self._sessions.popitem(last=False)
        return session


@Seam
def set_cookie(response: web.StreamResponse, session: Session) -> None:
    """Tell the browser its session."""
    response.set_cookie(COOKIE, session.id, httponly=True, samesite="Lax", path="/")


@Seam
def check_csrf(session: Session, sent: str) -> None:
    """The form must come from a page of the same session (RFC 6749 section 10.12).

    Raises:
        PageError: 403 when it does not.
    """
    if not hmac.compare_digest(session.csrf.encode(), sent.encode()):
        raise PageError(
            403, "this form is not of your session: go back, reload the page, try again"
        )
