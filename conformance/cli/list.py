"""The command ``list``: what the suite knows, of each thing its name, what it is, and more."""

import inspect
import json
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

import click
from attrs import frozen

from conformance.apis.registry import APIS
from conformance.cli.options import api_option
from conformance.core.catalogue import requirements
from conformance.core.resources import folder
from conformance.core.schemas import all_schemas, answer_names, answer_schema, profiles
from conformance.core.schemas import load as schema
from conformance.engine.api import Api
from conformance.scenario.expectations.named import CHECKS
from conformance.scenario.expectations.terms import TERMS
from conformance.scenario.load import shipped_scenarios
from conformance.target.opening import mock

Entry: TypeAlias = Mapping[str, Any]
"""The first member is the name."""


@frozen
class Listing:
    """One kind of thing."""

    shown: tuple[str, ...]
    """The members that a line shows after the name; the others are for programs."""
    entries: Callable[[Api], Iterator[Entry]]

    def lines(self, api: Api) -> Iterator[str]:
        """A line for each entry of an API, the names in a column."""
        entries = list(self.entries(api))
        width = max(len(name_of(entry)) for entry in entries)
        for entry in entries:
            text = "  ".join(filter(None, (in_words(entry[member]) for member in self.shown)))
            yield f"{name_of(entry):<{width}}  {text}".rstrip()


def name_of(entry: Entry) -> str:
    """The name that a list shows first."""
    return str(next(iter(entry.values())))


def in_words(value: Any) -> str:
    """A member of an entry as a person reads it."""
    match value:
        case list():
            return ", ".join(map(in_words, value))
        case Mapping():
            return "; ".join(f"{name}: {in_words(member)}" for name, member in value.items())
        case bool():
            return "yes" if value else "no"
        case _:
            return str(value)


def _requirements(api: Api) -> Iterator[Entry]:
    for requirement in requirements().values():
        if api.name not in requirement.apis:
            continue
        yield {
            "id": requirement.id,
            "level": requirement.level,
            "statement": requirement.statement,
            "area": requirement.area,
            "role": requirement.role,
            "basis": requirement.basis,
            "source": requirement.cited,
            "link": requirement.link,
            "answer": requirement.answer,
            "why": requirement.why,
            "mend": requirement.mend,
            "excluded": requirement.excluded,
        }


def _scenarios(api: Api) -> Iterator[Entry]:
    for scenario in shipped_scenarios(api.language):
        yield {
            "id": scenario.id,
            "title": scenario.title,
            "requirements": list(scenario.requirements),
            "story": scenario.story,
            "needs": sorted(scenario.needs),
            "rows": list(scenario.rows),
            "file": scenario.place.file,
        }


def _answers(api: Api) -> Iterator[Entry]:
    answers = api.language.answers
    for name in answer_names(answers):
        titles = {
            profile: schema(answer_schema(f"{answers}/{profile}", name))["title"]
            for profile in profiles(answers)
        }
        yield {"name": name, **titles}


def _defects(_api: Api) -> Iterator[Entry]:
    for defect in mock().defects().values():
        yield {"name": defect.name, **defect.to_wire()}


def _faults(_api: Api) -> Iterator[Entry]:
    for fault in mock().faults().values():
        yield {"name": fault.name, **fault.to_wire()}


def _flaws(api: Api) -> Iterator[Entry]:
    for flaw in api.language.flaws.values():
        yield {
            "name": flaw.name,
            "does": flaw.does,
            "hosted": flaw.hosted,
            "signed": flaw.signed,
            "structural": flaw.structural,
        }


def _strategies(api: Api) -> Iterator[Entry]:
    for name, strategy in api.language.strategies.items():
        takes = list(inspect.signature(strategy.draw).parameters)
        yield {"name": name, "does": _sentence(strategy.draw), "takes": takes}


def _verbs(api: Api) -> Iterator[Entry]:
    for name, verb in api.language.verbs.items():
        yield {
            "name": name,
            "does": verb.does.replace("`", ""),
            "takes": list(verb.arguments.get("properties", ())),
        }


def _terms(_api: Api) -> Iterator[Entry]:
    for name, term in TERMS.items():
        yield {"name": name, "judges": _sentence(term)}


def _checks(_api: Api) -> Iterator[Entry]:
    for name, check in CHECKS.items():
        yield {"name": name, "judges": _sentence(check)}


def _schemas(_api: Api) -> Iterator[Entry]:
    for name in all_schemas():
        file = folder("schemas") / f"{name}.json"
        yield {"name": name, "title": schema(name)["title"], "file": str(file)}


def _sentence(documented: Callable[..., Any]) -> str:
    """The first paragraph of a docstring, without its markup."""
    text = (inspect.getdoc(documented) or "").partition("\n\n")[0]
    return " ".join(text.replace("``", "").split())


LISTINGS: Mapping[str, Listing] = MappingProxyType(
    {
        "requirements": Listing(("level", "statement"), _requirements),
        "scenarios": Listing(("title", "requirements"), _scenarios),
        "answers": Listing(("documented",), _answers),
        "defects": Listing(("does", "breaks"), _defects),
        "faults": Listing(("does", "stresses"), _faults),
        "flaws": Listing(("does",), _flaws),
        "strategies": Listing(("does",), _strategies),
        "verbs": Listing(("does",), _verbs),
        "terms": Listing(("judges",), _terms),
        "checks": Listing(("judges",), _checks),
        "schemas": Listing(("title", "file"), _schemas),
    }
)
"""By what ``backpack-conformance list`` calls it."""


def every_entry() -> Iterator[tuple[str, Entry]]:
    """All entries of all lists, each with the list that it stands in."""
    for kind, listing in LISTINGS.items():
        entries: list[Entry] = []
        for api in APIS.values():  # what APIS share is the same entry
            entries += [entry for entry in listing.entries(api) if entry not in entries]
        yield from ((kind, entry) for entry in entries)


@click.command("list", help=f"List what the suite knows. WHAT is one of {', '.join(LISTINGS)}.")
@click.argument("what", metavar="WHAT", type=click.Choice(list(LISTINGS)))
@api_option("The API whose requirements, scenarios, answers, strategies and verbs are listed.")
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
def list_command(what: str, api: str, *, as_json: bool) -> None:
    """A line for each thing, or JSON."""
    listing = LISTINGS[what]
    if as_json:
        click.echo(json.dumps(list(listing.entries(APIS[api])), indent=2, ensure_ascii=False))
        return
    for line in listing.lines(APIS[api]):
        click.echo(line)
