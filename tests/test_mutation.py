"""The suite notices random changes of a miniature, and its shipped score is current."""

import ast
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from conformance.core.api import DEFAULT
from conformance.core.catalogue import catalogue_hash
from conformance.report.trust import MUTATION
from conformance.selftest.trial import scenarios
from tests.mutation.infection import Infections, instrument
from tests.mutation.loading import MINIATURES
from tests.mutation.mutants import Mutant, mutants, tree_of
from tests.mutation.notes import Note, notes, stale
from tests.mutation.patterns import other_patterns
from tests.mutation.places import places
from tests.mutation.pool import Pool
from tests.mutation.results import Results
from tests.mutation.score import Score, mutants_hash, sample
from tests.mutation.statements import OPERATORS
from tests.mutation.trial import End, Original, Told

SHIPPED = Path(__file__).parent.parent / "reports" / MUTATION
RENEW = "python -m tests.mutation, see CONTRIBUTING.md"


@cache
def by_name() -> dict[str, Mutant]:
    """All mutants of the miniatures."""
    return {mutant.name: mutant for package in MINIATURES for mutant in mutants(package)}


def shipped() -> Mapping[str, Any]:
    """The score that is shipped; empty when there is none."""
    content: Mapping[str, Any] = json.loads(SHIPPED.read_text("utf-8")) if SHIPPED.is_file() else {}
    return content


def changed(source: str, operator: str) -> list[str]:
    """The results of an operator for the statements of a function."""
    tree = ast.parse(f"def f(a, b) -> bool:\n    {source}")
    return [ast.unparse(node) for place in places(tree) for node in OPERATORS[operator](place)]


@pytest.mark.parametrize(
    ("operator", "source", "made"),
    [
        ("comparison", "return a < b", ["a <= b", "a >= b"]),
        ("comparison", "return a in b", ["a not in b"]),
        ("condition", "if a: raise b", ["True", "False"]),
        ("boolean", "return a and not b", ["a or not b", "not b", "a", "b"]),
        ("number", "return 5", ["0", "4", "6"]),
        ("status", "raise b(401)", ["400", "200"]),
        ("text", "return 'Ab'", ["''", "'aB'"]),
        ("text", "return 'two words'", ["''"]),
        ("pattern", "return re.fullmatch('a+', b)", ["'a*'", "'a'"]),
        ("operand", "return a | b", ["a", "b"]),
        ("call", "return a.lower()", ["a.upper()", "a"]),
        ("argument", "return a(b, 1, c=2)", ["a(b, 1)", "a(b, c=2)"]),
        ("entry", "return [a, b]", ["[b]", "[a]"]),
        ("slice", "return a[1:]", ["a"]),
        ("statement", "raise a", ["pass"]),
        ("statement", "a = b", []),
        ("return", "return a", ["return True", "return False"]),
        ("context", "with a: b()", ["if True:\n    b()"]),
    ],
)
def test_an_operator_changes_one_thing(operator: str, source: str, made: list[str]):
    """Each of them on a line of source."""
    assert changed(source, operator) == made


def test_an_exception_is_swallowed_or_passed_on():
    """Two mutants for each handler."""
    source = "try: a()\n    except E: return b"
    assert changed(source, "handler") == ["except E:\n    pass", "except E:\n    raise"]


def test_documentation_and_annotations_are_left_alone():
    """They say nothing about what is sent."""
    tree = ast.parse('def f(a: int = 3) -> "str":\n    """Text."""\n    b: int\n')
    assert [place for place in places(tree) if isinstance(place.node, ast.Constant)] == []


def test_other_patterns_can_be_compiled():
    """A quantifier after an escape is a character."""
    assert list(other_patterns(r"\+{2}")) == [r"\+{2,}", r"\++", r"\+"]


@pytest.mark.slow
def test_every_mutant_has_a_name_of_its_own_and_can_be_compiled():
    """Making one leaves the original as it was."""
    before = {name: ast.dump(tree_of("plain", name)) for name in ("judge", "vault")}
    for package in MINIATURES:
        assert len({mutant.name for mutant in mutants(package)}) == len(mutants(package))
    for mutant in sample(mutants("plain"), 200):
        mutant.compiled()
    assert before == {name: ast.dump(tree_of("plain", name)) for name in ("judge", "vault")}


@pytest.mark.slow
def test_a_smaller_sample_is_the_beginning_of_a_larger():
    """So the results of a small run count in a larger one."""
    names = [mutant.name for mutant in sample(mutants("plain"), 40)]
    assert [mutant.name for mutant in sample(mutants("plain"), 10)] == names[:10]


