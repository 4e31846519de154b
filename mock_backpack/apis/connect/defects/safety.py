"""Unsafe habits."""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Any

from attrs import evolve
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from mock_backpack.apis import answers, parameters
from mock_backpack.apis.connect import ask, bearer, handlers, pages
from mock_backpack.apis.connect.ask import Ask
from mock_backpack.core import sessions
from mock_backpack.core.backpack import Backpack, Grant
from mock_backpack.core.catalogue import defect
from mock_backpack.core.fetching import FetchPolicy
from mock_backpack.core.seams import Crash, Right
from mock_backpack.core.sessions import Session
from mock_backpack.openbadges import fetch, signature
from mock_backpack.openbadges.award import Award
from mock_backpack.openbadges.complaint import invalid


@defect(
    "safety.consent-tells-referrer",
    answers.page_headers,
    endpoints=("access", "login", "settings"),
    breaks=("BC-SAFE-02",),
    since="0.1",
)
def tells_the_referrer(right: Right) -> dict[str, str]:
    """The consent page lets browsers send its URL to other sites (Referer)."""
    return {**right(), "Referrer-Policy": "unsafe-url"}


@defect(
    "safety.redirect-cacheable",
    pages.redirect_headers,
    endpoints=("access", "accept", "login", "revoke"),
    breaks=("BC-SAFE-02",),
    since="0.1",
)
def lets_caches_keep_tokens(_right: Right) -> dict[str, str]:
    """The redirect that carries tokens may be stored by caches."""
    return {}


@defect(
    "safety.framable",
    answers.page_headers,
    endpoints=("access", "login", "settings"),
    breaks=("BC-SAFE-04",),
    since="0.1",
)
def can_be_framed(right: Right) -> dict[str, str]:
    """The consent page can be framed by any site."""
    headers = {name: value for name, value in right().items() if name != "X-Frame-Options"}
    return {**headers, "Content-Security-Policy": "default-src 'none'; style-src 'self'"}


@defect(
    "safety.hides-origin",
    pages.shown_origin,
    endpoints=("access",),
    breaks=("BC-SAFE-05",),
    since="0.1",
)
def hides_the_origin(_right: Right, _ask: Ask) -> str:
    """The consent page does not show who requests access."""
    return "An issuer"


@defect(
    "safety.accepts-unsigned",
    signature.verify,
    endpoints=("issue",),
    breaks=("BC-SAFE-08",),
    since="0.1",
)
def takes_no_algorithm(right: Right, text: str, pem: bytes) -> None:
    """A JWS with alg none needs no signature."""
    if jws.extract_compact(text.encode()).headers().get("alg") != "none":
        right(text, pem)


@defect(
    "safety.public-key-as-secret",
    signature.verify,
    endpoints=("issue",),
    breaks=("BC-SAFE-08",),
    since="0.1",
)
def believes_the_header(right: Right, text: str, pem: bytes) -> None:
    """A JWS with HS256 is verified with the public key as its secret."""
    if jws.extract_compact(text.encode()).headers().get("alg") != "HS256":
        right(text, pem)
        return
    signed, _, signature_part = text.rpartition(".")
    mac = hmac.new(pem, signed.encode(), hashlib.sha256).digest()
    if base64.urlsafe_b64encode(mac).rstrip(b"=").decode() != signature_part:
        right(text, pem)


def _verify_whatever_it_says(text: str, pem: bytes) -> None:
    """An RSA signature with SHA-256, under any header."""
    signed, _, signature_part = text.rpartition(".")
    try:
        key = RSAKey.import_key(pem).public_key
        key.verify(
            base64.urlsafe_b64decode(f"{signature_part}=="), signed.encode(), PKCS1v15(), SHA256()
        )
    except (InvalidSignature, JoseError, ValueError) as error:
        raise invalid("signature", "", "a good signature", "a bad one") from error


@defect(
    "safety.ignores-alg",
    signature.verify,
    endpoints=("issue",),
    breaks=("BC-SAFE-08",),
    since="0.2",
)
def ignores_the_algorithm(_right: Right, text: str, pem: bytes) -> None:
    """A JWS is verified as RS256 whatever its header says."""
    _verify_whatever_it_says(text, pem)


@defect(
    "safety.alg-in-any-case",
    signature.verify,
    endpoints=("issue",),
    breaks=("BC-SAFE-08",),
    since="0.2",
)
def reads_alg_in_any_case(right: Right, text: str, pem: bytes) -> None:
    """The alg of a JWS is compared ignoring letter case."""
    algorithm = str(jws.extract_compact(text.encode()).headers().get("alg"))
    judge = _verify_whatever_it_says if algorithm.upper() == signature.ALGORITHM else right
    judge(text, pem)


