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

LINKED = ("1.0", "1.1")
"""Versions with three linked documents."""
OLD = ("0.5",)
ALL = (*OLD, *LINKED)


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
    versions: tuple[str, ...] = LINKED
    structural: bool = False
    """Whether the JSON Schema of a document refuses it; others show only when all is fetched."""

    def fits(self, *, signed: bool, version: str = "1.0") -> bool:
        """Whether a hosted or a signed badge of a version can have this flaw."""
        kind = self.signed and version not in OLD if signed else self.hosted
        return kind and not self.forged and version in self.versions


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

REQUIRED_05 = (
    "recipient",
    "badge",
    "badge.name",
    "badge.description",
    "badge.image",
    "badge.criteria",
    "badge.issuer",
    "badge.issuer.origin",
    "badge.issuer.name",
)
"""Required members of the one document (Open Badges 0.5)."""

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

VERSIONS_WITH = {"assertion": ALL, "image": ALL}
"""Versions in which a part is served by itself, where that is not the linked ones alone."""

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
    found = [
        *_missing(),
        *_wrong(),
        *_unserved(),
        *_others(),
        *_of_signatures(),
        *_of_alignments(),
        *_of_old_badges(),
    ]
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
        of: dict[str, Any] = {
            "hosted": hosted,
            "signed": signed,
            "versions": VERSIONS_WITH.get(document, LINKED),
        }
        not_found = partial(serve, content=b"Not found", type="text/plain", status=404)
        yield Flaw(f"{slug}-404", f"the {title} is not found", not_found, **of)
        if document != "assertion":
            fails = partial(serve, status=500)
            yield Flaw(f"{slug}-500", f"the {title}'s server fails", fails, **of)
        if document not in ("image", "key"):
            html = partial(serve, content=b"<!doctype html><p>Hello", type="text/html")
            yield Flaw(f"{slug}-html", f"the {title} is a web page", html, **of)
            array = partial(serve, content=[1, 2])
            yield Flaw(
                f"{slug}-array", f"the {title} is a JSON array", array, structural=True, **of
            )
            cut = partial(serve, content=b'{"name": "cut o')
            yield Flaw(f"{slug}-cut", f"the {title} breaks off", cut, **of)


def _others() -> Iterator[Flaw]:
    yield Flaw(
        "assertion-500",
        "the assertion's server fails",
        partial(Bundle.with_part, name="assertion", status=500),
        signed=False,
        versions=ALL,
    )
    yield Flaw(
        "assertion-gone",
        "the assertion is revoked: 410",
        partial(Bundle.with_part, name="assertion", content={"revoked": True}, status=410),
        signed=False,
        versions=ALL,
        structural=True,
    )
    yield Flaw(
        "assertion-unreachable",
        "nothing listens where the assertion should be",
        lambda bundle: evolve(bundle, urls={**bundle.urls, "assertion": bundle.urls["nowhere"]}),
        signed=False,
        versions=ALL,
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
        versions=ALL,
    )
    yield Flaw(
        "assertion-issued-on-old-name",
        "the assertion has issued_on, as of 0.5, in place of issuedOn",
        _with_the_old_name,
        structural=True,
    )


def _with_other_copy(bundle: Bundle) -> Bundle:
    other = {**bundle.with_copy().assertion, "uid": f"{bundle.assertion['uid']}-other"}
    return bundle.with_copy().with_part("copy", content=other)


def _signed_otherwise(bundle: Bundle, signature: Signature) -> Bundle:
    return evolve(bundle, signature=signature)


def _with_the_old_name(bundle: Bundle) -> Bundle:
    moment = bundle.assertion["issuedOn"]
    renamed = bundle.without_member("assertion", "issuedOn")
    return renamed.with_member("assertion", "issued_on", moment)


def _of_alignments() -> Iterator[Flaw]:
    whole = {"name": "A standard", "url": "https://example.org/standard"}
    for left_out in whole:
        entry = {name: value for name, value in whole.items() if name != left_out}
        yield Flaw(
            f"badge-class-alignment-{left_out}-missing",
            f"an alignment of the badge class lacks its {left_out}",
            partial(Bundle.with_member, name="badge", path="alignment", value=[entry]),
            structural=True,
        )


def _of_old_badges() -> Iterator[Flaw]:
    """Flaws of the flat document of 0.5."""
    of: dict[str, Any] = {"signed": False, "versions": OLD, "structural": True}
    for path in REQUIRED_05:
        yield Flaw(
            f"old-{path.replace('.', '-')}-missing",
            f"the 0.5 assertion has no {path}",
            partial(Bundle.without_member, name="assertion", path=path),
            **of,
        )
    wrong = {
        "recipient": ("a number", 7),
        "badge": ("a text", "a badge"),
        "badge.issuer": ("a text", "us"),
    }
    for path, (what, value) in wrong.items():
        yield Flaw(
            f"old-{path.replace('.', '-')}-wrong",
            f"the 0.5 assertion's {path} is {what}",
            partial(Bundle.with_member, name="assertion", path=path, value=value),
            **of,
        )


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
        "signature-cut",
        "the signature is left out",
        lambda bundle: evolve(bundle, signature=Signature(forgery="cut")),
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
