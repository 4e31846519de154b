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


def values(name: str, are_right: bool) -> Iterator[tuple[tuple[str, ...], Any]]:
    """All right or all wrong values of the members of a document, with the member's path."""
    for path, (right_ones, wrong_ones) in MEMBERS[name].items():
        yield from ((path, value) for value in (right_ones if are_right else wrong_ones))


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
def test_unknown_members_are_allowed(name):
    """Unknown members are preserved, and are no error."""
    for member in ("x-own", "extensions", "issued_on", "_location"):
        if (member,) not in MEMBERS[name]:
            assert wrong(name, {**right(name), member: {"any": [1, None]}}) == "", member


@pytest.mark.parametrize("name", MEMBERS)
def test_right_values_fit(name):
    """Also those that older schemas refused."""
    for path, value in values(name, are_right=True):
        assert wrong(name, changed(right(name), *path, to=value)) == "", (path, value)


@pytest.mark.parametrize("name", MEMBERS)
def test_wrong_values_do_not_fit(name):
    """The message names the member."""
    for path, value in values(name, are_right=False):
        complaint = wrong(name, changed(right(name), *path, to=value))
        assert complaint.startswith(".".join(path)), (path, value)


@pytest.mark.parametrize("name", REQUIRED)
def test_a_required_member_is_missed(name):
    """By its name."""
    for path in REQUIRED[name]:
        complaint = wrong(name, without(right(name), *path.split(".")))
        assert complaint.startswith(f"{path}: expected "), path
        assert complaint.endswith("saw no such member"), path


@pytest.mark.parametrize("name", MEMBERS)
def test_no_other_member_is_required(name):
    """A document with nothing but what must be there is right."""
    least = right(name)
    for path in MEMBERS[name]:
        if ".".join(path) not in REQUIRED[name]:
            least = without(least, *path)
    assert wrong(name, least) == ""


@pytest.mark.parametrize("name", MEMBERS)
def test_a_document_is_an_object(name):
    """Nothing else is."""
    for value in (None, [], [1, 2], "assertion", 7, True):
        assert wrong(name, value) != "", value


@pytest.mark.parametrize("version", LATER)
def test_a_revocation_list_maps_uids_to_reasons(version):
    """An array of uids, as some wrote it, is none."""
    name = f"{version}/revocations"
    assert wrong(name, bundle(version, signed=True).parts["revocations"].content) == ""
    assert wrong(name, {"1": "by mistake", "https://example.org/1": ""}) == ""
    assert wrong(name, ["1"]) != ""
    assert wrong(name, {"1": True}).startswith("1: expected the reason")


def is_refused(flaw: Flaw, version: str) -> bool:
    """Whether a schema refuses a document of a badge with a flaw."""
    flawed = with_flaw(bundle(version, signed=not flaw.hosted), flaw.name)
    shown = [named for named in documents(flawed) if not isinstance(named[1], bytes)]
    return any(wrong(name, value) for name, value in shown)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_structural_flaw_is_refused_and_no_other(version):
    """A flaw that no document shows by itself says so."""
    tried = {name: flaw for name, flaw in flaws().items() if version in flaw.versions}
    refused = {name for name, flaw in tried.items() if is_refused(flaw, version)}
    assert refused == {name for name, flaw in tried.items() if flaw.structural}


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
