"""All requests of one consumer to a mock, prepared for the judges."""

from collections.abc import Mapping
from functools import cached_property
from urllib.parse import parse_qsl, urlsplit

from attrs import frozen

from mock_backpack.core.clients import Client, Code
from mock_backpack.core.entry import Entry
from mock_backpack.core.foreign import FOREIGN
from mock_backpack.issuer.answered import path_of
from mock_backpack.issuer.badge_connect.call import Ask, Call, read_call
from mock_backpack.issuer.badge_connect.found import BASED, URLS, Manifest
from mock_backpack.issuer.badge_connect.watcher import CopyWatcher
from mock_backpack.issuer.heard import Heard
from mock_backpack.issuer.ledger import Ledger
from mock_backpack.issuer.situation import Situation

LOST = frozenset(
    {
        *("badgeconnect.json", "register", "registration", "authorize", "authorization", "token"),
        *("revoke", "revocation", "assertions", "assertion", "profile"),
    }
)
"""Last segments of paths at which a consumer may look for an endpoint without the manifest."""
OTHER_ENTRY, ELSEWHERE = "/entry", "/api"
"""Below the foreign address of a sandbox: endpoints of another version; where redirects lead."""


@frozen(slots=False, eq=False)
class Evidence:
    """The evidence for judging a consumer."""

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
    watcher: CopyWatcher | None

    @cached_property
    def manifests(self) -> tuple[Manifest, ...]:
        """Requests for the manifest."""
        return tuple(Manifest(entry) for entry in self._at("manifest"))

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
            if not ask.told:
                shown[ask.entry.target] = place
        return tuple(asks)

    @cached_property
    def trades(self) -> tuple[Call, ...]:
        """Requests to the token endpoint."""
        return self._calls("oauth-token")

    @cached_property
    def refreshes(self) -> tuple[Call, ...]:
        """Those that refresh a token."""
        return tuple(
            call
            for call in self.trades
            if call.form.get("grant_type") == "refresh_token" or "refresh_token" in call.form
        )

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
        """Requests for assertions and profile."""
        return tuple(sorted(self._calls("assertions") + self._calls("profile"), key=_number))

    @cached_property
    def pushes(self) -> tuple[Call, ...]:
        """Requests that push a badge."""
        writes = ("POST", "PUT", "PATCH")
        return tuple(call for call in self._calls("assertions") if call.entry.method in writes)

    @cached_property
    def reads(self) -> tuple[Call, ...]:
        """Requests that read badges."""
        return tuple(call for call in self._calls("assertions") if call.entry.method == "GET")

    @cached_property
    def calls(self) -> tuple[Call, ...]:
        """All requests to the API, in the order in which they came."""
        endpoints = ("manifest", *URLS, *BASED)
        calls = (call for endpoint in endpoints for call in self._calls(endpoint))
        return tuple(sorted(calls, key=_number))

    @cached_property
    def lost(self) -> tuple[Entry, ...]:
        """Requests for endpoints at paths that there are not."""
        unknown = (entry for entry in self.entries if not entry.endpoint)
        return tuple(
            entry for entry in unknown if path_of(entry).rstrip("/").rpartition("/")[2] in LOST
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
            pushes.setdefault(push.badge, []).append(push)
        return pushes

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
        registered = {str(one.answer.get("client_id")) for one in self.registrations}
        id_ = call.basic.decoded[0] if call.basic else self.holders.get(call.grant or 0, "")
        return self.client(id_) is not None and id_ not in registered

    def is_over(self, grant: int | None) -> bool:
        """Whether a grant has been revoked."""
        return grant is not None and grant not in self.living

    def is_told(self, name: str) -> bool:
        """Whether the situation tells the consumer something beside."""
        return self.situation is not None and bool(self.situation.tells.get(name))

    def _at(self, endpoint: str) -> tuple[Entry, ...]:
        unasked = ("OPTIONS", "HEAD")
        return tuple(
            entry
            for entry in self.entries
            if entry.endpoint == endpoint and entry.method not in unasked
        )

    def _calls(self, endpoint: str) -> tuple[Call, ...]:
        return tuple(read_call(entry, self.ledger) for entry in self._at(endpoint))


def _number(call: Call) -> int:
    return call.number


def evidence_of(heard: Heard) -> Evidence:
    """The requests to a sandbox, and to the root of the same mock."""
    sandbox = heard.sandbox
    registry = sandbox.clients.registry()
    return Evidence(
        situation=heard.situation,
        entries=heard.entries,
        abroad=heard.abroad,
        prefix=sandbox.prefix,
        has_own_address=sandbox.shared.settings.url is None,
        ledger=Ledger(grant for grant in sandbox.backpack.given if grant.client),
        clients=registry.clients,
        codes=registry.codes,
        holders={grant.number: grant.client for grant in sandbox.backpack.given},
        living=frozenset(grant.number for grant in sandbox.backpack.grants()),
        watcher=heard.watcher if isinstance(heard.watcher, CopyWatcher) else None,
    )


def next_of(link: str) -> dict[str, str] | None:
    """The query to which a ``Link`` header leads as ``next``; ``None`` when it does not."""
    for part in link.split(","):
        url, _, parameters = part.strip().partition(";")
        if 'rel="next"' in parameters.replace(" ", ""):
            return dict(parse_qsl(urlsplit(url.strip("<> ")).query))
    return None
