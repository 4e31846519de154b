"""Everything that a mock heard of one issuer, read for its judges."""

import json
from collections.abc import Iterator
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

from attrs import frozen

from mock_backpack.core.entry import Entry
from mock_backpack.core.sandbox import Sandbox
from mock_backpack.issuer.call import API, Call, parameters_of
from mock_backpack.issuer.credentials import read_credentials
from mock_backpack.issuer.ledger import Given, Ledger, Meant
from mock_backpack.issuer.looks import Inspections
from mock_backpack.issuer.situations import Situation
from mock_backpack.issuer.stage import FOREIGN, Stage


@frozen(eq=False)
class Stray:
    """A request that carried a token of ours to where it does not belong."""

    entry: Entry
    given: Given

    @property
    def is_foreign(self) -> bool:
        """Whether it went to what stands for somebody else's server."""
        return self.entry.target.startswith(f"{FOREIGN}/")


@frozen(eq=False)
class Ask:
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
    def told(self) -> dict[str, list[str]]:
        """What the callback was told; empty when the earner was shown one of our own pages."""
        head = dict(line.partition(": ")[::2] for line in self.entry.answer_head.split("\r\n"))
        told = parse_qs(urlsplit(head.get("Location", "")).query)
        return told if told.keys() & {"access_token", "error"} else {}

    @property
    def is_denied(self) -> bool:
        """Whether the callback was told that the earner denies."""
        return self.told.get("error") == ["access_denied"]

    @property
    def _parameters(self) -> dict[str, str]:
        sent = self.entry.body.decode(errors="replace")
        query = sent if self.entry.method == "POST" else urlsplit(self.entry.target).query
        return dict(parse_qsl(query, keep_blank_values=True))


@frozen(eq=False)
class Evidence:
    """What there is to judge an issuer by."""

    situation: Situation | None
    entries: tuple[Entry, ...]
    """The sandbox's journal."""
    abroad: tuple[Entry, ...]
    """The journal of the root, where a request may have gone astray."""
    ledger: Ledger
    inspections: Inspections | None
    """``None`` where nothing was looked at."""
    api_root: str
    """The ``api_root`` that the callback was told, when it is not on the host of the pages."""
    unread: tuple[str, ...] = ()
    """Why requests could not be read, whoever sent them."""

    @cached_property
    def calls(self) -> tuple[Call, ...]:
        """Requests to the API, in the order in which they came."""
        return tuple(
            self._call(one)
            for one in self.entries
            if one.endpoint in API and one.method != "OPTIONS"
        )

    @cached_property
    def pushes(self) -> tuple[Call, ...]:
        """Requests to issue."""
        return tuple(one for one in self.calls if one.endpoint == "issue")

    @cached_property
    def refreshes(self) -> tuple[Call, ...]:
        """Requests to token."""
        return tuple(one for one in self.calls if one.endpoint == "token")

    @cached_property
    def identities(self) -> tuple[Call, ...]:
        """Requests to identity."""
        return tuple(one for one in self.calls if one.endpoint == "identity")

    @cached_property
    def asks(self) -> tuple[Ask, ...]:
        """Visits of the access page, and consents."""
        wanted = ("access", "accept")
        return tuple(Ask(one) for one in self.entries if one.endpoint in wanted)

    @cached_property
    def returns(self) -> tuple[Ask, ...]:
        """Those after which the browser went to the callback."""
        return tuple(one for one in self.asks if one.told)

    @cached_property
    def lost(self) -> tuple[Entry, ...]:
        """Requests of the sandbox for issue, token or identity at a path that there is not."""
        return tuple(one for one in self.entries if not one.endpoint and _last(one) in API)

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

    def badges(self) -> dict[tuple[int | None, str], list[Call]]:
        """Pushes by grant and badge, in order."""
        found: dict[tuple[int | None, str], list[Call]] = {}
        for push in self.pushes:
            found.setdefault((push.grant, name_of(push.badge)), []).append(push)
        return found

    def after(self, call: Call, calls: tuple[Call, ...]) -> list[Call]:
        """Those calls of the same grant that came later."""
        return [one for one in calls if one.is_after(call) and one.grant == call.grant]

    def _call(self, entry: Entry) -> Call:
        said = parameters_of(entry)
        credentials = read_credentials(entry.header("Authorization"), self.ledger)
        return Call(entry, credentials, said, self._refresh(entry, said))

    def _refresh(self, entry: Entry, said: Any) -> Meant | None:
        token = said.get("refresh_token") if entry.endpoint == "token" and said else None
        return self.ledger.meant(token) if isinstance(token, str) else None


def evidence_of(sandbox: Sandbox, root: Sandbox) -> Evidence:
    """What a sandbox, and the root of the same mock, heard."""
    stage = sandbox.observer if isinstance(sandbox.observer, Stage) else None
    return Evidence(
        situation=stage.situation if stage else None,
        entries=tuple(one for one in sandbox.journal if one.is_done),
        abroad=() if root is sandbox else tuple(one for one in root.journal if one.is_done),
        ledger=Ledger(sandbox.backpack.given),
        inspections=stage.inspections if stage else None,
        api_root=sandbox.api_root(""),
        unread=tuple(sandbox.unread),
    )


def name_of(badge: Any) -> str:
    """A pushed badge as a text by which it is told from others."""
    return badge if isinstance(badge, str) else json.dumps(badge, sort_keys=True)


def _last(entry: Entry) -> str:
    return entry.target.partition("?")[0].rstrip("/").rpartition("/")[2]
