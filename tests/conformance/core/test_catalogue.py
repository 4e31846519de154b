"""The requirement catalogue: ids that stay, sources that can be read, sentences that count."""

import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from conformance.core.api import api_facts, api_names, areas, cited_documents
from conformance.core.catalogue import (
    SHARED,
    area_titles,
    catalogue_hash,
    did_you_mean,
    of_role,
    read_area,
    requirement,
    requirements,
)
from conformance.core.errors import AuthoringError
from conformance.core.requirement import Level, Requirement
from conformance.core.resources import folder
from conformance.core.schemas import schema_names

CHECKOUT = Path(__file__).parents[3]
LOCK = folder("scenarios") / "requirements" / "ids.lock"

ENTRY = """\
area: token
role: backpack
title: Refreshing
requirements:
  - id: BC-TOKEN-01
    level: MUST
    statement: A good refresh answers with a new pair.
    basis: documented
    source: {document: backpack-connect, section: token}
    mend: Answer with both tokens.
"""

STATED = ("documented", "schema", "certification", "open-badges")
"""Bases of which the source itself says that it binds."""


def locked() -> tuple[set[str], set[str]]:
    """The ids of the lock file: those in use, and those that are retired."""
    lines = [line for line in LOCK.read_text().splitlines() if not line.startswith("#")]
    retired = {line.removeprefix("-") for line in lines if line.startswith("-")}
    return {line for line in lines if not line.startswith("-")}, retired


def of(source: dict[str, object]) -> Requirement:
    """A requirement with this source."""
    return Requirement("BC-X-01", "x", "backpack", Level.MUST, "", "", source, "")


def test_every_locked_id_is_in_the_catalogue():
    """An id that was given once stays."""
    assert locked()[0] - set(requirements()) == set()


def test_every_id_of_the_catalogue_is_locked():
    """A new id is written into the lock file with the requirement."""
    assert set(requirements()) - locked()[0] == set()


def test_a_retired_id_is_not_used_again():
    """An id never comes to mean something else."""
    in_use, retired = locked()
    assert retired & (set(requirements()) | in_use) == set()
    assert retired >= {"BC-CONNECT-16", "BC-AUTH-13", "BC-IDENT-08", "BC-SAFE-01"}


def test_no_id_is_given_twice():
    """Two requirements never share an id, in one file or in two."""
    files = (folder("scenarios") / "requirements").rglob("*.yaml")
    ids = [requirement.id for file in files for requirement in read_area(file)]
    assert len(ids) == len(set(ids)) == len(requirements())


def test_ids_are_locked_in_order_and_once():
    """A change of the lock file is easy to read."""
    lines = [line.removeprefix("-") for line in LOCK.read_text().splitlines()[1:]]
    assert lines == sorted(set(lines))


def test_every_file_of_the_catalogue_is_an_area():
    """No file with requirements is overlooked."""
    files = (folder("scenarios") / "requirements").rglob("*.yaml")
    assert {file.stem for file in files} == set(areas())


def test_areas_have_titles():
    """Each area has a heading for the report."""
    titles = area_titles()
    assert list(titles) == list(areas())
    assert all(titles.values())


def test_a_requirement_is_a_sentence():
    """It ends with a full stop, as does the advice."""
    for name, entry in requirements().items():
        assert entry.statement.endswith("."), name
        assert entry.mend.endswith("."), name


def test_a_requirement_names_an_answer_that_there_is():
    """The named answer has a schema."""
    known = (None, *schema_names("answers/connect/documented"))
    assert {
        name: entry.answer for name, entry in requirements().items() if entry.answer not in known
    } == {}


def test_a_requirement_leads_to_its_source():
    """The link is absolute and secure, the citation has no holes."""
    for name, entry in requirements().items():
        assert urlsplit(entry.link).scheme == "https", name
        assert "{" not in entry.link, name
        assert entry.cited, name


