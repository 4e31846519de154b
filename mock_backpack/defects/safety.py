"""Unsafe habits."""

import base64
import hashlib
import hmac

from joserfc import jws

from mock_backpack import pages
from mock_backpack.ask import Ask
from mock_backpack.judge import signature
from mock_backpack.seams import Right, defect


@defect("safety.consent-tells-referrer", pages.page_headers, breaks=("BC-SAFE-02",))
def tells_the_referrer(right: Right) -> dict[str, str]:
    """The consent page lets browsers tell other sites its address."""
    return {**right(), "Referrer-Policy": "unsafe-url"}


@defect("safety.redirect-cacheable", pages.redirect_headers, breaks=("BC-SAFE-02",))
def lets_caches_keep_tokens(_right: Right) -> dict[str, str]:
    """The redirect that carries tokens may be kept by caches."""
    return {}


@defect("safety.framable", pages.page_headers, breaks=("BC-SAFE-04",))
def can_be_framed(right: Right) -> dict[str, str]:
    """The consent page can be framed by any site."""
    headers = {name: value for name, value in right().items() if name != "X-Frame-Options"}
    return {**headers, "Content-Security-Policy": "default-src 'none'; style-src 'self'"}


@defect("safety.hides-origin", pages.shown_origin, breaks=("BC-SAFE-05",))
def hides_the_origin(_right: Right, _ask: Ask) -> str:
    """The consent page does not say who asks."""
    return "An issuer"


@defect("safety.accepts-unsigned", signature.verify, breaks=("BC-SAFE-08",))
def takes_no_algorithm(right: Right, text: str, pem: bytes) -> None:
    """A JWS with alg none needs no signature."""
    if jws.extract_compact(text.encode()).headers().get("alg") != "none":
        right(text, pem)


@defect("safety.public-key-as-secret", signature.verify, breaks=("BC-SAFE-08",))
def believes_the_header(right: Right, text: str, pem: bytes) -> None:
    """A JWS with HS256 is verified with the public key as its secret."""
    if jws.extract_compact(text.encode()).headers().get("alg") != "HS256":
        right(text, pem)
        return
    signed, _, signature_part = text.rpartition(".")
    made = hmac.new(pem, signed.encode(), hashlib.sha256).digest()
    if base64.urlsafe_b64encode(made).rstrip(b"=").decode() != signature_part:
        right(text, pem)
