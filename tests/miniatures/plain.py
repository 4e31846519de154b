"""A small, correct Backpack that takes every freedom which the Backpack Connect document leaves.

It shares no code with the mock: whatever a suite asks of it beyond the document is a habit.
"""

import argparse
import base64
import functools
import hashlib
import hmac
import json
import re
import secrets
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from html import escape
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar, Self
from urllib import parse
from xml.etree import ElementTree as ET

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

API = "/v2/push/api"
LIMIT = 1024 * 1024  # bytes of a request body or of a fetched document
LONGEST = 8192  # characters of a callback
BUDGET = 20.0  # seconds for reading one body, and for all that one badge makes us fetch
HOPS = 5
FORBIDDEN = frozenset({"169.254.169.254"})
HASHED = re.compile(r"sha256\$[0-9a-fA-F]{64}|sha512\$[0-9a-fA-F]{128}")
COMPACT_JWS = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*")
ISO_TIME = re.compile(r"[0-9-]{8,10}(T[0-9:.,]+(Z|[+-][0-9:]+)?)?")
URL_SAFE = ":/?#[]@!$&'()*+,;=%~"
OURS = {"access_token", "refresh_token", "expires", "api_root", "error"}
NO_STORE = {"Cache-Control": "no-store"}
JSON = NO_STORE | {"Content-Type": "application/json; charset=utf-8"}
HTML = NO_STORE | {
    "Content-Type": "text/html; charset=utf-8",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    "X-Frame-Options": "DENY",
}
PREFLIGHT = NO_STORE | {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "Content-Type, Authorization",
    "Access-Control-Expose-Headers": "WWW-Authenticate",
}
SCRIPT = """(function () {
  var me = document.currentScript;
  var ask = new URL("connect/ask", me && me.src ? me.src : HOME).href;
  window.OpenBadges = window.OpenBadges || {};
  window.OpenBadges.connect = function (options) {
    var callback = new URL(options.callback, document.baseURI || window.location.href).href;
    var scope = [].concat(options.scope || []).join(",");
    window.location.href = ask + "?callback=" + encodeURIComponent(callback) +
      "&scope=" + encodeURIComponent(scope);
  };
})();
"""
LOGIN_FIELDS = """<label>E-mail <input type="email" name="email"></label>
<label>Password <input type="password" name="password"></label>"""

Document = dict[str, Any]
Rule = Callable[[Any], bool] | dict[str, "Rule"] | list["Rule"]
Routes = Mapping[str, Mapping[str, Callable[[Any], "Answer"]]]


class Refusal(Exception):
    """A 4xx answer: its status, its sentence, its headers."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status, self.headers = status, dict(headers or {})


@dataclass(frozen=True)
class Answer:
    """A whole response, built before its first byte is sent."""

    status: int
    content: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(eq=False)
class Earner:
    """A person, the salt that hides the e-mail, and the badges by what makes them the same."""

    email: str
    salt: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    badges: dict[tuple[str, str], Document] = field(default_factory=dict)


@dataclass(frozen=True)
class Session:
    """A browser, with an earner after the login."""

    earner: Earner | None
    name: str = field(default_factory=secrets.token_urlsafe)
    csrf: str = field(default_factory=secrets.token_hex)


def access_token() -> str:
    """It looks like a JWT, but says nothing."""
    return f"eyJ0eXAiOiJhdCtqd3QifQ.{secrets.token_urlsafe(24)}.{secrets.token_urlsafe(32)}"


@dataclass(eq=False)
class Grant:
    """What an earner allowed an origin; a refresh changes its tokens in place."""

    earner: Earner
    origin: str
    until: float
    access: str = field(default_factory=access_token)
    refresh: str = field(default_factory=secrets.token_hex)
    spent: set[str] = field(default_factory=set)

    def renew(self, until: float) -> None:
        self.spent.add(self.refresh)
        self.access, self.refresh, self.until = access_token(), secrets.token_hex(), until


@dataclass(frozen=True)
class Verdict:
    """A valid badge, before anybody asked whose it is and who pushes it."""

    badge: Document
    recipient: Document
    origin: str
    sources: tuple[str, ...]
    key: tuple[str, str]


def same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def invalid(message: str) -> Refusal:
    return Refusal(422, message)


def unauthorized(message: str, error: str = ', error="invalid_token"') -> Refusal:
    return Refusal(401, message, {"WWW-Authenticate": f'Bearer realm="plain backpack"{error}'})


@contextmanager
def refusing(message: str) -> Iterator[None]:
    """Whatever an input breaks in the block is the sender's fault, and the message says which."""
    try:
        yield
    except (ValueError, OSError, RecursionError, HTTPException, ET.ParseError):
        raise invalid(message) from None
    except (InvalidSignature, UnsupportedAlgorithm):
        raise invalid(message) from None