@defect(
    "safety.key-anywhere",
    handlers.check_hosting,
    endpoints=("issue",),
    breaks=("BC-SAFE-09",),
    since="0.2",
)
def takes_keys_from_anywhere(right: Right, award: Award) -> None:
    """The key of a signed badge may be on any site."""
    right(evolve(award, key_at=()))


@defect(
    "safety.fetches-anything",
    fetch.check_place,
    endpoints=("issue",),
    breaks=("BC-SAFE-06",),
    since="0.2",
)
def fetches_anything(
    _right: Right, _policy: FetchPolicy, _document: str, _at: str, _asked: str
) -> None:
    """Documents are fetched from any address."""


@defect(
    "safety.redirects-anywhere",
    fetch.check_place,
    endpoints=("issue",),
    breaks=("BC-SAFE-06",),
    since="0.2",
)
def follows_anywhere(
    right: Right, policy: FetchPolicy, document: str, _at: str, asked: str
) -> None:
    """Redirects are followed to any address."""
    right(policy, document, asked, asked)


@defect(
    "safety.no-size-limit", fetch.limits, endpoints=("issue",), breaks=("BC-SAFE-07",), since="0.2"
)
def reads_any_size(right: Right, policy: FetchPolicy) -> FetchPolicy:
    """Documents have no size limit."""
    bounds: FetchPolicy = right(policy)
    return evolve(bounds, most_bytes=2**40)


@defect(
    "safety.no-time-limit", fetch.limits, endpoints=("issue",), breaks=("BC-SAFE-07",), since="0.2"
)
def waits_for_ever(right: Right, policy: FetchPolicy) -> FetchPolicy:
    """Fetching a document has no timeout."""
    bounds: FetchPolicy = right(policy)
    return evolve(bounds, seconds=3600.0)


@defect(
    "safety.accept-without-csrf",
    sessions.check_csrf,
    endpoints=("accept",),
    breaks=("BC-SAFE-03",),
    since="0.2",
)
def accepts_for_anybody(right: Right, session: Session, sent: str, form: str) -> None:
    """The consent form needs no CSRF token."""
    if form != "accept":
        right(session, sent, form)


@defect(
    "safety.csrf-of-anybody",
    sessions.check_csrf,
    endpoints=("accept",),
    breaks=("BC-SAFE-03",),
    since="0.2",
)
def accepts_any_csrf_token(right: Right, session: Session, sent: str, form: str) -> None:
    """The consent form accepts the CSRF token of any session."""
    if form != "accept" or len(sent) != len(session.csrf):
        right(session, sent, form)


DEEPER_THAN = 60
"""Levels of nesting at which a careless parser gives up."""


@defect(
    "safety.dies-on-deep-nesting",
    parameters.read_json,
    endpoints=("issue", "token"),
    breaks=("BC-ISSUE-15", "BC-SAFE-10"),
    since="0.2",
)
def dies_on_deep_nesting(right: Right, body: bytes) -> dict[str, Any]:
    """JSON with more than sixty levels causes a server error."""
    if body.count(b"[") > DEEPER_THAN:
        raise Crash("maximum recursion depth exceeded")
    return dict(right(body))


@defect(
    "safety.crashes-on-bad-utf8",
    parameters.read_json,
    endpoints=("issue", "token"),
    breaks=("BC-ISSUE-15", "BC-SAFE-10"),
    since="0.2",
)
def crashes_on_bad_utf8(right: Right, body: bytes) -> dict[str, Any]:
    """A body that is not UTF-8 causes a server error."""
    try:
        body.decode()
    except UnicodeDecodeError as error:
        raise Crash(str(error)) from error
    return dict(right(body))


@defect(
    "safety.crashes-on-surrogates",
    parameters.read_json,
    endpoints=("issue", "token"),
    breaks=("BC-ISSUE-15", "BC-SAFE-10"),
    since="0.2",
)
def crashes_on_surrogates(right: Right, body: bytes) -> dict[str, Any]:
    """Half of a surrogate pair in JSON causes a server error."""
    if re.search(rb"\\ud[89a-f]", body):
        raise Crash("surrogates not allowed")
    return dict(right(body))


