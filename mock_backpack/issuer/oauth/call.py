"""One request of a client, read: credentials, tokens, parameters."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote_plus, urlsplit

from attrs import field, frozen

from mock_backpack.apis.parameters import FORM
from mock_backpack.core.entry import Entry
from mock_backpack.core.labels import media_type
from mock_backpack.issuer.answered import answered, is_lost, path_of
from mock_backpack.issuer.ledger import Ledger, TokenMatch
from mock_backpack.issuer.oauth.found import json_of

EXPIRED = b"the access token has expired"
NO_SCOPE = "insufficient_scope"
"""The error of a token that lacks a scope (RFC 6750 section 3.1)."""
EXPLANATIONS = ("error_description", "imsx_description", "message")
"""Members of answers that explain a refusal, each of another API."""


@frozen
class Basic:
    """Client credentials by HTTP Basic, as they were sent."""

    id: str
    secret: str

    @property
    def decoded(self) -> tuple[str, str]:
        """Id and secret before form encoding (RFC 6749 section 2.3.1)."""
        return unquote_plus(self.id), unquote_plus(self.secret)


@frozen(eq=False)
class Call:
    """A request of a client."""

    entry: Entry
    ledger: Ledger
    form: Mapping[str, str] = field(factory=dict)
    """The fields of the body, whatever its label."""

    @property
    def number(self) -> int:
        """Its number in the journal."""
        return self.entry.number

    @property
    def authorization(self) -> tuple[str, str]:
        """Scheme, in small letters, and the rest of the header ``Authorization``."""
        scheme, _, rest = (self.entry.header("Authorization") or "").partition(" ")
        return scheme.lower(), rest.strip()

    @property
    def basic(self) -> Basic | None:
        """The credentials of the client; ``None`` when there are none by HTTP Basic."""
        scheme, encoded = self.authorization
        try:
            text = base64.b64decode(encoded, validate=True).decode()
        except (binascii.Error, ValueError):
            return None
        id_, colon, secret = text.partition(":")
        return Basic(id_, secret) if scheme == "basic" and colon else None

    @property
    def token(self) -> TokenMatch | None:
        """The token in the header, or what it was before it was spoilt."""
        return self.ledger.match(self.authorization[1])

    @property
    def is_refresh(self) -> bool:
        """Whether a request to the token endpoint is meant to refresh, wherever that is said."""
        fields = {**dict(self.query), **self.form}
        return fields.get("grant_type") == "refresh_token" or "refresh_token" in fields

    @property
    def refresh(self) -> TokenMatch | None:
        """The refresh token of a request to the token endpoint."""
        return self.ledger.match(self.form.get("refresh_token", ""))

    @property
    def grant(self) -> int | None:
        """The number of the grant whose token it uses."""
        match = self.token or self.refresh
        return match.given.grant if match else None

    @property
    def generation(self) -> int:
        """How many refreshes lie behind its token; -1 for an unknown one."""
        match = self.token or self.refresh
        return match.given.generation if match else -1

    @property
    def label(self) -> str:
        """The media type of the body, ``""`` when it has none."""
        return media_type(self.entry.header("Content-Type") or "")

    @property
    def is_form(self) -> bool:
        """Whether the body is labelled as a form."""
        return self.label == FORM

    @property
    def query(self) -> list[tuple[str, str]]:
        """The parameters of the query, in their order."""
        return parse_qsl(urlsplit(self.entry.target).query, keep_blank_values=True)

    @property
    def path(self) -> str:
        """Its path."""
        return path_of(self.entry)

    @property
    def place(self) -> str:
        """Host, port and path."""
        return f"{self.entry.header('Host') or ''}{self.path}"

    @property
    def json(self) -> Any:
        """The body as JSON; ``None`` when it is none."""
        return json_of(self.entry.body)

    @property
    def answer(self) -> Mapping[str, Any]:
        """The members of the answer; empty when it is lost or no JSON object."""
        value = None if is_lost(self.entry) else json_of(self.entry.answer_body)
        return value if isinstance(value, dict) else {}

    @property
    def is_good(self) -> bool:
        """Whether the answer says that the request succeeded."""
        return not is_lost(self.entry) and self.entry.status in (200, 201)

    @property
    def is_expired(self) -> bool:
        """Whether it was refused because its token had expired."""
        return self.entry.status == 401 and EXPIRED in self.entry.answer_body

    @property
    def lacks_permission(self) -> bool:
        """Whether it was refused because its token lacks a scope."""
        return NO_SCOPE in (answered(self.entry, "WWW-Authenticate") or "")

    def is_after(self, other: "Call") -> bool:
        """Whether it came later."""
        return self.number > other.number

    def is_after_answer_of(self, other: "Call") -> bool:
        """Whether it came when the other had been answered, and not while that was under way."""
        return self.number > other.entry.newest

    @property
    def message(self) -> str:
        """The explanation of the answer, or what it was."""
        status = self.answer.get("status")
        error = status.get("error") if isinstance(status, dict) else None
        named = (self.answer.get(name) for name in EXPLANATIONS)
        return str(error or next((words for words in named if words), self.entry.status))


def read_call(entry: Entry, ledger: Ledger) -> Call:
    """A request, read."""
    text = entry.body.decode(errors="replace")
    is_form = "=" in text and not text.lstrip().startswith(("{", "[", '"', "<"))
    return Call(entry, ledger, dict(parse_qsl(text, keep_blank_values=True)) if is_form else {})


@frozen(eq=False)
class Ask:
    """One visit of the authorization endpoint."""

    call: Call

    @property
    def entry(self) -> Entry:
        """The exchange."""
        return self.call.entry

    @property
    def parameters(self) -> Mapping[str, str]:
        """Its parameters; of one that stands twice the last."""
        return dict(self.call.query)

    @property
    def scopes(self) -> tuple[str, ...]:
        """What it asks for."""
        return tuple(self.parameters.get("scope", "").split())

    @property
    def callback(self) -> Mapping[str, str]:
        """The parameters with which the browser went to the callback; empty for a page."""
        location = answered(self.entry, "Location") or ""
        callback = self.parameters.get("redirect_uri", "").partition("?")[0]
        if not callback or location.partition("?")[0] != callback:
            return {}
        parameters = dict(parse_qsl(urlsplit(location).query))
        return parameters if parameters.keys() & {"code", "error"} else {}

    @property
    def leads_on(self) -> bool:
        """Whether the browser was sent to the login, and will come again."""
        return self.entry.status == 303 and not self.callback

    @property
    def is_denied(self) -> bool:
        """Whether the callback received a denial."""
        return self.callback.get("error") == "access_denied"