def test_safety_never_binds_like_the_document():
    """What the document does not require is a SHOULD at most."""
    assert {
        requirement.level for requirement in requirements().values() if requirement.area == "safety"
    } == {Level.SHOULD}


def test_issuers_are_held_to_requirements_of_their_own():
    """Every requirement is of one role."""
    areas_of = {"connect": {"issuer", "page"}, "ob2.1": {"consumer"}, "ob3": {"badges"}}
    held = set[str]()
    for api in api_names():
        issuer, backpack = of_role("issuer", api), of_role("backpack", api)
        assert {requirement.area for requirement in issuer} == areas_of[api]
        held |= {requirement.id for requirement in (*issuer, *backpack)}
    assert held == set(requirements())


def test_an_area_of_several_apis_is_written_once():
    """Each API that has it is held to all of it, or to the part that it names."""
    shared = {area: having for area, having in areas().items() if len(having) > 1}
    files = (folder("scenarios") / "requirements" / SHARED).iterdir()
    assert {file.stem for file in files} == set(shared) == {"safety"}
    for area, having in shared.items():
        every = [requirement for requirement in requirements().values() if requirement.area == area]
        for api in having:
            own = [
                requirement.id
                for requirement in of_role("backpack", api)
                if requirement.area == area
            ]
            taken = api_facts(api).takes.get(area, [requirement.id for requirement in every])
            assert own == list(taken) != []
            assert all(api in requirement(name).apis for name in own)
        assert all(requirement.apis for requirement in every)
    assert requirement("BC-SAFE-03").apis == api_names()
    assert requirement("BC-SAFE-11").apis == ("connect",)


def test_an_api_takes_only_of_what_several_have():
    """What an area leaves out is not for an API of its own."""
    for api in api_names():
        assert {area for area in api_facts(api).takes if len(areas()[area]) < 2} == set()


def test_requirements_are_in_the_order_of_the_areas_of_an_api():
    """Those that it shares with others are where its document has them."""
    for api in api_names():
        found = list(dict.fromkeys(requirement.area for requirement in of_role("backpack", api)))
        assert found == [area for area in api_facts(api).areas if area in found]


@pytest.mark.parametrize(
    ("source", "cited"),
    [
        ({"rfc": 6749, "section": "5.1"}, "RFC 6749 section 5.1"),
        ({"document": "backpack-connect"}, "Backpack Connect API"),
        (
            {"document": "backpack-connect", "section": "issue"},
            "Backpack Connect API, section issue",
        ),
        (
            {"document": "backpack-connect", "section": "issue", "error": "E4"},
            "Backpack Connect API, section issue, E4",
        ),
        ({"document": "cwe-79"}, "CWE-79"),
    ],
)
def test_a_source_is_cited_in_words(source, cited):
    """Document, section, and the error of the document's list."""
    assert of(source).cited == cited


def test_an_rfc_is_linked_at_its_section():
    """One click leads to the paragraph."""
    link = of({"rfc": 9110, "section": "9.2.1"}).link
    assert link == "https://www.rfc-editor.org/rfc/rfc9110#section-9.2.1"


@pytest.mark.parametrize("name", cited_documents())
def test_every_document_has_a_title_and_an_address(name):
    """Each document that a requirement may cite can be found."""
    found = of({"document": name})
    assert found.cited == cited_documents()[name].title
    assert urlsplit(found.link).hostname


def test_every_document_is_cited():
    """There is no document that nothing comes from."""
    assert {requirement.source.get("document") for requirement in requirements().values()} - {
        None
    } == set(cited_documents())


@pytest.mark.parametrize("name", ["BC-TOKEN-04", "bc-token-04"])
def test_a_requirement_is_found_in_any_case(name):
    """The case of an id does not matter."""
    assert requirement(name).id == "BC-TOKEN-04"


def test_an_unknown_id_is_told_with_those_that_come_close():
    """A mistyped id gets a suggestion."""
    with pytest.raises(AuthoringError, match=r"'BC-TOKN-04': did you mean BC-TOKEN-04 or BC"):
        requirement("BC-TOKN-04")