@contextmanager
def watched(sock: socket.socket, seconds: float) -> Iterator[None]:
    """Stops listening after a while: a peer that drips defeats any time-out of single reads."""

    def hang_up() -> None:
        with suppress(OSError):
            sock.shutdown(socket.SHUT_RD)

    timer = threading.Timer(seconds, hang_up)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def json_object(content: bytes, what: str) -> Document:
    """The JSON object; what JSON or UTF-8 could not carry back is refused too."""
    with refusing(f"{what} is not JSON (and a querystring is none)"):
        value = json.loads(content)
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    if not isinstance(value, dict):
        raise invalid(f"{what} is no JSON object")
    return value


def origin_of(url: object) -> str | None:
    """The origin of an absolute http(s) URL; None for anything else."""
    if not isinstance(url, str) or re.search(r"[\x00-\x20\x7f-\xa0<>\"\\]", url):
        return None
    try:
        parts = parse.urlsplit(url)
        host, port = (parts.hostname or "").encode("idna").decode().lower(), parts.port
    except ValueError:
        return None
    known = {"http": 80, "https": 443}
    if parts.scheme not in known or "@" in parts.netloc or not re.fullmatch(r"[\w.:-]+", host):
        return None
    name = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{name}" + ("" if port in (None, known[parts.scheme]) else f":{port}")


def target_of(url: str) -> str:
    parts = parse.urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


# The members of a badge. A trailing "?" marks one that may be missing.


def text(value: object) -> bool:
    return isinstance(value, str)


def web(value: object) -> bool:
    return origin_of(value) is not None


def picture(value: object) -> bool:
    return web(value) or str(value)[:5].lower() == "data:"


def place(value: object) -> bool:
    return web(value) or re.match(r"/(?!/)", str(value)) is not None


def site(value: object) -> bool:
    return web(value) and parse.urlsplit(str(value))[2:] in (("", "", ""), ("/", "", ""))


def moment(value: object) -> bool:
    if isinstance(value, str) and ISO_TIME.fullmatch(value):
        with suppress(ValueError):
            return bool(datetime.fromisoformat(value))
    return type(value) in (int, str) and bool(re.fullmatch("[0-9]{10}", str(value)))


ASSERTION: Rule = {
    "uid": lambda value: text(value) and value != "",
    "recipient": {
        "identity": text,
        "type": lambda value: value == "email",
        "hashed": lambda value: isinstance(value, bool),
        "salt?": text,
    },
    "badge": web,
    "verify": {"type": lambda value: value in ("hosted", "signed"), "url": web},
    "issuedOn": moment,
    "expires?": moment,
    "evidence?": web,
    "image?": picture,
}
BADGE_CLASS: Rule = {
    "name": text,
    "description": text,
    "image": picture,
    "criteria": web,
    "issuer": web,
    "alignment?": [{"name": text, "url": web, "description?": text}],
    "tags?": [text],
}
ISSUER: Rule = {
    "name": text,
    "url": web,
    "description?": text,
    "image?": picture,
    "email?": lambda value: text(value) and "@" in value,
    "revocationList?": web,
}
FLAT: Rule = {
    "recipient": lambda value: text(value) and ("@" in value or bool(HASHED.fullmatch(value))),
    "salt?": text,
    "evidence?": place,
    "expires?": moment,
    "issued_on?": moment,
    "badge": {
        "version?": text,
        "name": text,
        "description": text,
        "image": place,
        "criteria": place,
        "issuer": {"origin": site, "name": text, "org?": text, "contact?": text},
    },
}


