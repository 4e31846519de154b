"""Browser sessions of the mock's pages: who is logged in, and the CSRF token of the session."""

import hmac
from collections import OrderedDict
from collections.abc import Iterable

from aiohttp import web
from attrs import frozen

from mock_backpack.core.changes import Changes
from mock_backpack.core.errors import PageError
from mock_backpack.core.randomness import Randomness
from mock_backpack.core.seams import seam

COOKIE = "mock_backpack_session"
MOST_SESSIONS = 10_000
ID_BYTES = 24


@frozen
class Session:
    """One browser, known by its cookie."""

    id: str
    csrf: str
    earner: str | None = None


class Sessions:
    """All sessions of a Backpack; when there are too many, the oldest goes."""

    def __init__(
        self,
        randomness: Randomness,
        prefix: str = "",
        changes: Changes | None = None,
        base: str = "",
        is_secure: bool = False,  # noqa: FBT001, FBT002 - a fact
    ) -> None:
        """Without any session.

        Args:
            randomness: where ids come from.
            prefix: the path below which the Backpack lives, ``""`` at the root.
            changes: counts what is changed.
            base: the same path as browsers see it.
            is_secure: whether browsers come over TLS.
        """
        self._randomness = randomness
        self._changes = changes or Changes()
        self._sessions: OrderedDict[str, Session] = OrderedDict()
        self.cookie = COOKIE + prefix.replace("/", "_")
        """A name of its own: a browser sends the cookies of the root to sandboxes as well."""
        self.path = f"{base}/"
        self.is_secure = is_secure

    def known(self) -> tuple[Session, ...]:
        """All sessions, the oldest first."""
        return tuple(self._sessions.values())

    def take_up(self, sessions: Iterable[Session]) -> None:
        """Know these and no others."""
        self._sessions = OrderedDict((session.id, session) for session in sessions)
        self._changes.note()

    def of(self, request: web.Request) -> Session:
        """The session of a request, or a new one."""
        known = self._sessions.get(request.cookies.get(self.cookie, ""))
        return known or self._keep(self._new(None))

    def log_in(self, old: Session | None, earner: str) -> Session:
        """A session with a new id, so that a planted cookie is worth nothing."""
        if old is not None:
            self.log_out(old)
        return self._keep(renewed(old, self._new(earner)))

    def log_out(self, old: Session) -> None:
        """Forget a session."""
        self._sessions.pop(old.id, None)
        self._changes.note()

    def _new(self, earner: str | None) -> Session:
        drawn = self._randomness.bytes(2 * ID_BYTES).hex()
        return Session(drawn[: 2 * ID_BYTES], drawn[2 * ID_BYTES :], earner)

    def _keep(self, session: Session) -> Session:
        self._sessions[session.id] = session
        self._changes.note()
        if len(self._sessions) > MOST_SESSIONS:
            self._sessions.popitem(last=False)
        return session


@seam
def renewed(_old: Session | None, fresh: Session) -> Session:
    """The session after a login: nothing of the one before."""
    return fresh


@seam
def set_cookie(response: web.StreamResponse, session: Session, sessions: Sessions) -> None:
    """Set the session cookie of the browser."""
    response.set_cookie(
        sessions.cookie,
        session.id,
        httponly=True,
        samesite="Lax",
        path=sessions.path,
        secure=sessions.is_secure or None,
    )


@seam
def check_csrf(session: Session, sent: str, _form: str) -> None:
    """A form must come from a page of the same session (RFC 6749 section 10.12).

    Raises:
        PageError: 403 when it does not.
    """
    if not hmac.compare_digest(session.csrf.encode(), sent.encode()):
        raise PageError(
            403, "this form is not from your session: go back, reload the page, try again"
        )
