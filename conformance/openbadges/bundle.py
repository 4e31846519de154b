"""A bundle: all the documents of one badge, before an issuer site serves them."""

import copy
import hashlib
from collections.abc import Mapping
from typing import Any, TypeAlias

from attrs import evolve, field, frozen

from conformance.openbadges import images, signing

Json: TypeAlias = dict[str, Any]

JSON_TYPE = "application/json"
PARTS = ("assertion", "copy", "badge", "issuer", "image", "key", "revocations", "criteria")
"""What a badge is made of; ``copy`` is the assertion at ``verify.url`` when that is elsewhere."""


@frozen
class Way:
    """How a document comes to who asks for it; at once, unless something stands here."""

    redirects: int = 0
    """So many redirects lead to it."""
    with_status: int = 302
    """The status of the redirects."""
    leads_to: str | None = None
    """A URL that it redirects to in place of an answer; ``loop`` leads on and on."""
    drips: bool = False
    """It comes byte by byte and has no end."""


@frozen
class Served:
    """One document as the issuer site serves it."""

    content: Any
    """A JSON value, or bytes."""
    type: str = JSON_TYPE
    status: int = 200
    headers: Mapping[str, str] = field(factory=dict)
    way: Way = field(factory=Way)


@frozen
class Signature:
    """How the assertion of a signed badge is signed."""

    owner: str = "issuer"
    forgery: str | None = None
    """A name of `signing.FORGERIES` or `signing.MISTAKES`; ``None`` for a good signature."""


@frozen
class Bundle:
    """A badge of one version, hosted or signed, with a URL for each part."""

    version: str
    urls: Mapping[str, str]
    parts: Mapping[str, Served]
    signature: Signature | None = None
    flaw: str | None = None

    @property
    def assertion(self) -> Json:
        """The assertion as the issuer wrote it."""
        found: Json = self.parts["assertion"].content
        return found

    @property
    def is_signed(self) -> bool:
        """Whether it is pushed as a JWS and not as a URL."""
        return self.signature is not None

    def pushed(self) -> str:
        """What an issuer pushes: the assertion's URL, or its signature."""
        if self.signature is None:
            return self.urls["assertion"]
        forgery = self.signature.forgery
        if forgery is None:
            return signing.signed(self.assertion, self.signature.owner)
        return {**signing.FORGERIES, **signing.MISTAKES}[forgery].make(self.assertion)

    def served(self) -> dict[str, Served]:
        """What the issuer site must serve, by URL; a signed assertion is served nowhere."""
        unserved = {"assertion", "copy"} if self.is_signed else set()
        return {self.urls[name]: part for name, part in self.parts.items() if name not in unserved}

    def with_part(self, name: str, **changes: Any) -> "Bundle":
        """The bundle with one part served otherwise."""
        part = self.parts.get(name, Served(None))
        return evolve(self, parts={**self.parts, name: evolve(part, **changes)})

    def with_copy(self) -> "Bundle":
        """The bundle with ``verify.url`` elsewhere, and the same assertion there."""
        pointing = self.with_member("assertion", "verify.url", self.urls["copy"])
        return pointing.with_part("copy", content=pointing.assertion)

    def member(self, name: str, path: str) -> Any:
        """The value of one member of one document; ``path`` is dotted."""
        value = self.parts[name].content
        for step in path.split("."):
            value = value[step]
        return value

    def with_member(self, name: str, path: str, value: Any) -> "Bundle":
        """The bundle with one member of one document changed; ``path`` is dotted."""
        return self._with_parent(name, path, lambda parent, last: parent.__setitem__(last, value))

    def without_member(self, name: str, path: str) -> "Bundle":
        """The bundle with one member of one document taken out."""
        return self._with_parent(name, path, lambda parent, last: parent.pop(last))

    def _with_parent(self, name: str, path: str, change: Any) -> "Bundle":
        content = copy.deepcopy(self.parts[name].content)
        *above, last = path.split(".")
        parent = content
        for step in above:
            parent = parent[step]
        change(parent, last)
        return self.with_part(name, content=content)