def conform(value: object, rule: Rule, where: str) -> None:
    """Refuses a value that is not as the rule says, and names the member."""
    match rule:
        case dict():
            if not isinstance(value, dict):
                raise invalid(f"{where} must be an object")
            for name, inner in rule.items():
                member = name.removesuffix("?")
                if member in value:
                    conform(value[member], inner, f"{where}.{member}")
                elif member == name:
                    raise invalid(f"{where}.{member} is missing")
        case list():
            if not isinstance(value, list):
                raise invalid(f"{where} must be a list")
            for entry in value:
                conform(entry, rule[0], f"{where}[]")
        case _:
            if not rule(value):
                raise invalid(f"{where} has the wrong type or form")


class Fetcher:
    """Gets what an issuer hosts, all that one badge needs within one budget of time."""

    def __init__(self, forbidden: frozenset[str]) -> None:
        self.forbidden = forbidden
        self.until = time.monotonic() + BUDGET

    def __call__(self, url: str) -> bytes:
        current = url
        for _ in range(1 + HOPS):
            with refusing(f"{url} cannot be fetched"):
                status, current, content = self.get(current)
            if status == HTTPStatus.OK:
                return content
            if status not in (301, 302, 303, 307, 308):
                raise invalid(f"{url} answers {status}, not 200")
        raise invalid(f"{url} redirects more than {HOPS} times")

    def get(self, url: str) -> tuple[int, str, bytes]:
        scheme, _, host = (origin_of(url) or "").partition("://")
        kind = {"http": HTTPConnection, "https": HTTPSConnection}.get(scheme)
        if kind is None:
            raise ValueError("no http(s) URL")
        with closing(kind(host, timeout=self.left())) as connection:
            connection.connect()
            if connection.sock.getpeername()[0].removeprefix("::ffff:") in self.forbidden:
                raise ValueError("a forbidden address")
            with watched(connection.sock, self.left()):
                connection.request("GET", parse.quote(target_of(url), safe=URL_SAFE))
                answer = connection.getresponse()
                content = answer.read(LIMIT)
                if answer.read(1) or answer.length or not self.left():
                    raise ValueError("longer than the limit, or cut short")
                location = parse.urljoin(url, answer.headers.get("Location", ""))
                return answer.status, location, content

    def left(self) -> float:
        seconds = self.until - time.monotonic()
        if seconds <= 0:
            raise TimeoutError
        return seconds


class Judge:
    """Finds out whether what was pushed is a valid badge."""

    def __init__(self, fetch: Callable[[str], bytes]) -> None:
        self.fetch = fetch

    def judge(self, pushed: str) -> Verdict:
        if web(pushed):
            return self.hosted(pushed)
        if COMPACT_JWS.fullmatch(pushed):
            return self.signed(pushed)
        raise invalid("badge is neither an http(s) URL nor a compact JWS")

    def hosted(self, url: str) -> Verdict:
        assertion = self.document(url)
        if isinstance(assertion.get("badge"), dict):
            return self.flat(url, assertion)
        badge = self.linked(assertion, "hosted")
        claimed = assertion["verify"]["url"]
        if claimed != url and canonical(self.document(claimed)) != canonical(assertion):
            raise invalid("verify.url gives another assertion")
        return judged(assertion, badge, (url, claimed))

    def signed(self, jws: str) -> Verdict:
        message, _, signature = jws.rpartition(".")
        header, assertion = (json_object(unbase64url(p), "the JWS") for p in message.split("."))
        if header.get("alg") != "RS256" or "crit" in header:
            raise invalid("the JWS must be signed with RS256, without critical extensions")
        badge = self.linked(assertion, "signed")
        url = assertion["verify"]["url"]
        pem = self.fetch(url)
        with refusing("the key at verify.url does not fit the signature"):
            key = load_pem_public_key(pem)
            if not isinstance(key, RSAPublicKey):
                raise invalid("verify.url gives no RSA key")
            key.verify(unbase64url(signature), message.encode(), PKCS1v15(), SHA256())
        revocations = badge["issuer"].get("revocationList")
        revoked = self.document(revocations) if revocations else {}
        if assertion["uid"] in revoked or str(assertion.get("id")) in revoked:
            raise invalid("the badge is revoked")
        return judged(assertion, badge, (url,))

    def linked(self, assertion: Document, kind: str) -> Document:
        """The badge class of a 1.x assertion with its issuer put in place, all members judged."""
        conform(assertion, ASSERTION, "assertion")
        recipient = assertion["recipient"]
        if recipient["hashed"] and not HASHED.fullmatch(recipient["identity"]):
            raise invalid("assertion.recipient.identity is no sha256 or sha512 hash")
        if assertion["verify"]["type"] != kind:
            raise invalid(f"assertion.verify.type must be {kind} for a badge pushed in this way")
        badge = self.document(assertion["badge"])
        conform(badge, BADGE_CLASS, "badge class")
        issuer = self.document(badge["issuer"])
        conform(issuer, ISSUER, "issuer")
        for document in (assertion, badge, issuer):
            if "image" in document:
                self.look_at(document["image"])
        issuer |= {"_location": badge["issuer"], "origin": origin_of(issuer["url"])}
        return badge | {"_location": assertion["badge"], "issuer": issuer}

    def flat(self, url: str, assertion: Document) -> Verdict:
        """A 0.5 assertion: it has no uid, its URL is what makes it the same."""
        conform(assertion, FLAT, "assertion")
        origin = str(origin_of(assertion["badge"]["issuer"]["origin"]))
        self.look_at(parse.urljoin(origin, assertion["badge"]["image"]))
        identity, salt = assertion["recipient"], assertion.get("salt", "")
        hashed = HASHED.fullmatch(identity) is not None
        recipient = {"identity": identity, "hashed": hashed, "salt": salt}
        key = f"{origin_of(url)}{target_of(url)}"
        return Verdict(assertion, recipient, origin, (url,), ("0.5", key))

    def look_at(self, url: str) -> None:
        content = inline(url) if url[:5].lower() == "data:" else self.fetch(url)
        if content[:8] == b"\x89PNG\r\n\x1a\n" and content[12:16] == b"IHDR":
            return
        with refusing("an image is neither PNG nor SVG"):
            root = ET.fromstring(content)  # noqa: S314 - expat bounds what entities grow to
            if root.tag.rpartition("}")[2] != "svg":
                raise ValueError(root.tag)

    def document(self, url: str) -> Document:
        return json_object(self.fetch(url), url)


