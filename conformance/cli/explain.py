"""The command ``explain``: a requirement with all that is known of it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import click
from attrs import frozen

from conformance.apis.registry import APIS
from conformance.cli.list import every_entry, in_words, name_of
from conformance.core.api import api_facts, areas
from conformance.core.catalogue import did_you_mean, requirement, requirements
from conformance.core.documents import read_text, read_yaml
from conformance.core.errors import AuthoringError
from conformance.core.requirement import Requirement
from conformance.core.resources import shipped_scenarios, shown
from conformance.core.schemas import answer_schema, profiles
from conformance.core.schemas import load as schema
from conformance.core.terminal import fold, say
from conformance.scenario.retelling import retold
from conformance.target.opening import mock

NOTHING = "nothing in this version"
JUDGE_OF_ISSUERS = "the mock, from what it hears of an issuer"


@frozen
class Proof:
    """A scenario that tests a requirement."""

    id: str
    title: str
    file: str


@frozen
class Explanation:
    """What is known of one requirement."""

    requirement: Requirement
    scenarios: tuple[Proof, ...]
    """Those that test it."""
    defects: Mapping[str, str]
    """The defects of the mock that break it, each with what it does."""
    faults: Mapping[str, str]
    """The faults of the mock that put it to the test, each with what it does."""

    def answers(self) -> Iterator[tuple[str, str]]:
        """The named answer in the words of each profile."""
        if self.requirement.answer:
            answers = APIS[self.requirement.apis[0]].language.answers
            for profile in profiles(answers):
                name = answer_schema(f"{answers}/{profile}", self.requirement.answer)
                yield profile, schema(name)["title"]

    @property
    def judge(self) -> str:
        """Who judges it when no scenario does; ``""`` when nobody does."""
        return JUDGE_OF_ISSUERS if self.requirement.role == "issuer" else ""


def asked_of(requirement: Requirement) -> str:
    """The APIs whose targets are held to a requirement."""
    return ", ".join(api_facts(api).title for api in requirement.apis)


def explained(requirements: Iterable[Requirement]) -> list[Explanation]:
    """What is known of some requirements."""
    chosen = list(requirements)
    proofs = _proofs(frozenset(requirement.id for requirement in chosen))
    defects, faults = mock().defects().values(), mock().faults().values()
    return [
        Explanation(
            requirement=requirement,
            scenarios=tuple(proof for proof, tested in proofs if requirement.id in tested),
            defects={d.name: d.does for d in defects if requirement.id in d.requirements},
            faults={f.name: f.does for f in faults if requirement.id in f.requirements},
        )
        for requirement in chosen
    ]


def _proofs(names: frozenset[str]) -> list[tuple[Proof, frozenset[str]]]:
    """The scenarios that mention one of these requirements, with all that each tests.

    They are read without being checked, which takes a second for all of them.
    """
    proofs = []
    for file in shipped_scenarios():
        text = read_text(file)
        if not any(name in text for name in names):
            continue
        scenario = retold(read_yaml(file)).value
        proof = Proof(scenario["id"], scenario["title"], shown(file))
        names_tested = (name for step in scenario["steps"] for name in _tested(step))
        proofs.append((proof, frozenset(names_tested)))
    return proofs


def _tested(step: Mapping[str, Any]) -> list[str]:
    return [*step.get("expect", ()), *step.get("judges", ())]


def as_sections(explanation: Explanation) -> Iterator[tuple[str, list[str]]]:
    """Titles with their lines, for a terminal."""
    requirement = explanation.requirement
    yield "Statement", [requirement.statement]
    if len(areas()[requirement.area]) > 1:
        yield "Asked of", [asked_of(requirement)]
    yield "Source", [requirement.cited, requirement.link]
    if requirement.why:
        yield f"Why it is a {requirement.level}", [requirement.why]
    if requirement.answer:
        yield (
            f"Named answer {requirement.answer}",
            [f"{name}: {title}" for name, title in explanation.answers()],
        )
    if requirement.excluded:
        yield "Not judged because", [requirement.excluded]
    proving = [f"{s.id}: {s.title} ({s.file})" for s in explanation.scenarios]
    yield "Proved by", proving or [explanation.judge or NOTHING]
    broken = [f"{name}: {does}" for name, does in explanation.defects.items()]
    if requirement.role == "backpack":
        yield "Broken by these defects of the mock", broken or [NOTHING]
    if explanation.faults:
        put = [f"{name}: {does}" for name, does in explanation.faults.items()]
        yield "Tested with these faults of the mock", put
    yield "How to fix", [requirement.mend]


@click.command()
@click.argument("name", metavar="ID")
def explain(name: str) -> None:
    """Show what a requirement asks, why, what tests it, and how to fix a failure.

    ID may also be any other name that `list` shows.
    """
    if name.upper() not in requirements():
        _explain_entry(name)
        return
    [explanation] = explained([requirement(name)])
    asked = explanation.requirement
    say(f"{asked.id}  {asked.level}  (role {asked.role}, {asked.basis})")
    for title, lines in as_sections(explanation):
        say(f"\n{title}")
        for line in lines:
            say(fold(line, "  ", "    "))


def _explain_entry(name: str) -> None:
    """Print all members of the entry of this name."""
    entries = list(every_entry())
    named = [(kind, entry) for kind, entry in entries if name_of(entry) == name]
    if not named:
        prefixes = {f"{known.partition('-')[0]}-" for known in requirements()}
        if name.upper().startswith(tuple(prefixes)):
            requirement(name)
        names = [name_of(entry) for _, entry in entries]
        raise AuthoringError(f"nothing is called {name!r}{did_you_mean(name, names)}")
    for kind, entry in named:
        say(f"{name}  (one of the {kind})")
        for title, value in list(entry.items())[1:]:
            if value not in (None, "", [], {}):
                say(fold(f"{title}: {in_words(value)}", "  ", "    "))
