"""Find the key that signed a credential, and see that it belongs to the issuer.

Sources: Controlled Identifiers 1.0; did:key; did:web; Open Badges 3.0, section Proofs. Neither of
the last says how a key is tied to its issuer, so this mock does what keeps strangers out: a key is
of the issuer's own DID, on the issuer's own origin, or listed in the issuer's own document.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from attrs import field, frozen

from mock_backpack.core.fetching import is_loopback
from mock_backpack.core.origin import origin_of, web_url
from mock_backpack.core.seams import seam
from mock_backpack.openbadges.complaint import InvalidBadge, invalid, quoted
from mock_backpack.openbadges.fetch import Fetcher
from mock_backpack.openbadges.three.members import is_moment, listed
from mock_backpack.openbadges.times import moment_of

Document = dict[str, Any]
LISTS = ("verificationMethod", "assertionMethod", "publicKey")
"""Members of a document that hold keys, or name them."""
SETS = ("keys", "jwks")
OTHER_PURPOSES = ("authentication", "keyAgreement", "capabilityInvocation", "capabilityDelegation")
"""Members that list the keys for something else than credentials (Controlled Identifiers 1.0,
section 2.3)."""
PRIVATE = ("d", "p", "q", "dp", "dq", "qi", "k", "secretKeyMultibase", "privateKeyMultibase")
EXPECTED = "a did:key, a did:web or the URL of a key"


@frozen
class Named:
    """A key by its name: what it is, and where that was found."""

    name: str
    key: Mapping[str, Any]
    """A Multikey, a JsonWebKey or a plain JWK."""
    holder: Mapping[str, Any] = field(factory=dict)
    """The document that has it; the key itself, where it stands alone."""

    @property
    def jwk(self) -> Mapping[str, Any] | None:
        """The JWK that it is, or has."""
        value = self.key if "kty" in self.key else self.key.get("publicKeyJwk")
        return value if isinstance(value, dict) else None


@frozen
class Keys:
    """Finds keys with one fetcher."""

    fetcher: Fetcher

    async def named(self, name: object, member: str, issuer: str, now: float) -> Named:
        """The key of a name, which must belong to an issuer.

        Args:
            name: the ``verificationMethod`` of a proof or the ``kid`` of a header.
            member: where it stands, for a complaint.
            issuer: the id of the issuer.
            now: unix seconds.

        Raises:
            InvalidBadge: when there is no such key, it is not the issuer's, or it is no longer
                valid.
        """
        if not isinstance(name, str):
            raise invalid("proof", member, EXPECTED, quoted(name))
        found = await self._found(name, member)
        check_public(found.key)
        check_alive(found.key, now)
        is_own = is_of_issuer(found, issuer)
        if not is_own and not (may_be_lent(found) and await self._is_listed(name, issuer)):
            raise not_of_issuer(member, name, issuer)
        return found

    async def _found(self, name: str, member: str) -> Named:
        base, _, fragment = name.partition("#")
        if base.startswith("did:key:"):
            multikey = base.removeprefix("did:key:")
            if fragment and fragment != multikey:
                raise invalid("proof", member, f"{base}#{multikey}", quoted(name))
            return Named(name, {"id": name, "publicKeyMultibase": multikey})
        document = await self.fetcher.json_object("key", document_url(base, member))
        return key_in(document, name)

    async def _is_listed(self, name: str, issuer: str) -> bool:
        """Whether the issuer's document names a key that is somewhere else."""
        if web_url(issuer) is None and not issuer.startswith("did:web:"):
            return False
        document = await self._issuer(issuer)
        is_there = any(name in (key, _id_of(key, document)) for key in _entries(document))
        return document.get("id") == issuer and is_there and may_assert(name, document)

    async def published(self, jwk: Mapping[str, Any], issuer: str) -> bool:
        """Whether an issuer's document has a JWK that came with a signature.

        Raises:
            InvalidBadge: when the document cannot be had.
        """
        if web_url(issuer) is None and not issuer.startswith("did:web:"):
            return False
        document = await self._issuer(issuer)
        entries = (
            key
            for key in _entries(document)
            if isinstance(key, dict) and may_assert(_id_of(key, document), document)
        )
        known = (Named("", key).jwk for key in entries)
        return any(key is not None and is_same_key(key, jwk) for key in known)

    async def _issuer(self, issuer: str) -> Document:
        return await self.fetcher.json_object("issuer", document_url(issuer, "issuer"))


