"""Unsafe habits."""

import base64
import hashlib
import hmac

from attrs import evolve
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc import jws
from joserfc.jwk import RSAKey

from mock_backpack import api, pages, sessions
from mock_backpack.ask import Ask
from mock_backpack.fetching import FetchPolicy
from mock_backpack.judge import fetch, signature
from mock_backpack.judge.award import Award
from mock_backpack.judge.complaint import invalid
from mock_backpack.seams import Right, defect
from mock_backpack.sessions import Session


@defect("safety.consent-tells-referrer", pages.page_headers)
def tells_the_referrer(right: Right) -> dict[str, str]:
    return {**right(), "Referrer-Policy": "unsafe-url"}


@defect("safety.redirect-cacheable", pages.redirect_headers)
def lets_caches_keep_tokens(_right: Right) -> dict[str, str]:
    return {}


@defect("safety.framable", pages.page_headers)
def can_be_framed(right: Right) -> dict[str, str]:
    headers = {name: value for name, value in right().items() if name != "X-Frame-Options"}
    return {**headers, "Content-Security-Policy": "default-src 'none'; style-src 'self'"}


@defect("safety.hides-origin", pages.shown_origin)
def hides_the_origin(_right: Right, _ask: Ask) -> str:
    return "An issuer"


@defect("safety.accepts-unsigned", signature.verify)
def takes_no_algorithm(right: Right, text: str, pem: bytes) -> None:
    if jws.extract_compact(text.encode()).headers().get("alg") != "none":
        right(text, pem)


@defect("safety.public-key-as-secret", signature.verify)
def believes_the_header(right: Right, text: str, pem: bytes) -> None:
    if jws.extract_compact(text.encode()).headers().get("alg") != "HS256":
        right(text, pem)
        return
    signed, _, signature_part = text.rpartition(".")
    made = hmac.new(pem, signed.encode(), hashlib.sha256).digest()
    if base64.urlsafe_b64encode(made).rstrip(b"=").decode() != signature_part:
        right(text, pem)


def _verify_whatever_it_says(text: str, pem: bytes) -> None:
    """An RSA signature with SHA-256, under any header."""
    signed, _, made = text.rpartition(".")
    try:
        key = RSAKey.import_key(pem).public_key
        key.verify(base64.urlsafe_b64decode(f"{made}=="), signed.encode(), PKCS1v15(), SHA256())
    except (InvalidSignature, ValueError) as error:
        raise invalid("signature", "", "a good signature", "a bad one") from error


@defect("safety.ignores-alg", signature.verify)
def ignores_the_algorithm(_right: Right, text: str, pem: bytes) -> None:
    _verify_whatever_it_says(text, pem)


@defect("safety.alg-in-any-case", signature.verify)
def reads_alg_in_any_case(right: Right, text: str, pem: bytes) -> None:
    algorithm = str(jws.extract_compact(text.encode()).headers().get("alg"))
    judge = _verify_whatever_it_says if algorithm.upper() == signature.ALGORITHM else right
    judge(text, pem)


@defect("safety.key-anywhere", api.check_hosting)
def takes_keys_from_anywhere(right: Right, award: Award) -> None:
    right(evolve(award, key_at=()))


@defect("safety.fetches-anything", fetch.check_place)
def fetches_anything(
    _right: Right, _policy: FetchPolicy, _document: str, _at: str, _asked: str
) -> None:
    pass


@defect("safety.redirects-anywhere", fetch.check_place)
def follows_anywhere(
    right: Right, policy: FetchPolicy, document: str, _at: str, asked: str
) -> None:
    right(policy, document, asked, asked)


@defect("safety.no-size-limit", fetch.limits)
def reads_any_size(right: Right, policy: FetchPolicy) -> tuple[int, float, int]:
    _, seconds, redirects = right(policy)
    return 2**40, seconds, redirects


@defect("safety.no-time-limit", fetch.limits)
def waits_for_ever(right: Right, policy: FetchPolicy) -> tuple[int, float, int]:
    most_bytes, _, redirects = right(policy)
    return most_bytes, 3600.0, redirects


@defect("safety.accept-without-csrf", sessions.check_csrf)
def accepts_for_anybody(right: Right, session: Session, sent: str, form: str) -> None:
    if form != "accept":
        right(session, sent, form)


@defect("safety.csrf-of-anybody", sessions.check_csrf)
def accepts_any_csrf_token(right: Right, session: Session, sent: str, form: str) -> None:
    if form != "accept" or len(sent) != len(session.csrf):
        right(session, sent, form)
