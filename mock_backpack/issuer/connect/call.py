"""One request of an issuer to the API, read: its token, its parameters, what became of it."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from attrs import frozen

from mock_backpack.apis.connect.handlers import OF_ASSERTIONS
from mock_backpack.apis.parameters import FORM
from mock_backpack.core.entry import Entry
from mock_backpack.core.labels import media_type
from mock_backpack.issuer import answered
from mock_backpack.issuer.connect.credentials import Credentials
from mock_backpack.issuer.ledger import TokenMatch

API = ("issue", "token", "identity")
DONE = (200, 201, 304, 409)
"""Answers that mean: the badge is in the Backpack."""


@frozen(eq=False)
class ApiCall:
    """A request to issue, token or identity."""

    entry: Entry
    credentials: Credentials
    json: Mapping[str, Any] | None
    """The parameters; ``None`` when the body is neither JSON object nor form."""
    refresh: TokenMatch | None = None
    """The refresh token of a request to ``token``."""

    @property
    def number(self) -> int:
        """Its number in the journal."""
        return self.entry.number

    @property
    def endpoint(self) -> str:
        """``issue``, ``token`` or ``identity``."""
        return self.entry.endpoint

    @property
    def badge(self) -> Any:
        """The pushed badge."""
        return (self.json or {}).get("badge")

    @property
    def is_assertion_itself(self) -> bool:
        """Whether the whole assertion is the body, in place of its URL in ``badge``."""
        return bool(OF_ASSERTIONS & set(self.json or ())) and not self.is_done

    @property
    def grant(self) -> int | None:
        """The number of the grant that it uses."""
        given = self.credentials.given or (self.refresh and self.refresh.given)
        return given.grant if given else None

    @property
    def generation(self) -> int:
        """The index of the token pair that it uses; -1 for an unknown token."""
        given = self.credentials.given or (self.refresh and self.refresh.given)
        return given.generation if given else -1

    @property
    def is_lost(self) -> bool:
        """Whether its answer cannot have been understood, if there was one."""
        return answered.is_lost(self.entry)

    @property
    def is_late(self) -> bool:
        """Whether its answer may have come after the client had left."""
        return answered.is_late(self.entry)

    @property
    def is_done(self) -> bool:
        """Whether the answer says that the badge is in the Backpack."""
        return not self.is_lost and self.entry.status in DONE

    @property
    def is_troubled(self) -> bool:
        """Whether it met a broken connection, an overload or a server error."""
        return answered.is_troubled(self.entry)

    @property
    def is_refused_as_expired(self) -> bool:
        """Whether it was refused because its token had expired."""
        return self.entry.status == 401 and b"The access token expired" in self.entry.answer_body

    def is_after(self, other: "ApiCall") -> bool:
        """Whether it came later."""
        return self.number > other.number

    def is_after_answer_of(self, other: "ApiCall") -> bool:
        """Whether it came when the other had been answered, and not while that was under way."""
        return self.number > other.entry.newest

    def header(self, name: str) -> str | None:
        """A header of the request."""
        return self.entry.header(name)

    @property
    def shown(self) -> str:
        """The request and its answer, in a few words."""
        return answered.shown(self.entry)


def parameters_of(entry: Entry) -> Mapping[str, Any] | None:
    """The parameters of a body, however it is labelled; ``None`` when it has none to read."""
    try:
        value = json.loads(entry.body)
    except (ValueError, RecursionError):
        text = entry.body.decode(errors="replace")
        is_form = "=" in text and not text.lstrip().startswith(("{", "[", '"', "<"))
        return dict(parse_qsl(text)) if is_form else None
    return value if isinstance(value, dict) else None


def label_of(entry: Entry) -> str:
    """The media type of a body, ``""`` when it has none."""
    return media_type(entry.header("Content-Type") or "")


def is_form(entry: Entry) -> bool:
    """Whether a body is labelled as a form."""
    return label_of(entry) == FORM