def judged(assertion: Document, badge: Document, sources: tuple[str, ...]) -> Verdict:
    recipient, origin = assertion["recipient"], badge["issuer"]["origin"]
    body = assertion | {
        "recipient": recipient["identity"],
        "badge": badge,
        "_originalRecipient": recipient,
        "issued_on": assertion["issuedOn"],
    }
    return Verdict(body, recipient, origin, sources, (origin, assertion["uid"]))


def canonical(document: Document) -> str:
    return json.dumps(document, sort_keys=True)


def unbase64(encoded: str) -> bytes:
    """The bytes; ValueError for all but the one right encoding, which b64decode alone lets pass."""
    content = base64.b64decode(encoded, validate=True)
    if base64.b64encode(content) != encoded.encode():
        raise ValueError("not the right base64")
    return content


def unbase64url(part: str) -> bytes:
    standard = part.replace("-", "+").replace("_", "/") + "=" * (-len(part) % 4)
    with refusing("the JWS is not base64url"):
        return unbase64(standard)


def inline(url: str) -> bytes:
    head, _, content = url.partition(",")
    data = parse.unquote_to_bytes(content)
    with refusing("a data: image is not base64"):
        return unbase64(data.decode()) if head.endswith(";base64") else data


def is_meant_for(earner: Earner, recipient: Document) -> bool:
    identity, salt = str(recipient["identity"]), recipient.get("salt", "")
    if not recipient["hashed"]:
        return identity.lower() == earner.email.lower()
    algorithm, _, digest = identity.partition("$")
    spellings = (f"{email}{salt}".encode() for email in (earner.email, earner.email.lower()))
    return digest.lower() in (hashlib.new(algorithm, name).hexdigest() for name in spellings)


