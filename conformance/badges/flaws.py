"""Flaws: named ways in which a badge can be wrong, each made on a right one."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from types import MappingProxyType
from typing import Any

from attrs import evolve, frozen

from conformance.badges import signing
from conformance.badges.bundle import Bundle, Signature

Change = Callable[[Bundle], Bundle]


@frozen
class Flaw:
    """One way of being wrong."""

    name: str
    does: str
    """What is wrong, in words."""
    change: Change
    hosted: bool = True
    """Whether a hosted badge can have it."""
    signed: bool = True
    """Whether a signed badge can have it."""
    forged: bool = False
    """Whether it is an attack on signatures, which is a matter of safety."""
    structural: bool = False
    """Whether the JSON Schema of a document refuses it; others show only when all is fetched."""

    def fits(self, *, signed: bool) -> bool:
        """Whether a hosted or a signed badge of 1.0 can have this flaw."""
        return not self.forged and (self.signed if signed else self.hosted)


REQUIRED = {
    "assertion": (
        "uid",
        "recipient",
        "recipient.identity",
        "recipient.type",
        "recipient.hashed",
        "badge",
        "verify",
        "verify.type",
        "verify.url",
        "issuedOn",
    ),
    "badge": ("name", "description", "image", "criteria", "issuer"),
    "issuer": ("name", "url"),
}
"""Required members by document (Open Badges 1.0)."""

WRONG: Mapping[str, Mapping[str, tuple[str, Any]]] = {
    "assertion": {
        "uid": ("a number", 7),
        "recipient": ("a text", "ada@example.org"),
        "recipient.identity": ("a number", 7),
        "recipient.type": ("a phone number's type", "telephone"),
        "recipient.hashed": ("a text", "true"),
        "badge": ("no URL", "the badge"),
        "verify": ("a text", "hosted"),
        "verify.type": ("an unknown kind", "carved"),
        "verify.url": ("no URL", "here"),
        "issuedOn": ("no time", "the other day"),
        "image": ("a number", 7),
        "evidence": ("a number", 7),
        "expires": ("a boolean", True),
    },
    "badge": {
        "name": ("an array", ["Badge"]),
        "description": ("a number", 7),
        "image": ("no URL", "a picture"),
        "criteria": ("no URL", "be good"),
        "issuer": ("no URL", "us"),
        "alignment": ("a text", "straight"),
        "tags": ("a text", "one,two"),
    },
    "issuer": {
        "name": ("an object", {"en": "Issuer"}),
        "url": ("no URL", "our site"),
        "email": ("a number", 7),
    },
}
"""A wrong value for members of each document, with what it is.

Where a member may be left out, the value is of a wrong type: how closely its text is looked at
is nowhere said.
"""

TITLES = {
    "assertion": "assertion",
    "badge": "badge class",
    "issuer": "issuer",
    "image": "image",
    "key": "key",
}


@cache
def flaws() -> Mapping[str, Flaw]:
    """All flaws by name."""
    found = [*_missing(), *_wrong(), *_unserved(), *_others(), *_of_signatures()]
    return MappingProxyType({one.name: one for one in found})


def broken(bundle: Bundle, name: str) -> Bundle:
    """The bundle with one flaw."""
    return evolve(flaws()[name].change(bundle), flaw=name)


def _slug(document: str, path: str) -> str:
    member = re.sub(r"(?<!^)(?=[A-Z])", "-", path).lower().replace(".", "-")
    return f"{TITLES[document].replace(' ', '-')}-{member}"


def _missing() -> Iterator[Flaw]:
    for document, paths in REQUIRED.items():
        for path in paths:
            yield Flaw(
                f"{_slug(document, path)}-missing",
                f"the {TITLES[document]} has no {path}",
                partial(Bundle.without_member, name=document, path=path),
                structural=True,
            )


def _wrong() -> Iterator[Flaw]:
    for document, members in WRONG.items():
        for path, (what, value) in members.items():
            yield Flaw(
                f"{_slug(document, path)}-wrong",
                f"the {TITLES[document]}'s {path} is {what}",
                partial(Bundle.with_member, name=document, path=path, value=value),
                structural=True,
            )


def _unserved() -> Iterator[Flaw]:
    for document, title in TITLES.items():
        slug = title.replace(" ", "-")
        hosted, signed = document != "key", document != "assertion"
        serve = partial(Bundle.with_part, name=document)
        not_found = {"content": b"Not found", "type": "text/plain", "status": 404}
        yield Flaw(
            f"{slug}-404", f"the {title} is not found", partial(serve, **not_found), hosted, signed
        )
        if document not in ("image", "key"):
            html = {"content": b"<!doctype html><p>Hello", "type": "text/html"}
            yield Flaw(
                f"{slug}-html", f"the {title} is a web page", partial(serve, **html), hosted, signed
            )
            array = partial(serve, content=[1, 2])
            yield Flaw(
                f"{slug}-array",
                f"the {title} is a JSON array",
                array,
                hosted,
                signed,
                structural=True,
            )


def _others() -> Iterator[Flaw]:
    yield Flaw(
        "assertion-500",
        "the assertion's server fails",
        partial(Bundle.with_part, name="assertion", status=500),
        signed=False,
    )
    yield Flaw(
        "assertion-gone",
        "the assertion is revoked: 410",
        partial(Bundle.with_part, name="assertion", content={"revoked": True}, status=410),
        signed=False,
        structural=True,
    )
    yield Flaw(
        "assertion-unreachable",
        "nothing listens where the assertion should be",
        lambda bundle: evolve(bundle, urls={**bundle.urls, "assertion": bundle.urls["nowhere"]}),
        signed=False,
    )
    yield Flaw(
        "verify-url-other-copy",
        "the assertion at verify.url is another one",
        _with_other_copy,
        signed=False,
    )
    yield Flaw(
        "image-is-text",
        "the badge class's image is no image",
        partial(Bundle.with_part, name="image", content=b"not an image", type="text/plain"),
    )


def _with_other_copy(bundle: Bundle) -> Bundle:
    other = {**bundle.with_copy().assertion, "uid": f"{bundle.assertion['uid']}-other"}
    return bundle.with_copy().with_part("copy", content=other)


def _signed_otherwise(bundle: Bundle, signature: Signature) -> Bundle:
    return evolve(bundle, signature=signature)


def _of_signatures() -> Iterator[Flaw]:
    yield Flaw(
        "signature-bad",
        "a character of the signature is changed",
        partial(_signed_otherwise, signature=Signature(forgery="tampered")),
        hosted=False,
    )
    yield Flaw(
        "signature-of-a-stranger",
        "the signature is made with another key than the one at verify.url",
        partial(_signed_otherwise, signature=Signature(owner="stranger")),
        hosted=False,
    )
    for name, forgery in signing.FORGERIES.items():
        yield Flaw(
            f"signature-{name}",
            forgery.does,
            partial(_signed_otherwise, signature=Signature(forgery=name)),
            hosted=False,
            forged=True,
        )
    yield Flaw(
        "key-is-text",
        "there is no key at verify.url but some text",
        partial(Bundle.with_part, name="key", content=b"trust me", type="text/plain"),
        hosted=False,
    )
    yield Flaw(
        "assertion-revoked",
        "the uid stands in the issuer's revocation list",
        lambda bundle: bundle.with_part(
            "revocations", content={bundle.assertion["uid"]: "awarded by mistake"}
        ),
        hosted=False,
    )
