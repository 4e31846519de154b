"""The authorization server of a target, as its API announces it."""

from collections.abc import Sequence

from attrs import frozen

from conformance.core.errors import HarnessError
from conformance.engine.session import Session
from conformance.engine.state import StepFailed

SERVER = "authorization server"
"""Where a session remembers it."""
OFFLINE = "offline_access"
"""The scope of a refresh token."""


@frozen
class AuthorizationServer:
    """Endpoints and scopes."""

    registration: str
    authorization: str
    token: str
    revocation: str | None
    """``None`` when tokens cannot be revoked by clients (RFC 7009)."""
    scopes: tuple[str, ...]
    """The scopes that it offers, in its order."""
    scope_prefix: str
    """What the scopes of the API begin with; scenarios leave it out."""
    resources: str
    """The root of the API, without a slash at its end."""
    refresh: str | None = None
    """Where access tokens are refreshed; ``None`` when the token endpoint does that, too."""

    def scope(self, name: str) -> str:
        """The whole name of a scope."""
        is_short = name != OFFLINE and "/" not in name
        return f"{self.scope_prefix}{name}" if is_short else name

    def asking(self, names: Sequence[str] | None) -> str:
        """What a client asks for, as it is sent: all that is offered, or the named scopes.

        Only a server that offers `OFFLINE` is asked for it: others give a refresh token without.
        """
        if names is None:
            return " ".join(self.scopes)
        useful = [name for name in names if name != OFFLINE or OFFLINE in self.scopes]
        return " ".join(self.scope(name) for name in useful)


def server_of(session: Session) -> AuthorizationServer:
    """The authorization server that was discovered.

    Raises:
        StepFailed: when the target announces none that can be used.
    """
    match session.memory.get(SERVER):
        case AuthorizationServer() as server:
            return server
        case str() as reason:
            raise StepFailed(reason)
    raise HarnessError("nobody has looked for the authorization server")