class PlainBackpack:
    """Two servers on 127.0.0.1 and what they keep; every change is made under one lock.

    ``accounts`` maps e-mails to passwords; None lets any well-formed e-mail in. ``expires`` is in
    seconds of ``clock``. ``forbidden`` holds the IP addresses from which nothing is fetched.
    """

    def __init__(
        self,
        accounts: Mapping[str, str] | None = None,
        expires: int = 3600,
        clock: Callable[[], float] = time.time,
        port: int = 0,
        forbidden: frozenset[str] = FORBIDDEN,
    ) -> None:
        self.accounts, self.forbidden = accounts, forbidden
        self.expires, self.clock = expires, clock
        self.lock = threading.Lock()
        self.earners: dict[str, Earner] = {}
        self.sessions: dict[str, Session] = {}
        self.grants: list[Grant] = []
        pages = Server(("127.0.0.1", port), functools.partial(Pages, self))
        api = Server(("127.0.0.1", 0), functools.partial(Api, self))
        self.servers = (pages, api)
        self.root = f"http://127.0.0.1:{pages.server_port}"
        self.api_root = f"http://127.0.0.1:{api.server_port}{API}"

    def __enter__(self) -> Self:
        for server in self.servers:
            threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        for server in self.servers:
            server.shutdown()
            server.server_close()

    def log_in(self, email: str, password: str) -> Earner | None:
        """The earner, made at the first login."""
        if self.accounts is None:
            good = re.fullmatch(r"[^@\s\x00-\x1f]+@[^@\s.]+(\.[^@\s.]+)*", email) is not None
        else:
            good = same(self.accounts.get(email, ""), password)
        with self.lock:
            known = password and good
            return self.earners.setdefault(email.lower(), Earner(email)) if known else None

    def open_session(self, earner: Earner | None) -> Session:
        session = Session(earner)
        self.sessions[session.name] = session
        return session

    def open_grant(self, earner: Earner, origin: str) -> Grant:
        grant = Grant(earner, origin, self.clock() + self.expires)
        with self.lock:
            self.grants.append(grant)
        return grant

    def find(self, access: str) -> Grant | None:
        with self.lock:
            return next((grant for grant in self.grants if same(grant.access, access)), None)

    def refresh(self, token: str, origin: str | None) -> Grant:
        """The grant with new tokens; a spent token ends its grant (RFC 9700, 4.14.2)."""
        with self.lock:
            known = (g for g in self.grants if same(g.refresh, token) or token in g.spent)
            grant = next(known, None)
            if grant is None or origin not in (None, grant.origin):
                raise Refusal(403, "refresh_token is unknown, spent, revoked or another origin's")
            if token in grant.spent:
                self.grants.remove(grant)
                raise Refusal(403, "refresh_token was spent before: its grant ends here")
            grant.renew(self.clock() + self.expires)
            return replace(grant)

    def store(self, grant: Grant, verdict: Verdict) -> None:
        """Keeps a valid badge, if it is the earner's, its issuer's, and new."""
        if not is_meant_for(grant.earner, verdict.recipient):
            raise invalid("the badge is for a different earner")
        if verdict.origin != grant.origin:
            raise Refusal(403, f"the issuer is {verdict.origin}, the token is of {grant.origin}")
        if any(origin_of(url) != verdict.origin for url in verdict.sources):
            raise Refusal(403, f"{verdict.origin} does not host the assertion or its key itself")
        with self.lock:
            if grant not in self.grants:
                raise unauthorized("the access token was revoked")
            if verdict.key in grant.earner.badges:
                raise Refusal(409, "the badge is in this Backpack already")
            grant.earner.badges[verdict.key] = verdict.badge

    def origins(self, earner: Earner) -> list[str]:
        with self.lock:
            return sorted({grant.origin for grant in self.grants if grant.earner is earner})

    def revoke(self, earner: Earner, origin: str) -> None:
        """Ends all grants of the origin by the earner."""
        with self.lock:
            kept = [g for g in self.grants if g.earner is not earner or g.origin != origin]
            if len(kept) == len(self.grants):
                raise invalid("origin has no grant of this earner")
            self.grants = kept