@frozen
class Wish:
    """What a scenario wants a badge to be."""

    version: str
    recipient: Mapping[str, Any]
    """The recipient object of the assertion, ready to be written."""
    uid: str
    issued_on: int
    """Unix seconds."""
    names: Mapping[str, str]
    """``badge``, ``description`` and ``issuer``: sample texts."""
    signed: bool = False
    signer: str = "issuer"
    """The owner of the key that signs, and that is served at ``verify.url``."""
    members: Mapping[str, Any] = field(factory=dict)
    """Members of the assertion that replace or join the usual ones."""
    badge_class: Mapping[str, Any] = field(factory=dict)
    issuer: Mapping[str, Any] = field(factory=dict)
    verify: Mapping[str, Any] = field(factory=dict)
    """Further members of ``verify``; 0.5 has none."""


def make(wish: Wish, urls: Mapping[str, str], origin: str) -> Bundle:
    """A right badge of Open Badges 0.5, 1.0 or 1.1, issued by an origin.

    Raises:
        ValueError: when a 0.5 badge should be signed: that version has no signatures.
    """
    if wish.version == "0.5":
        if wish.signed:
            raise ValueError("a 0.5 badge cannot be signed")
        return _make_05(wish, urls, origin)
    return _make_1(wish, urls, origin)


def _make_1(wish: Wish, urls: Mapping[str, str], origin: str) -> Bundle:
    verify = {
        "type": "signed" if wish.signed else "hosted",
        "url": urls["key"] if wish.signed else urls["assertion"],
        **wish.verify,
    }
    context = {"@context": "https://w3id.org/openbadges/v1"} if wish.version == "1.1" else {}

    def typed(name: str, type_: str) -> Json:
        return {**context, "type": type_, "id": urls[name]} if context else {}

    assertion = {
        **typed("assertion", "Assertion"),
        "uid": wish.uid,
        "recipient": dict(wish.recipient),
        "badge": urls["badge"],
        "verify": verify,
        "issuedOn": wish.issued_on,
        **wish.members,
    }
    badge_class = {
        **typed("badge", "BadgeClass"),
        "name": wish.names["badge"],
        "description": wish.names["description"],
        "image": urls["image"],
        "criteria": urls["criteria"],
        "issuer": urls["issuer"],
        "alignment": [{"name": "A standard", "url": urls["criteria"]}],
        **wish.badge_class,
    }
    issuer = {
        **typed("issuer", "Issuer"),
        "name": wish.names["issuer"],
        "url": origin,
        **({"revocationList": urls["revocations"]} if wish.signed else {}),
        **wish.issuer,
    }
    parts = {
        "assertion": Served(assertion),
        "badge": Served(badge_class),
        "issuer": Served(issuer),
        **_around(wish),
    }
    if wish.signed:
        parts["key"] = Served(signing.public_pem(wish.signer), "application/x-pem-file")
        parts["revocations"] = Served({"another-uid": "awarded by mistake"})
    signature = Signature(wish.signer) if wish.signed else None
    return Bundle(wish.version, urls, parts, signature)


def _make_05(wish: Wish, urls: Mapping[str, str], origin: str) -> Bundle:
    salt = wish.recipient.get("salt")
    assertion = {
        "recipient": wish.recipient["identity"],
        **({} if salt is None else {"salt": salt}),
        "issued_on": wish.issued_on,
        "badge": {
            "version": "0.5.0",
            "name": wish.names["badge"],
            "description": wish.names["description"],
            "image": urls["image"],
            "criteria": urls["criteria"],
            "issuer": {"origin": origin, "name": wish.names["issuer"], **wish.issuer},
            **wish.badge_class,
        },
        **wish.members,
    }
    return Bundle("0.5", urls, {"assertion": Served(assertion), **_around(wish)})


def _around(wish: Wish) -> dict[str, Served]:
    criteria = f"<!doctype html><title>{wish.uid}</title><p>Criteria of a test badge.</p>"
    return {
        "image": Served(images.png(), "image/png"),
        "criteria": Served(criteria.encode(), "text/html"),
    }


def recipient(
    email: str, *, hashed: bool, salt: str | None = None, algorithm: str = "sha256"
) -> Json:
    """The recipient of an assertion: ``alg$hex(email + salt)``, or the plain e-mail.

    Source: Open Badges 1.0, IdentityObject and IdentityHash.
    """
    if not hashed:
        return {"identity": email, "type": "email", "hashed": False}
    digest = hashlib.new(algorithm, (email + (salt or "")).encode()).hexdigest()
    salted = {} if salt is None else {"salt": salt}
    return {"identity": f"{algorithm}${digest}", "type": "email", "hashed": True, **salted}
