"""Everything that the suite knows can be listed, as text or JSON, and explained."""

import json
from pathlib import Path

import pytest
from attrs import evolve
from click.testing import CliRunner

from conformance.apis.connect.drawing import STRATEGIES
from conformance.apis.connect.verbs import VERBS
from conformance.apis.registry import DEFAULT
from conformance.cli import main
from conformance.cli.list import LISTINGS, name_of
from conformance.core.catalogue import requirements
from conformance.core.schemas import answer_names
from conformance.openbadges.flaws import flaws
from conformance.scenario.expectations.named import CHECKS
from conformance.scenario.expectations.terms import TERMS
from conformance.scenario.load import shipped_scenarios
from conformance.target.mock import defects, faults

pytestmark = pytest.mark.slow

KNOWN = {
    "requirements": [
        requirement.id
        for requirement in requirements().values()
        if DEFAULT.name in requirement.apis
    ],
    "scenarios": [scenario.id for scenario in shipped_scenarios(DEFAULT.language)],
    "answers": answer_names("answers/connect"),
    "defects": defects(),
    "faults": faults(),
    "flaws": flaws(),
    "strategies": STRATEGIES,
    "verbs": VERBS,
    "terms": TERMS,
    "checks": CHECKS,
}
"""By list: the names of what there is."""


def printed(*words: str) -> str:
    """The output of a command."""
    ended = CliRunner().invoke(main, words)
    assert ended.exit_code == 0, ended.output
    return ended.output


@pytest.mark.parametrize("what", KNOWN)
def test_a_list_is_complete(what):
    """Each thing once, in the order in which the suite knows them."""
    assert [name_of(entry) for entry in LISTINGS[what].entries(DEFAULT)] == list(KNOWN[what])


@pytest.mark.parametrize("what", LISTINGS)
def test_a_list_says_of_each_thing_what_it_is(what):
    """A line that begins with its name and has words behind it; the same in JSON."""
    lines = printed("list", what).splitlines()
    entries = json.loads(printed("list", what, "--json"))
    assert len(lines) == len(entries) > 1
    for line, entry in zip(lines, entries, strict=True):
        name, _, description = line.partition("  ")
        assert name == name_of(entry)
        assert len(description.split()) > 1
        assert list(entry)[1:]


def test_answers_are_listed_as_each_profile_asks_for_them():
    """So that a target's programmer sees both."""
    [found] = [
        entry for entry in LISTINGS["answers"].entries(DEFAULT) if entry["name"] == "wrong-earner"
    ]
    assert found["documented"].endswith("4xx")
    assert "403" in found["mozilla-v1"]


def test_schemas_are_listed_with_the_files_that_they_stand_in():
    """An editor or another program can be pointed at them."""
    found = {entry["name"]: entry for entry in LISTINGS["schemas"].entries(DEFAULT)}
    assert {"scenario", "record", "openbadges/1.0/assertion"} <= set(found)
    assert not any(name.endswith("parts") for name in found)
    for entry in found.values():
        assert json.loads(Path(entry["file"]).read_text())["title"] == entry["title"]
    assert found["scenario"]["file"] in printed("list", "schemas")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("already-added", "one of the answers"),
        ("token.no-rotation", "breaks: BC-TOKEN-04"),
        ("http.unavailable", "retry_after: default: 2"),
        ("issuer-404", "does: the issuer is not found"),
        ("token-refresh", "file: scenarios/connect/token/token-refresh.backpack.yaml"),
        ("broken-assertion", "takes: versions, signed"),
        ("derive", "takes: from, change"),
        ("hash_of", "judges: recipient is sha256(e-mail + salt)"),
        ("openbadges/0.5/issuer", "title: the issuer of an Open Badges 0.5 assertion"),
        ("schema", "one of the terms"),
    ],
)
def test_anything_that_is_listed_can_be_explained(name, words):
    """By its name, without saying what kind of thing it is."""
    assert words in " ".join(printed("explain", name).split())


@pytest.mark.parametrize(
    ("name", "titles"),
    [
        ("BC-TOKEN-04", ("Statement", "Source", "Proved by", "Broken by", "How to fix")),
        ("BC-TOKEN-01", ("Named answer refreshed", "documented: ", "mozilla-v1: ")),
        ("BC-CLIENT-06", ("Tested with these faults", "from what it hears of an issuer")),
    ],
)
def test_a_requirement_is_explained_in_full(name, titles):
    """Sentence, source, answer in each profile, proof, defects, fix."""
    explained = printed("explain", name)
    assert [title for title in titles if title not in explained] == []


def test_each_api_has_lists_of_its_own():
    """A list contains only the entries of its API."""
    language = evolve(DEFAULT.language, name="other", verbs={"issue": VERBS["issue"]})
    other = evolve(DEFAULT, language=language)
    for what, names in {"verbs": ["issue"], "requirements": [], "terms": list(TERMS)}.items():
        assert [name_of(entry) for entry in LISTINGS[what].entries(other)] == names


def test_a_list_is_of_the_api_that_is_named():
    """The default is that of a run; another name is refused."""
    assert printed("list", "verbs", "--api", DEFAULT.name) == printed("list", "verbs")
    assert CliRunner().invoke(main, ["list", "verbs", "--api", "other"]).exit_code == 2


def test_a_verb_without_arguments_is_listed():
    """Its schema may be empty."""
    bare = evolve(next(iter(VERBS.values())), arguments={})
    api = evolve(DEFAULT, language=evolve(DEFAULT.language, verbs={"bare": bare}))
    (entry,) = LISTINGS["verbs"].entries(api)
    assert (entry["name"], entry["takes"]) == ("bare", [])
