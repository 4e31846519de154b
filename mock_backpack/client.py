"""A Python client for the admin API of a mock."""

import http.client
import json
import socket
import ssl
from base64 import b64encode
from collections.abc import Mapping, Sequence
from functools import cached_property
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import quote, urlencode, urlsplit

from attrs import field, frozen

__tracebackhide__ = True
"""pytest shows none of this module's frames above a user's mistake."""
PATIENCE = 10.0
"""Seconds that the mock may take for an answer, beside those that it was asked to wait."""
OF_ALL = 60.0
"""Seconds for an answer that may be thousands of exchanges long."""
EVERYTHING = 10**9
CREDENTIALS = (
    *("access_token", "refresh_token", "api_root", "api_base", "client_id", "client_secret"),
)
"""Members of a new grant that are texts."""


@frozen
class MockRefused(Exception):
    """The mock answered 4xx: it was asked for something that it cannot do."""

    status: int
    message: str
    """Which request it was, and what the mock says was expected."""

    def __str__(self) -> str:
        return self.message


class MockGone(ConnectionError):
    """The mock cannot be reached, or what answers at its address is no mock."""


@frozen
class IssuerGrant:
    """An earner's permission for an issuer, as the issuer receives it.

    What is empty, the API does not have.
    """

    number: int
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires: int
    """Life of the access token in seconds."""
    api_root: str = ""
    api_base: str = ""
    client_id: str = ""
    client_secret: str = field(default="", repr=False)

    @property
    def authorization(self) -> str:
        """The value of the header ``Authorization`` for requests to the API."""
        if self.client_id:
            return f"Bearer {self.access_token}"
        return f"Bearer {b64encode(self.access_token.encode()).decode()}"