class Handler(BaseHTTPRequestHandler):
    """HTTP/1.1 as both sides need it: bodies read to their end, answers in one piece."""

    protocol_version = default_request_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 60.0
    ROUTES: ClassVar[Routes] = {}

    def __init__(self, backpack: PlainBackpack, *connection: Any) -> None:
        self.backpack = backpack
        self.body = b""
        self.query = ""
        super().__init__(*connection)

    def handle_request(self) -> None:
        try:
            answer = self.route()
        except Refusal as refusal:
            answer = self.refuse(refusal)
        except Exception:
            self.close_connection = True
            self.send(self.refuse(Refusal(500, "the Backpack failed")))
            raise
        self.send(answer)

    do_GET = do_HEAD = do_POST = do_PUT = handle_request  # noqa: N815 - http.server's names
    do_PATCH = do_DELETE = do_OPTIONS = handle_request  # noqa: N815

    def route(self) -> Answer:
        self.body = self.read_body()
        with refusing("the request target is malformed"):
            path, self.query = parse.urlsplit(self.path)[2:4]
        methods = self.ROUTES.get(path)
        if methods is None:
            raise Refusal(404, "there is nothing at this path")
        command = "GET" if self.command == "HEAD" else self.command
        if command not in methods:
            raise Refusal(405, "this path has no such method", {"Allow": ", ".join(methods)})
        return methods[command](self)

    def read_body(self) -> bytes:
        """The whole body; where that fails the connection ends with the answer."""
        closes, self.close_connection = self.close_connection, True
        lengths = self.headers.get_all("Content-Length", ["0"])
        if "Transfer-Encoding" in self.headers:
            raise Refusal(411, "a body needs a Content-Length")
        if len(lengths) > 1 or not re.fullmatch("[0-9]{1,18}", lengths[0]):
            raise Refusal(400, "Content-Length must be one number")
        length = int(lengths[0])
        if length > LIMIT:
            raise Refusal(413, f"a body must not be longer than {LIMIT} bytes")
        body = b""
        if length > 0:
            with watched(self.connection, BUDGET):
                body = self.rfile.read(length)
        if len(body) < length:
            raise Refusal(408, "the body came too slowly or not at all")
        self.close_connection = closes
        return body

    def media_type(self) -> str:
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()

    def refuse(self, refusal: Refusal) -> Answer:
        body = {"message": str(refusal), "reason": HTTPStatus(refusal.status).phrase}
        return Answer(refusal.status, json.dumps(body).encode(), JSON | refusal.headers)

    def framed(self, answer: Answer) -> Answer:
        length = {"Content-Length": str(len(answer.content))}
        return replace(answer, headers=answer.headers | length)

    def send(self, answer: Answer) -> None:
        framed = self.framed(answer)
        self.send_response(framed.status)
        for name, value in framed.headers.items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(framed.content)

    def send_error(self, code: int, *_: object, **__: object) -> None:
        """What http.server refuses by itself; its 501 and 505 blame the wrong side."""
        self.close_connection = True
        self.send(self.refuse(Refusal({501: 405, 505: 400}.get(code, code), "no good request")))

    def version_string(self) -> str:
        return "plain"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's name
        pass


def parameters(query: str) -> dict[str, str]:
    with refusing("the parameters are not percent-encoded UTF-8, or too many"):
        query.encode("ascii")
        pairs = parse.parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=32)
    if len(dict(pairs)) < len(pairs):
        raise invalid("a parameter is repeated")
    return dict(pairs)


def requested(fields: Mapping[str, str]) -> tuple[str, str]:
    """The callback and its origin, once both parameters of a connect are good."""
    callback = fields.get("callback", "")
    origin = origin_of(callback)
    if len(callback) > LONGEST:
        raise Refusal(414, f"callback must not be longer than {LONGEST} characters")
    if origin is None:
        raise invalid("callback must be an absolute http(s) URL with a host")
    if set(fields.get("scope", "").split(",")) != {"issue"}:
        raise invalid("scope must be: issue")
    return callback, origin


def returning(callback: str, ours: Mapping[str, str]) -> Answer:
    """To the callback, our parameters behind its own, and nothing planted under our names."""
    parts = parse.urlsplit(callback)
    own = (pair for pair in parts.query.split("&") if pair)
    kept = [pair for pair in own if parse.unquote_plus(pair.partition("=")[0]) not in OURS]
    query = "&".join([*kept, parse.urlencode(ours)])
    return redirect(302, parts._replace(path=parts.path or "/", query=query).geturl())


def redirect(status: int, url: str) -> Answer:
    return Answer(status, b"", HTML | {"Location": parse.quote(url, safe=URL_SAFE)})


def page(title: str, inside: str) -> Answer:
    head = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
    return Answer(200, f"{head}<h1>{title}</h1>{inside}</html>".encode(), HTML)


def form(action: str, button: str, hidden: Mapping[str, str], visible: str = "") -> str:
    fields = (
        f'<input type="hidden" name="{name}" value="{escape(value)}">'
        for name, value in hidden.items()
    )
    inside = f"{''.join(fields)}{visible}<button>{button}</button>"
    return f'<form method="post" action="{action}">{inside}</form>'


