"""``earl.jsonld``: the outcomes in the Evaluation and Report Language of W3C."""

from typing import Any
from urllib.parse import quote

from conformance.core.plain import json_text
from conformance.core.requirement import Requirement
from conformance.core.verdict import Finding, Judgement, Outcome
from conformance.record.model import Record

CONTEXT = {
    "@vocab": "http://www.w3.org/ns/earl#",
    "dct": "http://purl.org/dc/terms/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "title": "dct:title",
    "description": "dct:description",
    "source": {"@id": "dct:source", "@type": "@id"},
    "version": "dct:hasVersion",
    "date": {"@id": "dct:date", "@type": "xsd:dateTime"},
    "assertedBy": {"@type": "@id"},
    "subject": {"@type": "@id"},
    "test": {"@type": "@id"},
    "mode": {"@type": "@vocab"},
    "outcome": {"@type": "@vocab"},
}
"""All of it stands in the file: no reader has to fetch anything."""
SUITE = "_:suite"
TARGET = "_:target"
NAMESPACE = "urn:x-backpack-conformance:"
"""Before the ids of requirements, which are for ever."""


def to_earl(record: Record) -> str:
    """An assertion for each requirement of an API, by the suite, about the target.

    See https://www.w3.org/TR/EARL10-Schema/; the outcomes of the suite are those of EARL.
    """
    header = record.header
    product = record.product
    graph: list[dict[str, Any]] = [
        {
            "@id": SUITE,
            "@type": ["Assertor", "Software"],
            "title": "backpack-conformance",
            "version": header["suite"],
        },
        {
            "@id": TARGET,
            "@type": "TestSubject",
            "title": header["target"],
            **({"description": product} if product else {}),
        },
    ]
    for section in record.sections:
        for judgement in section.judgements():
            criterion = _criterion(judgement.requirement)
            graph += [criterion] if criterion not in graph else []
            graph.append(_assertion(header["started"], section.api.title, judgement))
    return json_text({"@context": CONTEXT, "@graph": graph}, indent=1) + "\n"


def _criterion(requirement: Requirement) -> dict[str, Any]:
    return {
        "@id": _iri(requirement),
        "@type": ["TestCriterion", "TestRequirement"],
        "title": f"{requirement.id} ({requirement.level})",
        "description": requirement.statement,
        "source": requirement.link,
    }


def _assertion(started: str, api: str, judgement: Judgement) -> dict[str, Any]:
    return {
        "@type": "Assertion",
        "title": api,
        "assertedBy": SUITE,
        "subject": TARGET,
        "test": _iri(judgement.requirement),
        "mode": "automatic",
        "result": {
            "@type": "TestResult",
            "outcome": str(judgement.outcome),
            "date": started,
            **_info(judgement),
        },
    }


def _info(judgement: Judgement) -> dict[str, str]:
    accusing = [finding for finding in judgement.findings if finding.outcome is Outcome.FAILED]
    description = _mismatch(accusing[0]) if accusing else judgement.reason
    return {"info": description} if description else {}


def _mismatch(finding: Finding) -> str:
    return f"expected {finding.expected}; came back {finding.came_back}"


def _iri(requirement: Requirement) -> str:
    return NAMESPACE + quote(requirement.id, safe="")
