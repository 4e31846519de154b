"""All requests of one client to a mock, prepared for the judges."""

from collections.abc import Callable, Mapping
from functools import cached_property
from urllib.parse import parse_qsl, urlsplit

from attrs import frozen

from mock_backpack.core.clients import Client, Code
from mock_backpack.core.entry import Entry
from mock_backpack.core.foreign import FOREIGN
from mock_backpack.issuer.answered import path_of
from mock_backpack.issuer.ledger import Ledger
from mock_backpack.issuer.oauth.call import Ask, Call, read_call
from mock_backpack.issuer.oauth.found import Found
from mock_backpack.issuer.oauth.terms import Terms
from mock_backpack.issuer.observation import Observation, Watcher
from mock_backpack.issuer.situation import Situation

NOT_MODIFIED = 304
ENTRY, ELSEWHERE = "/entry", "/api"
"""Below the foreign address of a sandbox: endpoints of another version; where redirects lead."""


@frozen(slots=False, eq=False)
class Evidence:
    """The evidence for judging a client."""

    terms: Terms
    situation: Situation | None
    entries: tuple[Entry, ...]
    """The sandbox's journal."""
    abroad: tuple[Entry, ...]
    """The journal of the root."""
    prefix: str
    """The path of the sandbox."""
    has_own_address: bool
    """Whether the hosts of requests are those that the manifest named: no proxy changed them."""
    ledger: Ledger
    clients: tuple[Client, ...]
    codes: tuple[Code, ...]
    holders: Mapping[int, str]
    """By number of a grant: the id of its client."""
    living: frozenset[int]
    """The numbers of the grants that have not been revoked."""
    watcher: Watcher | None

    @cached_property
    def documents(self) -> tuple[Found, ...]:
        """Requests for the document that announces the API."""
        found: list[Found] = []
        for entry in self._at(self.terms.discovery):
            known = (document.announced for document in reversed(found) if document.is_usable)
            announced = next(known, entry) if entry.status == NOT_MODIFIED else entry
            found.append(self.terms.found(entry, announced))
        return tuple(found)

    @cached_property
    def registrations(self) -> tuple[Call, ...]:
        """Requests to register."""
        return self._calls("register")

    @cached_property
    def asks(self) -> tuple[Ask, ...]:
        """Visits of the authorization endpoint, without those before a login.

        A page that is loaded again is one visit: the last one.
        """
        asks: list[Ask] = []
        shown: dict[str, int] = {}
        for ask in map(Ask, self._calls("authorize")):
            if ask.leads_on:
                continue
            place = shown.pop(ask.entry.target, len(asks))
            asks[place : place + 1] = [ask]
            if not ask.callback:
                shown[ask.entry.target] = place
        return tuple(asks)

    @cached_property
    def trades(self) -> tuple[Call, ...]:
        """Requests to the token endpoint."""
        return self._calls("oauth-token")

    @cached_property
    def refreshes(self) -> tuple[Call, ...]:
        """Those that refresh a token."""
        return tuple(call for call in self.trades if call.is_refresh)

    @cached_property
    def exchanges(self) -> tuple[Call, ...]:
        """Those that trade a code: all others."""
        return tuple(call for call in self.trades if call not in self.refreshes)

    @cached_property
    def revocations(self) -> tuple[Call, ...]:
        """Requests to revoke a token."""
        return self._calls("oauth-revoke")

    @cached_property
    def resources(self) -> tuple[Call, ...]:
        """Requests for badges and profile."""
        calls = (call for endpoint in self.terms.based for call in self._calls(endpoint))
        return tuple(sorted(calls, key=_number))

    @cached_property
    def pushes(self) -> tuple[Call, ...]:
        """Requests that push a badge."""
        writes = ("POST", "PUT", "PATCH")
        return tuple(call for call in self._calls(self.terms.push) if self._is(call, *writes))

    @cached_property
    def reads(self) -> tuple[Call, ...]:
        """Requests that read badges."""
        return tuple(call for call in self._calls(self.terms.push) if self._is(call, "GET"))

    @cached_property
    def calls(self) -> tuple[Call, ...]:
        """All requests to the API, in the order in which they came."""
        calls = (call for endpoint in self.terms.endpoints for call in self._calls(endpoint))
        return tuple(sorted(calls, key=_number))

    @cached_property
    def lost(self) -> tuple[Entry, ...]:
        """Requests for endpoints at paths that there are not."""
        if self.situation is None and not self.calls:
            return ()  # perhaps on the way to another API
        unknown = (entry for entry in self.entries if not entry.endpoint)
        names = self.terms.lost
        return tuple(
            entry for entry in unknown if path_of(entry).rstrip("/").rpartition("/")[2] in names
        )

    @cached_property
    def strays(self) -> tuple[Call, ...]:
        """Requests to the address that simulates a foreign server."""
        here = f"{FOREIGN}{self.prefix}/"
        found = (entry for entry in self.abroad if entry.target.startswith(here))
        return tuple(read_call(entry, self.ledger) for entry in found)

    def astray(self, below: str) -> tuple[Call, ...]:
        """Those that went to a part of it."""
        here = f"{FOREIGN}{self.prefix}{below}"
        return tuple(stray for stray in self.strays if stray.entry.target.startswith(here))

    def badges(self) -> dict[str, list[Call]]:
        """Pushes by badge, in order."""
        pushes: dict[str, list[Call]] = {}
        for push in self.pushes:
            pushes.setdefault(self.badge(push), []).append(push)
        return pushes

    def badge(self, push: Call) -> str:
        """What identifies the badge of a push."""
        return self.terms.badge(push.entry)

    def client(self, id_: str) -> Client | None:
        """The registered client with this id."""
        return next((client for client in self.clients if client.id == id_), None)

    def code(self, text: str) -> Code | None:
        """The code that a text is."""
        return next((code for code in self.codes if code.text == text), None)

    def grant_of(self, trade: Call) -> int | None:
        """The number of the grant whose tokens a token answer gave."""
        given = self.ledger.find(str(trade.answer.get("access_token", "")))
        return given.grant if given else None

    def is_ready_made(self, call: Call) -> bool:
        """Whether a request is of a client that was made without any registration."""
        registered = {
            str(registration.answer.get("client_id")) for registration in self.registrations
        }
        id_ = call.basic.decoded[0] if call.basic else self.holders.get(call.grant or 0, "")
        return self.client(id_) is not None and id_ not in registered

    def is_over(self, grant: int | None) -> bool:
        """Whether a grant has been revoked."""
        return grant is not None and grant not in self.living

    def is_missing(self, call: Call) -> bool:
        """Whether a request is for a path that the API does not have."""
        return self.terms.missing in call.entry.broke

    def is_asked(self, name: str) -> bool:
        """Whether the situation gives the client further values."""
        return self.situation is not None and bool(self.situation.tells.get(name))

    def _at(self, endpoint: str) -> tuple[Entry, ...]:
        unasked = ("OPTIONS", "HEAD")
        return tuple(
            entry
            for entry in self.entries
            if entry.endpoint == endpoint and entry.method not in unasked and self._is_own(entry)
        )

    def _is_own(self, entry: Entry) -> bool:
        """Whether a request is to this API: others have endpoints of the same names."""
        return path_of(entry).removeprefix(self.prefix).startswith(self.terms.paths)

    def _is(self, call: Call, *methods: str) -> bool:
        """Whether a request is of a method, and at a path that there is."""
        return call.entry.method in methods and not self.is_missing(call)

    def _calls(self, endpoint: str) -> tuple[Call, ...]:
        return tuple(read_call(entry, self.ledger) for entry in self._at(endpoint))


def _number(call: Call) -> int:
    return call.number


def evidence_by(terms: Terms) -> Callable[[Observation], Evidence]:
    """What reads the requests to an API, and to the root of the same mock."""

    def evidence_of(observation: Observation) -> Evidence:
        sandbox = observation.sandbox
        registry = sandbox.clients.registry()
        return Evidence(
            terms=terms,
            situation=observation.situation,
            entries=observation.entries,
            abroad=observation.abroad,
            prefix=sandbox.prefix,
            has_own_address=sandbox.shared.settings.url is None,
            ledger=Ledger(grant for grant in sandbox.backpack.given if grant.client),
            clients=registry.clients,
            codes=registry.codes,
            holders={grant.number: grant.client for grant in sandbox.backpack.given},
            living=frozenset(grant.number for grant in sandbox.backpack.grants()),
            watcher=observation.watcher,
        )

    return evidence_of


def next_of(link: str) -> dict[str, str] | None:
    """The query to which a ``Link`` header leads as ``next``; ``None`` when it does not."""
    for part in link.split(","):
        url, _, parameters = part.strip().partition(";")
        if 'rel="next"' in parameters.replace(" ", ""):
            return dict(parse_qsl(urlsplit(url.strip("<> ")).query))
    return None
