"""Unsafe habits."""

import base64
import hashlib
import hmac

from joserfc import jws

from mock_backpack import pages
from mock_backpack.ask import Ask
from mock_backpack.judge import signature
from mock_backpack.seams import Right, defect


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