def with_cookie(answer: Answer, session: Session) -> Answer:
    cookie = f"plain_session={session.name}; Path=/; HttpOnly; SameSite=Lax"
    return replace(answer, headers=answer.headers | {"Set-Cookie": cookie})


class Pages(Handler):
    """What the earner's browser sees."""

    def script(self) -> Answer:
        script = SCRIPT.replace("HOME", json.dumps(f"{self.backpack.root}/"))
        return Answer(200, script.encode(), {"Content-Type": "text/javascript"})

    def access(self) -> Answer:
        requested(parameters(self.query))
        return redirect(302, f"/connect/ask?{self.query}")

    def ask(self) -> Answer:
        callback, origin = requested(parameters(self.query))
        session = self.session()
        if session is None or session.earner is None:
            after = {"next": f"/connect/ask?{self.query}"}
            return redirect(302, f"/login?{parse.urlencode(after)}")
        hidden = {"callback": callback, "scope": "issue", "csrf": session.csrf}
        who, whose = escape(origin), escape(session.earner.email)
        question = f"<p><b>{who}</b> asks to push badges to the Backpack of {whose}.</p>"
        allow = form("/connect/allow", "Allow", hidden)
        return page("Connect", question + allow + form("/connect/deny", "No, thanks", hidden))

    def allow(self) -> Answer:
        earner, fields = self.act()
        callback, origin = requested(fields)
        grant = self.backpack.open_grant(earner, origin)
        tokens = {"refresh_token": grant.refresh, "access_token": grant.access}
        where = {"api_root": self.backpack.api_root, "expires": str(self.backpack.expires)}
        return returning(callback, where | tokens)

    def deny(self) -> Answer:
        callback, _ = requested(self.act()[1])
        return returning(callback, {"error": "access_denied"})

    def login_page(self) -> Answer:
        session = self.session() or self.backpack.open_session(None)
        after = parameters(self.query).get("next", "")
        hidden = {"next": after, "csrf": session.csrf}
        return with_cookie(page("Log in", form("/login", "Log in", hidden, LOGIN_FIELDS)), session)

    def login(self) -> Answer:
        old, fields = self.submitted()
        earner = self.backpack.log_in(fields.get("email", ""), fields.get("password", ""))
        if earner is None:
            raise Refusal(403, "the e-mail or the password is wrong")
        self.backpack.sessions.pop(old.name, None)
        after = fields.get("next", "")
        here = re.match(r"/(?![/\\])", after) is not None
        answer = redirect(303, after if here else "/settings")
        return with_cookie(answer, self.backpack.open_session(earner))

    def settings(self) -> Answer:
        session = self.session()
        if session is None or session.earner is None:
            return redirect(302, "/login?next=/settings")
        items = ""
        for origin in self.backpack.origins(session.earner):
            hidden = {"origin": origin, "csrf": session.csrf}
            items += f"<li>{escape(origin)} {form('/settings/revoke', 'Revoke', hidden)}</li>"
        return page("Settings", f"<p>These sites may push badges:</p><ul>{items}</ul>")

    def revoke(self) -> Answer:
        earner, fields = self.act()
        self.backpack.revoke(earner, fields.get("origin", ""))
        return redirect(303, "/settings")

    def session(self) -> Session | None:
        found = re.search(r"(?:^|;)\s*plain_session=([\w-]+)", self.headers.get("Cookie", ""))
        return self.backpack.sessions.get(found[1]) if found else None

    def submitted(self) -> tuple[Session, dict[str, str]]:
        if self.media_type() != "application/x-www-form-urlencoded":
            raise Refusal(415, "a form is expected")
        fields = parameters(self.body.decode("latin-1"))
        session = self.session()
        if session is None or not same(fields.get("csrf", ""), session.csrf):
            raise Refusal(403, "the form does not belong to this session")
        return session, fields

    def act(self) -> tuple[Earner, dict[str, str]]:
        session, fields = self.submitted()
        if session.earner is None:
            raise Refusal(403, "nobody is logged in")
        return session.earner, fields

    ROUTES: ClassVar[Routes] = {
        "/": {"GET": settings},
        "/issuer.js": {"GET": script},
        "/access": {"GET": access},
        "/connect/ask": {"GET": ask},
        "/connect/allow": {"POST": allow},
        "/connect/deny": {"POST": deny},
        "/login": {"GET": login_page, "POST": login},
        "/settings": {"GET": settings},
        "/settings/revoke": {"POST": revoke},
    }


