"""All requests of one issuer to a mock, prepared for the judges."""

import json
from collections.abc import Iterator
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

from attrs import frozen

from mock_backpack.core.entry import Entry
from mock_backpack.core.foreign import FOREIGN
from mock_backpack.issuer.connect.call import API, ApiCall, parameters_of
from mock_backpack.issuer.connect.credentials import read_credentials
from mock_backpack.issuer.connect.watcher import InspectionWatcher
from mock_backpack.issuer.ledger import Given, Ledger, TokenMatch
from mock_backpack.issuer.looks import Inspections
from mock_backpack.issuer.observation import Observation
from mock_backpack.issuer.situation import Situation


@frozen(eq=False)
class Stray:
    """A request that sent a token of this Backpack to the wrong place."""

    entry: Entry
    given: Given

    @property
    def is_foreign(self) -> bool:
        """Whether it went to the address that simulates a foreign server."""
        return self.entry.target.startswith(f"{FOREIGN}/")


@frozen(eq=False)
class AccessVisit:
    """One visit of the access page."""

    entry: Entry

    @property
    def callback(self) -> str:
        """The callback that the issuer gave."""
        return self._parameters.get("callback", "")

    @property
    def own_query(self) -> list[tuple[str, str]]:
        """The callback's own query."""
        return parse_qsl(urlsplit(self.callback).query, keep_blank_values=True)

    @property
    def parameters(self) -> dict[str, list[str]]:
        """The parameters of the callback; empty when the Backpack showed a page instead."""
        head = dict(line.partition(": ")[::2] for line in self.entry.answer_headers.split("\r\n"))
        parameters = parse_qs(urlsplit(head.get("Location", "")).query)
        return parameters if parameters.keys() & {"access_token", "error"} else {}

    @property
    def is_denied(self) -> bool:
        """Whether the callback received a denial."""
        return self.parameters.get("error") == ["access_denied"]

    @property
    def _parameters(self) -> dict[str, str]:
        sent = self.entry.body.decode(errors="replace")
        query = sent if self.entry.method == "POST" else urlsplit(self.entry.target).query
        return dict(parse_qsl(query, keep_blank_values=True))


@frozen(eq=False)
class Evidence:
    """The evidence for judging an issuer."""

    situation: Situation | None
    entries: tuple[Entry, ...]
    """The sandbox's journal."""
    abroad: tuple[Entry, ...]
    """The journal of the root, to which an issuer may have sent requests by mistake."""
    ledger: Ledger
    inspections: Inspections | None
    """``None`` if nothing was inspected."""
    api_root: str
    """The ``api_root`` of the callback, when it is not on the host of the pages."""

    @cached_property
    def calls(self) -> tuple[ApiCall, ...]:
        """Requests to the API, in the order in which they came."""
        return tuple(
            self._call(entry)
            for entry in self.entries
            if entry.endpoint in API and entry.method != "OPTIONS"
        )

    @cached_property
    def pushes(self) -> tuple[ApiCall, ...]:
        """Requests to issue."""
        return tuple(call for call in self.calls if call.endpoint == "issue")

    @cached_property
    def refreshes(self) -> tuple[ApiCall, ...]:
        """Requests to token."""
        return tuple(call for call in self.calls if call.endpoint == "token")

    @cached_property
    def identities(self) -> tuple[ApiCall, ...]:
        """Requests to identity."""
        return tuple(call for call in self.calls if call.endpoint == "identity")

    @cached_property
    def asks(self) -> tuple[AccessVisit, ...]:
        """Visits of the access page, and consents."""
        endpoints = ("access", "accept")
        return tuple(AccessVisit(entry) for entry in self.entries if entry.endpoint in endpoints)

    @cached_property
    def returns(self) -> tuple[AccessVisit, ...]:
        """Those after which the browser went to the callback."""
        return tuple(ask for ask in self.asks if ask.parameters)

    @cached_property
    def lost(self) -> tuple[Entry, ...]:
        """Requests of the sandbox for issue, token or identity at a path that there is not."""
        return tuple(entry for entry in self.entries if not entry.endpoint and _last(entry) in API)

    @cached_property
    def strays(self) -> tuple[Stray, ...]:
        """Requests outside of the sandbox that carried its tokens."""
        return tuple(self._strays())

    def _strays(self) -> Iterator[Stray]:
        for entry in self.abroad:
            credentials = read_credentials(entry.header("Authorization"), self.ledger)
            body = entry.body.decode(errors="replace")
            given = credentials.given or self.ledger.within(body, "refresh")
            if given is not None:
                yield Stray(entry, given)

    def badges(self) -> dict[tuple[int | None, str], list[ApiCall]]:
        """Pushes by grant and badge, in order."""
        pushes: dict[tuple[int | None, str], list[ApiCall]] = {}
        for push in self.pushes:
            pushes.setdefault((push.grant, name_of(push.badge)), []).append(push)
        return pushes

    def after(self, call: ApiCall, calls: tuple[ApiCall, ...]) -> list[ApiCall]:
        """Those calls of the same grant that came later."""
        return [other for other in calls if other.is_after(call) and other.grant == call.grant]

    def _call(self, entry: Entry) -> ApiCall:
        members = parameters_of(entry)
        credentials = read_credentials(entry.header("Authorization"), self.ledger)
        return ApiCall(entry, credentials, members, self._refresh(entry, members))

    def _refresh(self, entry: Entry, members: Any) -> TokenMatch | None:
        token = members.get("refresh_token") if entry.endpoint == "token" and members else None
        return self.ledger.match(token) if isinstance(token, str) else None


def evidence_of(observation: Observation) -> Evidence:
    """The requests to a sandbox, and to the root of the same mock."""
    sandbox, watcher = observation.sandbox, observation.watcher
    return Evidence(
        situation=observation.situation,
        entries=observation.entries,
        abroad=observation.abroad,
        ledger=Ledger(sandbox.backpack.given),
        inspections=watcher.inspections if isinstance(watcher, InspectionWatcher) else None,
        api_root=sandbox.api_root(""),
    )


def name_of(badge: Any) -> str:
    """A pushed badge as a text that identifies it."""
    return badge if isinstance(badge, str) else json.dumps(badge, sort_keys=True)


def _last(entry: Entry) -> str:
    return entry.target.partition("?")[0].rstrip("/").rpartition("/")[2]
