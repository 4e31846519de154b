"""Flaws of members that are missing or have a wrong value."""

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from conformance.openbadges.bundle import Bundle
from conformance.openbadges.flaw import OLD, TITLES, Flaw, slug

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
        "recipient.salt": ("a number", 7),
        "badge": ("not a URL", "the badge"),
        "verify": ("a text", "hosted"),
        "verify.type": ("an unknown kind", "carved"),
        "verify.url": ("not a URL", "here"),
        "issuedOn": ("not a time", "the other day"),
        "image": ("a number", 7),
        "evidence": ("a number", 7),
        "expires": ("a boolean", True),
    },
    "badge": {
        "name": ("an array", ["Badge"]),
        "description": ("a number", 7),
        "image": ("not a URL", "a picture"),
        "criteria": ("not a URL", "be good"),
        "issuer": ("not a URL", "us"),
        "alignment": ("a text", "straight"),
        "tags": ("a text", "one,two"),
    },
    "issuer": {
        "name": ("an object", {"en": "Issuer"}),
        "url": ("not a URL", "our site"),
        "email": ("a number", 7),
        "description": ("a number", 7),
    },
}
"""Wrong values for members of each document, each with a description.

The values of optional members have a wrong type, because no document says how closely their text is
checked.
"""


def of_members() -> Iterator[Flaw]:
    """Flaws of members of the linked documents, and of the one document of 0.5."""
    yield from _missing()
    yield from _wrong()
    yield from _null()
    yield from _in_an_array()
    yield from _of_alignments()
    yield from _of_old_badges()
    yield Flaw(
        "assertion-issued-on-old-name",
        "the assertion has issued_on, as in 0.5, instead of issuedOn",
        _with_the_old_name,
        structural=True,
    )


def flaw_name(document: str, path: str) -> str:
    """The name of flaws of a member, such as ``badge-class-name``."""
    member = re.sub(r"(?<!^)(?=[A-Z])", "-", path).lower().replace(".", "-")
    return f"{slug(document)}-{member}"


def _missing() -> Iterator[Flaw]:
    for document, paths in REQUIRED.items():
        for path in paths:
            yield Flaw(
                f"{flaw_name(document, path)}-missing",
                f"the {TITLES[document]} has no {path}",
                partial(Bundle.without_member, name=document, path=path),
                structural=True,
            )


def _wrong() -> Iterator[Flaw]:
    for document, members in WRONG.items():
        for path, (what, value) in members.items():
            yield Flaw(
                f"{flaw_name(document, path)}-wrong",
                f"the {TITLES[document]}'s {path} is {what}",
                partial(Bundle.with_member, name=document, path=path, value=value),
                structural=True,
            )


def _null() -> Iterator[Flaw]:
    for document, paths in REQUIRED.items():
        for path in paths:
            yield Flaw(
                f"{flaw_name(document, path)}-null",
                f"the {TITLES[document]}'s {path} is null",
                partial(Bundle.with_member, name=document, path=path, value=None),
                structural=True,
            )


def _in_an_array() -> Iterator[Flaw]:
    for document, paths in REQUIRED.items():
        for path in paths:
            yield Flaw(
                f"{flaw_name(document, path)}-in-array",
                f"the {TITLES[document]}'s {path} is an array that contains the right value",
                partial(_wrapped, name=document, path=path),
                structural=True,
            )


def _wrapped(bundle: Bundle, name: str, path: str) -> Bundle:
    return bundle.with_member(name, path, [bundle.member(name, path)])


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
    yield Flaw(
        "badge-class-alignment-description-wrong",
        "the description of an alignment of the badge class is a number",
        partial(
            Bundle.with_member, name="badge", path="alignment", value=[{**whole, "description": 7}]
        ),
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
    yield Flaw(
        "old-recipient-nobody",
        "the 0.5 assertion's recipient is neither an e-mail nor a hash",
        partial(Bundle.with_member, name="assertion", path="recipient", value="nobody"),
        **of,
    )
    wrong = {
        "recipient": ("a number", 7),
        "badge": ("a text", "a badge"),
        "badge.issuer": ("a text", "us"),
        "badge.name": ("an array", ["Badge"]),
        "badge.image": ("a number", 7),
        "badge.criteria": ("a number", 7),
        "badge.issuer.name": ("a number", 7),
        "badge.issuer.origin": ("not a URL", "our site"),
        "issued_on": ("a boolean", True),
        "expires": ("a boolean", True),
        "evidence": ("a number", 7),
    }
    for path, (what, value) in wrong.items():
        yield Flaw(
            f"old-{path.replace('.', '-').replace('_', '-')}-wrong",
            f"the 0.5 assertion's {path} is {what}",
            partial(Bundle.with_member, name="assertion", path=path, value=value),
            **of,
        )