class MockClient:
    """The admin API of the mock at ``url``, or of one of its sandboxes; for one thread.

    Every method raises `MockRefused` when the mock refuses, and `MockGone` when there is none.
    """

    def __init__(
        self, url: str, admin_token: str | None = None, tls: ssl.SSLContext | None = None
    ) -> None:
        """``url`` is what the mock said when it was ready, ``admin_token`` what it demands.

        ``tls`` trusts the authority of a mock that serves https:
        ``ssl.create_default_context(cafile=…)``.

        Raises:
            ValueError: when ``url`` is no http or https URL.
        """
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"url: expected such as http://127.0.0.1:8765, saw {url!r}")
        self.url = url.rstrip("/")
        self._path = parts.path.rstrip("/")
        self._admin_token = admin_token
        self._tls = tls
        host, port = parts.hostname, parts.port
        self._connection = (
            http.client.HTTPSConnection(host, port, timeout=PATIENCE, context=tls)
            if parts.scheme == "https"
            else http.client.HTTPConnection(host, port, timeout=PATIENCE)
        )
        self._drops: tuple[str, str] | None = None
        self.tells: Mapping[str, str] = {}
        """What the situation tells an issuer, by the names of variables of its environment."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            if self._drops is not None:
                self._ask(*self._drops)
        except MockRefused as refused:
            if refused.status != 404:  # it was dropped already
                raise
        finally:
            self.close()

    def close(self) -> None:
        """Close the connection; the next request opens another."""
        self._connection.close()

    def health(self) -> dict[str, Any]:
        """Name and version of the mock, and how many sandboxes it has."""
        return self._ask("GET", "/health")

    def sandbox(
        self,
        name: str | None = None,
        *,
        rules: Sequence[Any] = (),
        expires: int | None = None,
        token_length: int | None = None,
        seed: str | None = None,
        situation: str | None = None,
    ) -> "MockClient":
        """A client for a fresh sandbox, which is dropped when its ``with`` ends.

        What is not given is as at the root; ``rules`` are armed at once, after `reset` again.
        ``situation`` prepares it for judging an issuer; `situations` has their names.
        """
        shape = {"name": name, "expires": expires, "token_length": token_length, "seed": seed}
        order = {**_given(shape), **_given({"situation": situation}), "rules": list(rules)}
        answer = self._ask("POST", "/sandboxes", order)
        client = MockClient(answer["url"], self._admin_token, self._tls)
        client.tells = answer["tells"]
        client._drops = ("DELETE", f"/sandboxes/{answer['name']}")
        return client

    def reset(self) -> None:
        """Everything as it began: no earners, the right time, an empty journal."""
        self._ask("POST", "/reset")

    def earner(self, email: str) -> None:
        """See that there is an earner."""
        self._ask("POST", "/earners", {"email": email})

    def log_in(self, email: str) -> dict[str, Any]:
        """A browser session: ``cookie`` with ``name``, ``value`` and ``path``, and ``csrf``."""
        return self._ask("POST", "/login", {"email": email})

    def grant(
        self, earner: str, origin: str, scope: str | None = None, api: str | None = None
    ) -> IssuerGrant:
        """A grant without a browser; ``origin`` is the issuer's, such as ``https://a.example``.

        ``api`` is ``connect`` unless it is given; for ``ob2.1`` the issuer is a new client.
        """
        order = {"earner": earner, "origin": origin, "scope": scope, "api": api}
        answer = self._ask("POST", "/grants", _given(order))
        texts = {name: answer[name] for name in CREDENTIALS if name in answer}
        return IssuerGrant(number=answer["number"], expires=int(answer["expires"]), **texts)

    def access_token(self, earner: str, client: str, scope: str | None = None) -> str:
        """A grant for an OAuth client without a browser: its access token, to be sent as it is.

        ``client`` is the ``client_id`` of its registration; ``scope`` has spaces, and without one
        it is all that the client has registered.
        """
        order = {"earner": earner, "client": client, **_given({"scope": scope})}
        token: str = self._ask("POST", "/grants", order)["access_token"]
        return token

    def expire(self, grant: IssuerGrant) -> None:
        """Let the access token of a grant expire now."""
        self._ask("POST", f"/grants/{grant.number}/expire")

    def revoke(self, grant: IssuerGrant) -> None:
        """Let the earner take back all that the grant's origin may."""
        self._ask("DELETE", f"/grants/{grant.number}")

    def consent(
        self,
        answer: Literal["grant", "deny", "page"],
        earner: str | None = None,
        times: int | None = None,
    ) -> None:
        """Let the access page answer without showing a page: for whom, and how often."""
        choice = {"answer": answer, "earner": earner, "times": times}
        self._ask("PUT", "/consent", _given(choice))

    def badges(self, earner: str) -> list[dict[str, Any]]:
        """The badges of an earner, oldest first."""
        answer: list[dict[str, Any]] = self._ask("GET", f"/badges?{urlencode({'earner': earner})}")[
            "badges"
        ]
        return answer

    def now(self) -> float:
        """The mock's time in unix seconds."""
        return _now(self._ask("GET", "/clock"))

    def advance(self, seconds: float) -> float:
        """Move the mock's clock forward; its time then, in unix seconds."""
        return self._move({"advance": seconds})

    def set_clock(self, t: float | str) -> float:
        """Put the clock to unix seconds or to an ISO 8601 time, which is UTC if it says nothing."""
        return self._move({"set": t})

    def freeze(self) -> float:
        """Stop the mock's clock; its time then, in unix seconds."""
        return self._move({"freeze": True})

    def resume(self) -> float:
        """Resume a frozen clock; returns its time in unix seconds."""
        return self._move({"resume": True})

    def arm(
        self,
        name_or_rule: str | Mapping[str, Any],
        *,
        endpoint: str | None = None,
        origin: str | None = None,
        earner: str | None = None,
        skip: int | None = None,
        count: int | None = None,
        probability: float | None = None,
        **parameters: Any,
    ) -> str:
        """Arm a fault or a defect; the id of the rule.

        Args:
            name_or_rule: the name of a fault or defect, or alone: a rule as an object, or in words.
            endpoint: act there only, such as ``issue``; see ``docs/mock.md`` for all.
            origin: act on requests of this issuer only.
            earner: act on requests for this earner only.
            skip: so many matching requests pass first.
            count: act so often, and then no more.
            probability: act by this chance, from 0 to 1.
            parameters: what can be chosen about this fault.

        Raises:
            ValueError: when a whole rule comes with any of the others.
        """
        match = _given({"endpoint": endpoint, "origin": origin, "earner": earner})
        when = _given({"skip": skip, "count": count, "probability": probability})
        chosen = _given({"match": match or None, "when": when or None, "with": parameters or None})
        answer = self._ask("POST", "/rules", self._rule(name_or_rule, chosen))
        identifier: str = answer["rules"][0]["id"]
        return identifier

    def disarm(self, rule: str | None = None) -> list[dict[str, Any]]:
        """Take a rule away, or all; what they were, with how often they ``fired``."""
        path = "/rules" if rule is None else f"/rules/{quote(rule, safe='')}"
        disarmed: list[dict[str, Any]] = self._ask("DELETE", path)["disarmed"]
        return disarmed

    def rules(self) -> list[dict[str, Any]]:
        """The armed rules, each with how often it has ``fired``."""
        armed: list[dict[str, Any]] = self._ask("GET", "/rules")["rules"]
        return armed

    def catalogue(self) -> list[dict[str, Any]]:
        """Every fault and defect that can be armed."""
        known: list[dict[str, Any]] = self._ask("GET", "/catalogue")["catalogue"]
        return known

    def journal(self, **filters: str | int) -> list[dict[str, Any]]:
        """The exchanges that match all filters, oldest first; `docs/mock.md` names the filters."""
        query = urlencode({"limit": EVERYTHING, **filters})
        answer: list[dict[str, Any]] = self._ask("GET", f"/journal?{query}", patience=OF_ALL)[
            "exchanges"
        ]
        return answer

    def wait(self, count: int = 1, timeout: float = 5, **filters: str | int) -> dict[str, Any]:
        """Wait until ``count`` exchanges match, or ``timeout`` seconds.

        ``answer`` is ``yes``, ``no``, or says that the journal was too short to know;
        ``exchanges`` are those that match.
        """
        query = urlencode({"count": count, "timeout": timeout, "limit": EVERYTHING, **filters})
        return self._ask("GET", f"/journal/wait?{query}", patience=max(timeout, 0) + PATIENCE)

    def never(self, timeout: float = 5, **filters: str | int) -> dict[str, Any]:
        """Watch for ``timeout`` seconds whether an exchange matches; ``answer`` ``yes``: none did.

        One that is in the journal already makes it ``no`` at once: say ``since``, or `reset`.
        """
        query = urlencode({"timeout": timeout, "limit": EVERYTHING, **filters})
        return self._ask("GET", f"/journal/never?{query}", patience=max(timeout, 0) + PATIENCE)

    def situations(self) -> list[dict[str, Any]]:
        """Every situation that an issuer can be put into, and what it puts to the test."""
        known: list[dict[str, Any]] = self._ask("GET", "/situations")["situations"]
        return known

    def enter(self, situation: str) -> dict[str, Any]:
        """Reset the sandbox into a situation; returns its new state."""
        state = self._ask("PUT", "/situation", {"situation": situation})
        self.tells = state["tells"]
        return state

    def verdict(self, exchanges: Literal["all", "cited"] = "cited") -> dict[str, Any]:
        """The verdict on the issuer that used the sandbox, by requirement."""
        return self._ask("GET", f"/verdict?{urlencode({'exchanges': exchanges})}")

    def _move(self, way: Mapping[str, Any]) -> float:
        return _now(self._ask("POST", "/clock", way))

    def _rule(self, name_or_rule: str | Mapping[str, Any], chosen: Mapping[str, Any]) -> Any:
        if isinstance(name_or_rule, str) and (kind := self._kinds.get(name_or_rule.lower())):
            return {kind: name_or_rule, **chosen}
        if chosen and (not isinstance(name_or_rule, str) or " " in name_or_rule):
            names = ", ".join(chosen)
            raise ValueError(f"rule: expected a name with {names}, saw {name_or_rule!r}")
        return name_or_rule

    @cached_property
    def _kinds(self) -> Mapping[str, str]:
        return {
            name.lower(): entry["kind"]
            for entry in self.catalogue()
            for name in (entry["name"], *entry.get("aliases", ()))
        }

    def _ask(
        self, method: str, path: str, content: Any = None, patience: float = PATIENCE
    ) -> dict[str, Any]:
        where = f"{method} {self.url}/_mock{path}"
        body = None if content is None else json.dumps(content)
        try:
            status, content = self._exchange(method, f"{self._path}/_mock{path}", body, patience)
        except (OSError, http.client.HTTPException) as error:
            why = getattr(error, "strerror", None) or str(error) or type(error).__name__
            raise MockGone(f"{where}: expected an answer of the mock, saw {why}") from error
        answer = _read(content)
        if answer is None or not (status < 300 or 400 <= status < 500):
            seen = content[:200].decode(errors="replace")
            raise MockGone(f"{where}: expected JSON of the mock, saw {status} {seen}")
        if status >= 400:
            raise MockRefused(status, f"{where}: {status}: {answer.get('message', '')}")
        return answer

    def _exchange(
        self, method: str, target: str, body: str | None, patience: float
    ) -> tuple[int, bytes]:
        connection = self._connection
        if connection.sock is not None and _is_closed(connection.sock):
            connection.close()
        if connection.sock is None:
            connection.connect()
        connection.sock.settimeout(patience)
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if self._admin_token is not None:
            headers["Authorization"] = f"Bearer {self._admin_token}"
        try:
            connection.request(method, target, body, headers)
            response = connection.getresponse()
            return response.status, response.read()
        except BaseException:  # whoever is interrupted has not read the answer to its end
            connection.close()
            raise


def _is_closed(connected: socket.socket) -> bool:
    """Whether the mock has closed a connection on which nothing was asked."""
    connected.settimeout(0)
    try:
        connected.recv(1)
    except (BlockingIOError, ssl.SSLWantReadError):
        return False
    except OSError:
        return True
    return True


def _read(content: bytes) -> dict[str, Any] | None:
    try:
        answer = json.loads(content)
    except ValueError:
        return None
    return answer if isinstance(answer, dict) else None


def _given(members: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}


def _now(answer: Mapping[str, Any]) -> float:
    now: float = answer["now"]
    return now