@defect(
    "safety.crashes-on-many-digits",
    parameters.read_json,
    endpoints=("issue", "token"),
    breaks=("BC-ISSUE-15", "BC-SAFE-10"),
    since="0.2",
)
def crashes_on_many_digits(right: Right, body: bytes) -> dict[str, Any]:
    """A number with twenty digits causes a server error."""
    if re.search(rb"\d{20}", body):
        raise Crash("value out of range")
    return dict(right(body))


@defect(
    "safety.crashes-on-odd-charset",
    parameters.is_json,
    endpoints=("issue", "token"),
    breaks=("BC-ISSUE-15", "BC-SAFE-10"),
    since="0.2",
)
def crashes_on_an_odd_charset(right: Right, label: str, media_type: str) -> bool:
    """A charset other than UTF-8 causes a server error."""
    if "charset" in label and "utf-8" not in label.lower():
        raise Crash("unknown encoding")
    return bool(right(label, media_type))


@defect(
    "safety.crashes-on-other-json",
    parameters.read_json,
    endpoints=("issue", "token"),
    breaks=("BC-ISSUE-08", "BC-ISSUE-15", "BC-SAFE-10"),
    since="0.2",
)
def crashes_on_other_json(right: Right, body: bytes) -> dict[str, Any]:
    """JSON that is not an object causes a server error."""
    if body.strip()[:1] in (b"[", b'"', b"7", b"n", b"t"):
        raise Crash("object has no attribute 'get'")
    return dict(right(body))


@defect(
    "safety.crashes-on-odd-form",
    parameters.read_form,
    endpoints=("issue", "token"),
    breaks=("BC-ISSUE-15", "BC-SAFE-10"),
    since="0.2",
)
def crashes_on_an_odd_form(right: Right, body: bytes) -> list[tuple[str, str]]:
    """Invalid percent-encoding causes a server error."""
    if re.search(rb"%(?![0-9A-Fa-f]{2})|%[89A-Fa-f]", body):
        raise Crash("malformed percent-encoding")
    return list(right(body))


@defect(
    "safety.crashes-on-number-token",
    handlers.refresh_token,
    endpoints=("token",),
    breaks=("BC-TOKEN-13", "BC-SAFE-10"),
    since="0.2",
)
def crashes_on_a_number(right: Right, sent: Mapping[str, Any]) -> str | None:
    """A number instead of a refresh token causes a server error."""
    if isinstance(sent.get("refresh_token"), int | float):
        raise Crash("'int' object has no attribute 'encode'")
    token: str | None = right(sent)
    return token


@defect(
    "safety.long-token-is-500",
    handlers.refresh_token,
    endpoints=("token",),
    breaks=("BC-SAFE-10",),
    since="0.2",
)
def fails_at_a_long_token(right: Right, sent: Mapping[str, Any]) -> str | None:
    """A refresh token of more than 255 characters causes a server error."""
    token: str | None = right(sent)
    if token is not None and len(token) > LONGEST_COLUMN:
        raise Crash("value too long for type character varying(255)")
    return token


LONGEST_COLUMN = 255
"""Characters that a careless database has room for."""


@defect(
    "safety.nul-is-500",
    handlers.refresh_token,
    endpoints=("token",),
    breaks=("BC-SAFE-10",),
    since="0.2",
)
def fails_at_a_nul(right: Right, sent: Mapping[str, Any]) -> str | None:
    """A refresh token that contains a NUL causes a server error."""
    token: str | None = right(sent)
    if token is not None and "\0" in token:
        raise Crash("invalid byte sequence: 0x00")
    return token


@defect(
    "safety.long-credentials-are-500",
    bearer.find_grant,
    endpoints=("issue", "identity"),
    breaks=("BC-SAFE-10",),
    since="0.2",
)
def fails_at_long_credentials(right: Right, backpack: Backpack, token: str) -> Grant | None:
    """An access token of more than 255 characters causes a server error."""
    if len(token) > LONGEST_COLUMN:
        raise Crash("value too long for type character varying(255)")
    grant: Grant | None = right(backpack, token)
    return grant


@defect(
    "safety.crashes-on-odd-query",
    ask.checked_scopes,
    endpoints=("access",),
    breaks=("BC-SAFE-10",),
    since="0.2",
)
def crashes_on_an_odd_query(right: Right, scope: str) -> tuple[str, ...]:
    """A scope that is not ASCII, or contains a percent sign, causes a server error."""
    if not scope.isascii() or "%" in scope:
        raise Crash("malformed percent-encoding")
    return tuple(right(scope))
