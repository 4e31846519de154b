"""The schemas of Open Badges take every right document, and refuse each member that is wrong."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings

from conformance.core.schemas import misfit, schema_names, validator
from conformance.openbadges.bundle import Bundle
from conformance.openbadges.flaws import Flaw, flaws, with_flaw
from conformance.openbadges.strategies import valid as valid_badges
from tests.conformance.badges import bundle, bundle_of
from tests.conformance.members import MEMBERS, REQUIRED
from tests.conformance.responses import changed, without

DOCUMENTS = {"0.5": ("assertion",), "1.0": ("assertion", "badge", "issuer")}
DOCUMENTS["1.1"] = DOCUMENTS["1.0"]
VERSIONS = tuple(DOCUMENTS)
LATER = ("1.0", "1.1")


def wrong(name: str, value: object) -> str:
    """Why a value does not match a document's schema; ``""`` if it does."""
    return str(misfit(validator(f"openbadges/{name}"), value) or "")


def documents(made: Bundle) -> Iterator[tuple[str, Any]]:
    """The documents of a badge with the names of their schemas."""
    for part in DOCUMENTS[made.version]:
        yield f"{made.version}/{part}", made.parts[part].content


def right(name: str) -> dict[str, Any]:
    """A right document of a version."""
    version, _, part = name.partition("/")
    content: dict[str, Any] = bundle(version).parts[part].content
    return content


MEMBER = pytest.mark.parametrize(
    ("name", "path"),
    [
        pytest.param(name, path, id=f"{name} {'.'.join(path)}")
        for name, members in MEMBERS.items()
        for path in members
    ],
)
"""Each member of each document; its right and its wrong values are in ``MEMBERS``."""


@pytest.mark.parametrize("version", VERSIONS)
def test_a_badge_as_the_suite_makes_it_fits(version):
    """Every document by the schema of its version."""
    assert [wrong(*document) for document in documents(bundle(version))] == [
        "" for _ in DOCUMENTS[version]
    ]


@pytest.mark.slow
@given(drawn=valid_badges(versions=VERSIONS))
@settings(deadline=None)
def test_every_valid_draw_fits(drawn):
    """The schemas accept everything that the strategies call valid."""
    assert {wrong(*document) for document in documents(bundle_of(drawn))} == {""}


@pytest.mark.slow
@given(drawn=valid_badges(versions=("1.1",)))
@settings(deadline=None)
def test_a_document_of_1_1_is_one_of_1_0(drawn):
    """The new members of 1.1 are unknown to 1.0, which allows them."""
    made = bundle_of(drawn)
    for part in DOCUMENTS["1.0"]:
        assert wrong(f"1.0/{part}", made.parts[part].content) == ""


@pytest.mark.parametrize("name", MEMBERS)
@pytest.mark.parametrize("member", ["x-own", "extensions", "issued_on", "_location"])
def test_unknown_members_are_allowed(name, member):
    """Unknown members are preserved, and are no error."""
    if (member,) not in MEMBERS[name]:
        assert wrong(name, {**right(name), member: {"any": [1, None]}}) == ""


@MEMBER
def test_right_values_fit(name, path):
    """Also those that older schemas refused."""
    for value in MEMBERS[name][path][0]:
        assert wrong(name, changed(right(name), *path, to=value)) == "", value


@MEMBER
def test_wrong_values_do_not_fit(name, path):
    """The message names the member."""
    for value in MEMBERS[name][path][1]:
        complaint = wrong(name, changed(right(name), *path, to=value))
        assert complaint.startswith(".".join(path)), value


@pytest.mark.parametrize(
    ("name", "path"), [(name, path) for name, paths in REQUIRED.items() for path in paths]
)
def test_a_required_member_is_missed(name, path):
    """By its name."""
    complaint = wrong(name, without(right(name), *path.split(".")))
    assert complaint.startswith(f"{path}: expected ")
    assert complaint.endswith("saw no such member")


@pytest.mark.parametrize("name", MEMBERS)
def test_no_other_member_is_required(name):
    """A document with nothing but what must be there is right."""
    least = right(name)
    for path in MEMBERS[name]:
        if ".".join(path) not in REQUIRED[name]:
            least = without(least, *path)
    assert wrong(name, least) == ""


@pytest.mark.parametrize("value", [None, [], [1, 2], "assertion", 7, True], ids=repr)
@pytest.mark.parametrize("name", MEMBERS)
def test_a_document_is_an_object(name, value):
    """Nothing else is."""
    assert wrong(name, value) != ""


@pytest.mark.parametrize("version", LATER)
def test_a_revocation_list_maps_uids_to_reasons(version):
    """An array of uids, as some wrote it, is none."""
    name = f"{version}/revocations"
    assert wrong(name, bundle(version, signed=True).parts["revocations"].content) == ""
    assert wrong(name, {"1": "by mistake", "https://example.org/1": ""}) == ""
    assert wrong(name, ["1"]) != ""
    assert wrong(name, {"1": True}).startswith("1: expected the reason")


@pytest.mark.parametrize(
    ("flaw", "version"),
    [
        pytest.param(flaw, version, id=f"{flaw.name}-{version}")
        for flaw in flaws().values()
        for version in flaw.versions
    ],
)
def test_a_structural_flaw_is_refused_and_no_other(flaw: Flaw, version: str):
    """A flaw that no document shows by itself says so."""
    signed = not flaw.hosted
    flawed = with_flaw(bundle(version, signed=signed), flaw.name)
    found = [
        wrong(name, value) for name, value in documents(flawed) if not isinstance(value, bytes)
    ]
    assert any(found) is flaw.structural


def test_every_document_has_its_schema():
    """One schema per version; shared parts are defined once."""
    assert schema_names("openbadges/0.5") == ("assertion", "badge", "issuer")
    for version in LATER:
        assert schema_names(f"openbadges/{version}") == (
            "assertion",
            "badge",
            "issuer",
            "revocations",
        )


@pytest.mark.parametrize("part", [("badge",), ("badge", "issuer")])
def test_the_parts_of_a_flat_document_have_schemas_of_their_own(part):
    """A 0.5 badge class, or its issuer, can be judged alone."""
    whole = right("0.5/assertion")
    for step in part:
        whole = whole[step]
    assert wrong(f"0.5/{part[-1]}", whole) == ""
    assert wrong(f"0.5/{part[-1]}", without(whole, "name")).startswith("name: expected ")
