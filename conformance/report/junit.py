"""``junit.xml``: one test case per requirement, as CI systems read it."""

import xml.etree.ElementTree as ET

from conformance.core.plain import readable
from conformance.core.requirement import Level
from conformance.core.verdict import Judgement, Outcome
from conformance.record.model import Record, Section
from conformance.report.standing import BaselineEntry, Settled, Standing, settled
from conformance.report.text import findings_text
from conformance.report.wording import WORDINGS


def to_junit(record: Record) -> bytes:
    """A suite for each API. A MUST that failed is a failure, an inconclusive one is an error.

    What did not bind or was not tested is skipped, with the reason; a SHOULD that failed passes
    with its warning in ``system-out``.
    """
    root = ET.Element("testsuites")
    suites = [_suite(root, section) for section in record.sections]
    for name in ("tests", "failures"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in suites)))
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _suite(root: ET.Element, section: Section) -> ET.Element:
    header = section.header
    suite = ET.SubElement(
        root,
        "testsuite",
        name=f"backpack-conformance {section.api.name}",
        timestamp=header["started"],
        time=f"{sum(scenario.seconds for scenario in section.scenarios):.3f}",
    )
    properties = ET.SubElement(suite, "properties")
    facts = {name: header[name] for name in ("target", "suite", "seed")}
    own = {"api": section.api.name, "profile": section.profile, "catalogue": section.catalogue}
    for name, fact in {**facts, **own}.items():
        ET.SubElement(properties, "property", name=name, value=_text(str(fact)))
    known = settled(section)
    cases = [_case(suite, section, judgement, known) for judgement in section.judgements()]
    cases += [_stale(suite, entry) for entry in known.of(Standing.STALE)]
    if section.ended != "finished":
        cases.append(_unfinished(suite, section))
    suite.set("tests", str(len(cases)))
    for kind, attribute in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
        suite.set(attribute, str(sum(1 for test_case in cases if test_case.find(kind) is not None)))
    return suite


def _case(suite: ET.Element, section: Section, judgement: Judgement, known: Settled) -> ET.Element:
    requirement = judgement.requirement
    case = ET.SubElement(
        suite,
        "testcase",
        classname=f"{requirement.area}.{requirement.level}",
        name=f"{requirement.id} {_text(requirement.statement)}",
        time="0",
    )
    strict = section.is_strict and requirement.level is Level.SHOULD
    binds = requirement.level is Level.MUST or strict
    match judgement.outcome:
        case Outcome.FAILED if known.covers(judgement):
            why = f"known: {known.reason(requirement.id)}"
            _child(case, "skipped", why, _details(section, judgement))
        case Outcome.FAILED if binds:
            _child(case, "failure", _message(judgement), _details(section, judgement))
        case Outcome.FAILED:
            ET.SubElement(case, "system-out").text = _text(_details(section, judgement))
        case Outcome.CANT_TELL if binds:
            _child(case, "error", judgement.reason, "")
        case Outcome.CANT_TELL | Outcome.UNTESTED | Outcome.INAPPLICABLE:
            _child(case, "skipped", judgement.reason, "")
    return case


def _stale(suite: ET.Element, entry: BaselineEntry) -> ET.Element:
    """An entry of the baseline that is no longer true."""
    name = f"{entry.known.requirement} of the baseline {entry.known.scenario}".rstrip()
    case = ET.SubElement(suite, "testcase", classname="baseline", name=_text(name), time="0")
    _child(case, "failure", "passes: remove the entry", _text(entry.known.reason))
    return case


def _unfinished(suite: ET.Element, section: Section) -> ET.Element:
    """A run that did not finish is an error of its own: nothing that was not judged is green."""
    case = ET.SubElement(suite, "testcase", classname="run", name="the whole run", time="0")
    preflight = section.preflight
    why = (
        f"{preflight['tried']}: {preflight['came_back']}"
        if preflight
        else f"the run {section.ended}"
    )
    _child(case, "error", why, preflight["advice"] if preflight else "")
    return case


def _child(case: ET.Element, kind: str, message: str, text: str) -> None:
    ET.SubElement(case, kind, message=_text(message), type=kind).text = _text(text)


def _message(judgement: Judgement) -> str:
    worst = next(finding for finding in judgement.findings if finding.outcome is Outcome.FAILED)
    label = WORDINGS[judgement.requirement.role].came_back
    return f"expected {worst.expected}; {label} {worst.came_back}"


def _details(section: Section, judgement: Judgement) -> str:
    requirement = judgement.requirement
    return "\n\n".join(
        findings_text(scenario, {requirement.id: requirement}, [finding])
        for scenario, finding in section.accusing(requirement.id)
    )


def _text(text: str) -> str:
    """A text that XML 1.0 can hold, and that nobody who prints it has to fear."""
    return str(readable(text))
