"""Openings for attackers: in pages, signatures and fetched documents."""

import base64
import hashlib
import hmac

from attrs import evolve
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from mock_backpack.apis.connect import handlers, pages
from mock_backpack.apis.connect.ask import Ask
from mock_backpack.core.fetching import FetchPolicy
from mock_backpack.core.misbehaviours import defect
from mock_backpack.core.seams import Right
from mock_backpack.openbadges import fetch, signature
from mock_backpack.openbadges.award import Award
from mock_backpack.openbadges.complaint import invalid


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
    "safety.no-time-limit", fetch.limits, endpoints=("issue",), breaks=("BC-SAFE-07",), since="0.2"
)
def waits_for_ever(right: Right, policy: FetchPolicy) -> FetchPolicy:
    """Fetching a document has no timeout."""
    bounds: FetchPolicy = right(policy)
    return evolve(bounds, seconds=3600.0)


@defect(
    "safety.issuer-from-anywhere",
    fetch.check_place,
    endpoints=("issue",),
    breaks=("BC-SAFE-06",),
    since="0.2",
)
def fetches_the_issuer_from_anywhere(
    right: Right, policy: FetchPolicy, document: str, at: str, asked: str
) -> None:
    """The issuer of a badge is fetched from any address."""
    if document != "issuer":
        right(policy, document, at, asked)


@defect(
    "safety.images-from-anywhere",
    fetch.check_place,
    endpoints=("issue",),
    breaks=("BC-SAFE-06",),
    since="0.2",
)
def fetches_images_from_anywhere(
    right: Right, policy: FetchPolicy, document: str, at: str, asked: str
) -> None:
    """Images are fetched from any address."""
    if not document.endswith("image"):
        right(policy, document, at, asked)


@defect(
    "safety.login-leads-to-a-host",
    pages.own_page,
    endpoints=("login",),
    breaks=("BC-SAFE-14",),
    since="0.2",
)
def leads_to_a_host(right: Right, prefix: str, then: str) -> str:
    """Login redirects the earner to any host that its form names without a scheme."""
    return then if then.startswith("//") else str(right(prefix, then))