def test_nothing_is_suggested_when_nothing_comes_close():
    """No advice is better than a wrong one."""
    assert did_you_mean("something else") == ""
    assert did_you_mean("grnt", ["grant", "deny"]) == ": did you mean grant?"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("level: MUST", "level: OUGHT", "6:5: requirements.0.level: expected one of 'MUST'"),
        ("basis:", "bassis:", "8:5: requirements.0.bassis: expected one of"),
        ("BC-TOKEN-01", "TOKEN-1", "5:5: requirements.0.id: expected an id such as BC-TOKEN-04"),
        ("    mend: Answer with both tokens.\n", "", "5:5: requirements.0.mend: expected"),
        ("section: token", "sektion: token", "9:5: requirements.0.source: expected"),
        ("area: token", "area: tokn", "1:1: area: expected one of"),
    ],
)
def test_a_wrong_entry_is_told_with_its_place(tmp_path, old, new, message):
    """File, line, column, and what was expected there."""
    file = tmp_path / "token.yaml"
    file.write_text(ENTRY.replace(old, new))
    with pytest.raises(AuthoringError) as caught:
        read_area(file)
    assert str(caught.value).startswith(f"{file}:{message}")


def test_an_entry_that_was_copied_with_its_id_is_told(tmp_path):
    """With the place of the copy."""
    file = tmp_path / "token.yaml"
    _, start, rest = ENTRY.partition("  - id:")
    file.write_text(f"{ENTRY}{start}{rest}")
    with pytest.raises(AuthoringError) as caught:
        read_area(file)
    line = len(ENTRY.splitlines()) + 1
    message = f"{file}:{line}:5: expected an id of its own, saw BC-TOKEN-01 again"
    assert str(caught.value) == message


def test_the_hash_is_the_one_of_the_catalogue():
    """The same sentences have the same hash: 64 hex digits."""
    assert len(bytes.fromhex(catalogue_hash())) == 32
    assert catalogue_hash() == catalogue_hash()


@pytest.mark.slow
def test_the_hash_changes_with_a_word(tmp_path):
    """Runs that were judged by other requirements can be distinguished."""
    copies = ("conformance", "schemas", "scenarios")
    for name in copies:
        shutil.copytree(
            CHECKOUT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__")
        )
    before = hashes_in(tmp_path)
    assert before == [catalogue_hash(api) for api in api_names()]
    facts = tmp_path / "scenarios" / api_facts("ob2.1").folder / "api.toml"
    facts.write_text(facts.read_text().replace('"BC-SAFE-03", ', ""))
    fewer = hashes_in(tmp_path)
    assert [now == then for now, then in zip(fewer, before, strict=True)] == [True, False, True]
    file = tmp_path / "scenarios" / "requirements" / "shared" / "safety.yaml"
    file.write_text(file.read_text().replace(" the ", " a ", 1))
    assert [now == then for now, then in zip(hashes_in(tmp_path), fewer, strict=True)] == [
        False
    ] * 3


def hashes_in(checkout: Path) -> list[str]:
    """The hash of the catalogue of each API in another checkout."""
    code = (
        "import sys; sys.path[:0] = ['.']; "
        "from conformance.core.api import api_names; "
        "from conformance.core.catalogue import catalogue_hash; "
        "print(*map(catalogue_hash, api_names()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=checkout, capture_output=True, text=True, check=True
    )
    return done.stdout.split()


def test_a_must_that_no_document_states_says_why_it_binds():
    """`explain` shows the reason."""
    inferred = [
        requirement
        for requirement in requirements().values()
        if requirement.level is Level.MUST and requirement.basis not in STATED
    ]
    assert inferred
    assert [requirement.id for requirement in inferred if not requirement.why] == []
    assert "example" in str(requirements()["BC-ISSUE-06"].why)
