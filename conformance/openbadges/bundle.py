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
"""The parts of a badge; ``copy`` is the assertion at ``verify.url`` when that is another URL."""


@frozen
class Delivery:
    """How the issuer site delivers a document; by default directly."""

    redirects: int = 0
    """The number of redirects before it."""
    redirect_status: int = 302
    """The status of the redirects."""
    redirects_to: str | None = None
    """A URL to redirect to instead of an answer; ``loop`` redirects forever."""
    never_ends: bool = False
    """Whether it comes byte by byte and never ends."""
    is_chunked: bool = False
    """Whether it comes in chunks, without its length."""


@frozen
class ServedDocument:
    """A document that the issuer site serves."""

    content: Any
    """A JSON value, or bytes."""
    type: str = JSON_TYPE
    status: int = 200
    headers: Mapping[str, str] = field(factory=dict)
    delivery: Delivery = field(factory=Delivery)


@frozen
class Signature:
    """How the assertion of a signed badge is signed."""

    owner: str = "issuer"
    header: Mapping[str, Any] = field(factory=dict)
    """Further members of the header of the JWS."""
    forgery: str | None = None
    """A name of `signing.FORGERIES` or `signing.MISTAKES`; ``None`` for a good signature."""


@frozen
class Bundle:
    """A badge of one version, hosted or signed, with a URL for each part."""

    version: str
    urls: Mapping[str, str]
    parts: Mapping[str, ServedDocument]
    signature: Signature | None = None
    flaw: str | None = None
    posted: Json | None = None
    """The assertion that an issuer sends along, when it is not the one that is served."""

    @property
    def assertion(self) -> Json:
        """The assertion as the issuer wrote it."""
        assertion: Json = self.parts["assertion"].content
        return assertion

    @property
    def sent(self) -> Json:
        """The assertion that an issuer sends to an API that takes documents."""
        return self.assertion if self.posted is None else self.posted

    @property
    def is_signed(self) -> bool:
        """Whether it is pushed as a JWS instead of a URL."""
        return self.signature is not None

    def pushed(self) -> str:
        """The value that an issuer pushes: the assertion's URL, or its JWS."""
        if self.signature is None:
            return self.urls["assertion"]
        forgery = self.signature.forgery
        if forgery is None:
            return signing.signed(self.assertion, self.signature.owner, self.signature.header)
        return {**signing.FORGERIES, **signing.MISTAKES}[forgery].make(self.assertion)

    def served(self) -> dict[str, ServedDocument]:
        """The documents that the issuer site serves, by URL; a signed assertion is not served."""
        unserved = {"assertion", "copy"} if self.is_signed else set()
        return {self.urls[name]: part for name, part in self.parts.items() if name not in unserved}

    def with_part(self, name: str, **changes: Any) -> "Bundle":
        """The bundle with one part served differently."""
        part = self.parts.get(name, ServedDocument(None))
        return evolve(self, parts={**self.parts, name: evolve(part, **changes)})

    def with_copy(self) -> "Bundle":
        """The bundle with another ``verify.url``, which serves the same assertion."""
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
        """The bundle without one member of one document; ``path`` is dotted."""
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
class BadgeSpec:
    """The properties of a badge to make."""

    version: str
    recipient: Mapping[str, Any]
    """The recipient object of the assertion."""
    uid: str
    issued_on: int
    """Unix seconds."""
    names: Mapping[str, str]
    """``badge``, ``description`` and ``issuer``: sample texts."""
    signed: bool = False
    signer: str = "issuer"
    """The owner of the key that signs and is served at ``verify.url``."""
    header: Mapping[str, Any] = field(factory=dict)
    """Further members of the header of its JWS."""
    members: Mapping[str, Any] = field(factory=dict)
    """Members of the assertion that replace the usual ones or are added to them."""
    badge_class: Mapping[str, Any] = field(factory=dict)
    issuer: Mapping[str, Any] = field(factory=dict)
    verify: Mapping[str, Any] = field(factory=dict)
    """Further members of ``verify``; 0.5 has none."""


def make_bundle(spec: BadgeSpec, urls: Mapping[str, str], origin: str) -> Bundle:
    """A valid badge of Open Badges 0.5, 1.0 or 1.1, issued by an origin.

    Raises:
        ValueError: for a signed 0.5 badge: that version has no signatures.
    """
    if spec.version == "0.5":
        if spec.signed:
            raise ValueError("a 0.5 badge cannot be signed")
        return _make_05(spec, urls, origin)
    return _make_1(spec, urls, origin)


def _make_1(spec: BadgeSpec, urls: Mapping[str, str], origin: str) -> Bundle:
    verify = {
        "type": "signed" if spec.signed else "hosted",
        "url": urls["key"] if spec.signed else urls["assertion"],
        **spec.verify,
    }
    context = {"@context": "https://w3id.org/openbadges/v1"} if spec.version == "1.1" else {}

    def typed(name: str, type_: str) -> Json:
        return {**context, "type": type_, "id": urls[name]} if context else {}

    assertion = {
        **typed("assertion", "Assertion"),
        "uid": spec.uid,
        "recipient": dict(spec.recipient),
        "badge": urls["badge"],
        "verify": verify,
        "issuedOn": spec.issued_on,
        **spec.members,
    }
    badge_class = {
        **typed("badge", "BadgeClass"),
        "name": spec.names["badge"],
        "description": spec.names["description"],
        "image": urls["image"],
        "criteria": urls["criteria"],
        "issuer": urls["issuer"],
        "alignment": [{"name": "A standard", "url": urls["criteria"]}],
        **spec.badge_class,
    }
    issuer = {
        **typed("issuer", "Issuer"),
        "name": spec.names["issuer"],
        "url": origin,
        **({"revocationList": urls["revocations"]} if spec.signed else {}),
        **spec.issuer,
    }
    parts = {
        "assertion": ServedDocument(assertion),
        "badge": ServedDocument(badge_class),
        "issuer": ServedDocument(issuer),
        **_around(spec),
    }
    if spec.signed:
        parts["key"] = ServedDocument(signing.public_pem(spec.signer), "application/x-pem-file")
        parts["revocations"] = ServedDocument({"another-uid": "awarded by mistake"})
    signature = Signature(spec.signer, spec.header) if spec.signed else None
    return Bundle(spec.version, urls, parts, signature)


def _make_05(spec: BadgeSpec, urls: Mapping[str, str], origin: str) -> Bundle:
    salt = spec.recipient.get("salt")
    assertion = {
        "recipient": spec.recipient["identity"],
        **({} if salt is None else {"salt": salt}),
        "issued_on": spec.issued_on,
        "badge": {
            "version": "0.5.0",
            "name": spec.names["badge"],
            "description": spec.names["description"],
            "image": urls["image"],
            "criteria": urls["criteria"],
            "issuer": {"origin": origin, "name": spec.names["issuer"], **spec.issuer},
            **spec.badge_class,
        },
        **spec.members,
    }
    return Bundle("0.5", urls, {"assertion": ServedDocument(assertion), **_around(spec)})


def _around(spec: BadgeSpec) -> dict[str, ServedDocument]:
    criteria = f"<!doctype html><title>{spec.uid}</title><p>Criteria of a test badge.</p>"
    return {
        "image": ServedDocument(images.png(), "image/png"),
        "criteria": ServedDocument(criteria.encode(), "text/html"),
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