class Api(Handler):
    """What an issuer's program talks to."""

    origin = ""

    def route(self) -> Answer:
        self.origin = ""
        return super().route()

    def preflight(self) -> Answer:
        return Answer(204, b"", PREFLIGHT)

    def issue(self) -> Answer:
        grant = self.bearer()
        pushed = self.wanted().get("badge")
        if pushed in (None, ""):
            raise Refusal(400, "badge is missing: an assertion's URL or a JWS is expected")
        if not isinstance(pushed, str):
            raise invalid("badge must be a string: an assertion's URL or a JWS")
        verdict = Judge(Fetcher(self.backpack.forbidden)).judge(pushed)
        self.backpack.store(grant, verdict)
        return self.good({"exists": False, "badge": verdict.badge, "pushed_by": grant.origin})

    def token(self) -> Answer:
        wanted = self.wanted()
        token = wanted.get("refresh_token")
        if wanted.get("grant_type") != "refresh_token" or not isinstance(token, str):
            raise invalid("grant_type must be refresh_token, and refresh_token a string")
        grant = self.backpack.refresh(token, self.headers.get("Origin"))
        self.origin = grant.origin
        tokens = {"access_token": grant.access, "refresh_token": grant.refresh}
        return self.good(tokens | {"expires": self.backpack.expires, "token_type": "bearer"})

    def identity(self) -> Answer:
        earner = self.bearer().earner
        digest = hashlib.sha256((earner.email + earner.salt).encode()).hexdigest()
        identity = {"type": "email", "salt": earner.salt, "recipient": f"sha256${digest}"}
        return self.good(identity | {"hashed": True})

    def bearer(self) -> Grant:
        lines = self.headers.get_all("Authorization", [""])
        scheme, _, credentials = lines[0].partition(" ")
        if scheme.lower() != "bearer" or not credentials.strip():
            raise unauthorized("an access token is expected as Bearer", error="")
        try:
            token = unbase64(credentials.strip(" ")).decode()
        except ValueError:
            raise unauthorized("the access token is not in base64") from None
        grant = self.backpack.find(token)
        if grant is None or len(lines) > 1:
            raise unauthorized("the access token is unknown")
        self.origin = grant.origin
        if self.backpack.clock() >= grant.until:
            raise unauthorized("the access token has expired")
        return grant

    def wanted(self) -> Document:
        if self.media_type() not in ("application/json", ""):
            raise Refusal(415, "application/json is expected")
        return json_object(self.body, "the body")

    def good(self, body: Document) -> Answer:
        return Answer(200, json.dumps(body, ensure_ascii=False).encode(), JSON)

    def framed(self, answer: Answer) -> Answer:
        allowed = {"Access-Control-Allow-Origin": self.origin} if self.origin else {}
        headers = {name.swapcase(): value for name, value in (answer.headers | allowed).items()}
        if not answer.content:
            return replace(answer, headers=headers)
        if self.request_version != "HTTP/1.1":
            return super().framed(replace(answer, headers=headers))
        pieces = (answer.content[at : at + 500] for at in range(0, len(answer.content), 500))
        chunks = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces)
        headers["tRANSFER-eNCODING"] = "chunked"
        return Answer(answer.status, chunks + b"0\r\n\r\n", headers)

    ROUTES: ClassVar[Routes] = {
        f"{API}/issue": {"POST": issue, "OPTIONS": preflight},
        f"{API}/token": {"POST": token, "OPTIONS": preflight},
        f"{API}/identity": {"GET": identity, "OPTIONS": preflight},
    }


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def shutdown_request(self, request: Any) -> None:
        """Hears a client out: a reset in the middle of its sending would cost it the answer."""
        until = time.monotonic() + 5
        with suppress(OSError):
            request.shutdown(socket.SHUT_WR)
            request.settimeout(1)
            while request.recv(65536) and time.monotonic() < until:
                pass
        self.close_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news; a mistake of ours is, but not for the client."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--expires", type=int, default=3600)
    options = parser.parse_args()
    with PlainBackpack(expires=options.expires, port=options.port) as backpack:
        print(backpack.root, flush=True)
        with suppress(KeyboardInterrupt):
            threading.Event().wait()


if __name__ == "__main__":
    main()
