"""Several records beside each other: requirements by targets or by time, differences first."""

from collections.abc import Iterator, Mapping, Sequence

from attrs import frozen

from conformance.core.api import api_facts
from conformance.core.requirement import Requirement
from conformance.core.verdict import Outcome, RunVerdict
from conformance.record.model import Record
from conformance.report.html import environment, style
from conformance.report.markdown import cell, code, sentence
from conformance.report.summary import profiles_of, summarize

ABSENT = "not asked"
"""In place of an outcome, where a record was judged by a catalogue without the requirement."""


@frozen
class Column:
    """One record."""

    target: str
    product: str
    started: str
    suite: str
    judged: Mapping[str, tuple[str, str]]
    """By the name of an API: catalogue and profile by which the target was judged."""
    profile: str
    """The profiles in words."""
    verdict: RunVerdict
    sentence: str


@frozen
class Row:
    """One requirement in all records."""

    requirement: Requirement
    outcomes: tuple[Outcome | None, ...]
    """``None`` where a record does not know it."""

    @property
    def differs(self) -> bool:
        """Whether the records do not agree."""
        return len(set(self.outcomes)) > 1


@frozen
class Comparison:
    """A matrix of requirements and records."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    @property
    def different(self) -> list[Row]:
        """What the records do not agree on; where one of them failed comes first."""
        rows = [row for row in self.rows if row.differs]
        return sorted(rows, key=lambda row: Outcome.FAILED not in row.outcomes)

    @property
    def alike(self) -> list[Row]:
        """What is the same in all of them."""
        return [row for row in self.rows if not row.differs]

    @property
    def title(self) -> str:
        """What the APIs of the records are called."""
        names = dict.fromkeys(name for column in self.columns for name in column.judged)
        return ", ".join(api_facts(name).title for name in names)

    @property
    def sentence(self) -> str:
        """What there is to see, in numbers."""
        difference = f"{len(self.different)} of {len(self.rows)} requirements differ"
        return f"{difference} between {len(self.columns)} records."

    @property
    def caveats(self) -> list[str]:
        """Why a difference may not be one between the targets."""
        ways = [each for column in self.columns for each in column.judged.items()]
        catalogues = {(name, catalogue) for name, (catalogue, _) in ways}
        profiles = {(name, profile) for name, (_, profile) in ways}
        names = {name for name, _ in ways}
        differs = {
            "for different APIs": any(column.judged.keys() != names for column in self.columns),
            "by different catalogues of requirements": len(catalogues) > len(names),
            "by different profiles": len(profiles) > len(names),
            "by different versions of the suite": len({each.suite for each in self.columns}) > 1,
        }
        return [f"The records were judged {how}." for how, does in differs.items() if does]


def compare(records: Sequence[Record]) -> Comparison:
    """The records in the order given; requirements as the catalogue of the last has them."""
    known: dict[str, Requirement] = {}
    for record in reversed(records):
        for requirement in record.requirements:
            known.setdefault(requirement.id, requirement)
    outcomes = [_outcomes(record) for record in records]
    rows = [
        Row(requirement, tuple(outcome.get(name) for outcome in outcomes))
        for name, requirement in known.items()
    ]
    return Comparison(tuple(map(_column, records)), tuple(rows))


def _outcomes(record: Record) -> Mapping[str, Outcome]:
    return {name: judgement.outcome for name, judgement in record.worst_judgements().items()}


def _column(record: Record) -> Column:
    header, summary = record.header, summarize(record)
    return Column(
        target=header["target"],
        product=record.product,
        started=header["started"],
        suite=header["suite"],
        judged={each.api.name: (each.catalogue, each.profile) for each in record.sections},
        profile=profiles_of(record),
        verdict=summary.verdict,
        sentence=summary.sentence,
    )


def to_html(comparison: Comparison) -> str:
    """A page that looks like the report."""
    template = environment().get_template("comparison.html")
    return template.render(
        comparison=comparison, title=comparison.title, absent=ABSENT, style=style()
    )


def to_markdown(comparison: Comparison) -> str:
    """Two tables, the differences first."""
    return "\n".join(_lines(comparison)).rstrip() + "\n"


def _lines(comparison: Comparison) -> Iterator[str]:
    yield f"## {comparison.sentence}"
    yield ""
    for number, column in enumerate(comparison.columns, start=1):
        measured = f"{code(column.target)}, {sentence(column.started)}"
        yield f"{number}. {measured}: {code(column.sentence)}"
    yield ""
    yield from (f"{caveat}\n" for caveat in comparison.caveats)
    yield from _table("Different", comparison.columns, comparison.different)
    yield from _table("The same", comparison.columns, comparison.alike)


def _table(title: str, columns: Sequence[Column], rows: Sequence[Row]) -> Iterator[str]:
    if not rows:
        return
    yield f"### {title}"
    yield ""
    heads = [f"{number}. {code(column.target)}" for number, column in enumerate(columns, start=1)]
    yield f"| requirement | level | {' | '.join(map(cell, heads))} | sentence |"
    yield "|---" * (len(columns) + 3) + "|"
    for row in rows:
        requirement = row.requirement
        outcomes = " | ".join(str(outcome or ABSENT) for outcome in row.outcomes)
        cells = f"{cell(sentence(requirement.id))} | {requirement.level} | {outcomes}"
        yield f"| {cells} | {cell(sentence(requirement.statement))} |"
    yield ""