def document_url(name: str, member: str) -> str:
    """Where the document of a DID or of a URL is.

    Raises:
        InvalidBadge: when it can be nowhere.
    """
    if web_url(name) is not None:
        return name.partition("#")[0]
    if not name.startswith("did:web:"):
        raise invalid("proof", member, EXPECTED, quoted(name))
    place, *path = name.removeprefix("did:web:").split(":")
    host = unquote(place)
    # did:web is https; on this machine there is often no certificate to have
    scheme = "http" if is_loopback(urlsplit(f"//{host}").hostname or "") else "https"
    where = "/".join(map(unquote, path)) if path else ".well-known"
    url = f"{scheme}://{host}/{where}/did.json"
    if web_url(url) is None or "?" in url:
        raise invalid("proof", member, EXPECTED, quoted(name))
    return url


def key_in(document: Document, name: str) -> Named:
    """The key of a name in the document that was found there.

    Raises:
        InvalidBadge: when the document has none.
    """
    # a JWK that stands alone is the key of its URL, whatever its own `kid` calls it
    is_jwk = "kty" in document and ("#" not in name or document.get("kid") == name)
    if document.get("id") == name or is_jwk:
        return Named(name, document, document)
    for key in _entries(document):
        if isinstance(key, dict) and _id_of(key, document) == name:
            return Named(name, key, document)
    raise invalid("key", "", f"the key {name}", f"a document without it: {quoted(list(document))}")


def _entries(document: Mapping[str, Any]) -> Iterator[Any]:
    """The keys that a document has, and the names of others."""
    for member in LISTS:
        yield from listed(document.get(member))
    for member in SETS:
        value = document.get(member)
        yield from listed(value.get("keys") if isinstance(value, dict) else value)


def _id_of(key: Any, document: Mapping[str, Any]) -> Any:
    """The name of a key; one that begins with # is within the document."""
    if isinstance(key, dict):
        key = key.get("id", key.get("kid"))
    is_short = isinstance(key, str) and key.startswith("#")
    return f"{document.get('id')}{key}" if is_short else key


@seam
def is_of_issuer(found: Named, issuer: str) -> bool:
    """Whether a key is the issuer's by its own name.

    The DID of a key is the issuer's, and permits it to sign; a URL is on the issuer's origin.
    """
    base = found.name.partition("#")[0]
    if base.startswith("did:key:"):
        return base == issuer
    if not may_assert(found.name, found.holder):
        return False
    if base.startswith("did:"):
        return base == issuer and found.holder.get("id") == base
    controller = found.key.get("controller") or issuer
    if web_url(issuer) is None or controller != issuer:
        return False
    return origin_of(found.name) == origin_of(issuer)


def may_be_lent(found: Named) -> bool:
    """Whether the controller of a key, where it has one, has it in the document at its own id.

    Another one would have to confirm it there (Controlled Identifiers 1.0, section 3.3).
    """
    controller = found.key.get("controller")
    return controller in (None, found.holder.get("id"), found.name.partition("#")[0])


@seam
def may_assert(name: object, document: Mapping[str, Any]) -> bool:
    """Whether a document permits a key that it names to sign credentials.

    A DID document lists it for that. A profile at a URL need not list any purposes; where it does,
    a key is for those that it is listed for.
    """

    def is_listed(purpose: str) -> bool:
        keys = listed(document.get(purpose))
        return name is not None and any(_id_of(key, document) == name for key in keys)

    is_did = str(document.get("id")).startswith("did:")
    return is_listed("assertionMethod") or not (is_did or any(map(is_listed, OTHER_PURPOSES)))


def not_of_issuer(member: str, name: str, issuer: str) -> InvalidBadge:
    """The refusal of a key that somebody else may hold."""
    expected = (
        f"a key of the issuer {issuer}: of its own DID, on its origin with it as controller, or "
        "named in the document at its id; where the document lists purposes, by assertionMethod"
    )
    return invalid("proof", member, expected, quoted(name))


@seam
def check_public(key: Mapping[str, Any]) -> None:
    """A published key has no private half.

    Raises:
        InvalidBadge: when it has.
    """
    jwk = key.get("publicKeyJwk")
    for part in (key, jwk if isinstance(jwk, dict) else {}):
        if (member := next((name for name in PRIVATE if name in part), None)) is not None:
            raise invalid("key", member, "no such member", "a private key: anyone can now sign")


@seam
def check_alive(key: Mapping[str, Any], now: float) -> None:
    """A key may have an end.

    Raises:
        InvalidBadge: when it has come.
    """
    for member in ("revoked", "expires"):
        value = key.get(member)
        if value is None:
            continue
        if not is_moment(value) or moment_of(value).timestamp() <= now:
            raise invalid("key", member, "a time to come", quoted(value))


def is_same_key(first: Mapping[str, Any], second: Mapping[str, Any]) -> bool:
    """Whether two JWKs are one public key (RFC 7638)."""
    names = ("kty", "n", "e", "crv", "x", "y")
    return all(first.get(name) == second.get(name) for name in names)