def test_a_mutation_that_computes_the_same_is_not_infectious():
    """Only with values that make a difference."""
    tree = ast.parse("def f(a, b):\n    return a.lower() == b\n")
    text = ast.unparse
    own = [
        Mutant("", "", operator, text(place.node), text(node), place, node, tree)
        for place in places(tree)
        for operator in ("comparison", "call")
        for node in OPERATORS[operator](place)
    ]
    infections = Infections(frozenset(instrument(tree, own)))
    infections.install()
    made: dict[str, Any] = {}
    exec(compile(tree, "none", "exec"), made)  # noqa: S102
    assert made["f"]("x", "x") is True
    assert infections.watched == {mutant.name for mutant in own}
    lost = next(mutant.name for mutant in own if mutant.after == "a")
    assert lost not in infections.seen
    assert made["f"]("X", "x") is True
    assert lost in infections.seen


def tried(name: str, *chosen: str) -> Told:
    """The result for a mutant when only these scenarios are run."""
    rows = {row.name: row for row in scenarios(DEFAULT) if row.name in chosen}
    mutant = by_name()[name]
    pool = Pool({mutant.package: Original()}, rows, jobs=1)
    return pool.attempt(mutant, list(rows.values()))


@pytest.mark.slow
def test_a_mutant_that_is_wrong_is_caught():
    """Its badges are those of any issuer."""
    trial = tried(
        "plain/vault.Vault.is_of return: return grant.origin == origin -> return True",
        "issue-of-another-site[hosted]",
    )
    assert (trial.end, trial.requirements) == (End.CAUGHT, ("BC-ISSUE-10",))


@pytest.mark.slow
def test_a_mutant_that_no_scenario_sees_survives():
    """The original would as well."""
    trial = tried(
        "plain/vault.Vault.is_of return: return grant.origin == origin -> return True",
        "connect-granted",
    )
    assert trial.end is End.SURVIVED


@pytest.mark.slow
def test_a_mutant_that_does_not_serve_is_unusable():
    """No earner can log in."""
    trial = tried("plain/pages.Pages.login text: 'email' -> ''", "connect-granted")
    assert trial.end is End.UNUSABLE
    assert trial.why.startswith("get a grant")


def test_a_note_is_about_mutants_with_its_name():
    """An asterisk matches any text, a bracket only itself."""
    note = Note("plain/judge* text: 'a[b]' -> *", "It is read nowhere.")
    assert note.fits("plain/judge.Judge.flat text: 'a[b]' -> ''")
    assert not note.fits("plain/judge.Judge.flat text: 'b' -> ''")


@pytest.mark.slow
def test_notes_are_about_mutants_that_there_are():
    """And each says why."""
    assert list(stale(notes(), list(by_name()))) == []
    assert [note for note in notes() if not note.reason.strip()] == []


def test_a_noted_mutant_that_is_caught_is_told():
    """Either the note is wrong, or the suite accuses a correct Backpack."""
    trials = {"a": Told(End.CAUGHT, "s", ("BC-AUTH-01",)), "b": Told(End.SURVIVED)}
    score = Score(trials, [Note("*", "All the same.")], 7)
    assert score.accused == ["a"]
    assert "0 of 0 mutants" in score.sentence
    assert "2 equivalent" in score.sentence


def test_a_run_goes_on_where_it_was_stopped(tmp_path: Path):
    """Results count while mutants and scenarios are the same; catchers are tried first again."""
    file = tmp_path / "mutation.jsonl"
    trials = {"a": Told(End.CAUGHT, "s", ("BC-AUTH-01",)), "b": Told(End.SURVIVED)}
    Results(file, "now").begin(trials)
    assert set(Results(file, "now").read()[0]) == {"a", "b"}
    assert Results(file, "later").read() == ({}, {"a": "s"})


@pytest.mark.skipif(not SHIPPED.is_file(), reason=f"no score is shipped: {RENEW}")
def test_the_shipped_score_is_current():
    """Mutants and requirements are those that it was measured with."""
    assert shipped()["mutants"] == mutants_hash(), RENEW
    assert shipped()["catalogue"] == catalogue_hash(), RENEW


@pytest.mark.slow
@pytest.mark.parametrize("name", list(shipped().get("witnesses", {})))
def test_a_mutant_that_was_caught_is_caught_again(name: str):
    """By the scenario that caught it when the score was measured."""
    trial = tried(name, shipped()["witnesses"][name])
    assert trial.end is End.CAUGHT, f"{trial}; if another scenario catches it now: {RENEW}"
