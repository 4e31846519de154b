"""``earl.jsonld`` means to a reader of linked data what the record says."""

import json
from typing import Any

import pytest
from pyld import jsonld

from conformance.report.earl import NAMESPACE, to_earl
from tests.conformance.records import ALL
from tests.conformance.runs import HOSTILE, RECORDS, TOKEN, hostile

EARL = "http://www.w3.org/ns/earl#"
DCT = "http://purl.org/dc/terms/"


def no_network(url: str, _options: Any) -> Any:
    """The file is self-contained."""
    raise AssertionError(f"asked for {url}")


def nodes(earl: str) -> list[Any]:
    """All nodes of the graph, as a third party's reader flattens them."""
    found: list[Any] = jsonld.flatten(json.loads(earl), options={"documentLoader": no_network})
    return found


def of_type(found: list[Any], name: str) -> list[Any]:
    """The nodes of a class of EARL."""
    return [node for node in found if f"{EARL}{name}" in node.get("@type", [])]


def outcomes(earl: str) -> dict[str, str]:
    """From the id of each requirement to its outcome, by way of assertion and result."""
    found = nodes(earl)
    by_id = {node["@id"]: node for node in found}
    asked = {}
    for node in of_type(found, "Assertion"):
        [test], [result] = node[f"{EARL}test"], node[f"{EARL}result"]
        [outcome] = by_id[result["@id"]][f"{EARL}outcome"]
        asked[test["@id"].removeprefix(NAMESPACE)] = outcome["@id"].removeprefix(EARL)
    return asked


@pytest.mark.parametrize("made", RECORDS.values(), ids=RECORDS)
def test_every_requirement_has_its_outcome(made):
    """One assertion each, with one of the five outcomes."""
    wanted = {judgement.requirement.id: str(judgement.outcome) for judgement in made().judgements()}
    assert outcomes(to_earl(made())) == wanted
    assert sorted(wanted) == sorted(ALL)


def test_an_assertion_says_who_judged_what_and_when():
    """Assertor, subject, mode, date: all that EARL asks for."""
    found = nodes(to_earl(RECORDS["failing"]()))
    [suite], [target] = of_type(found, "Assertor"), of_type(found, "TestSubject")
    assert suite[f"{DCT}hasVersion"] == [{"@value": "1.0"}]
    assert target[f"{DCT}title"] == [{"@value": "http://backpack.example/"}]
    for node in of_type(found, "Assertion"):
        assert node[f"{EARL}assertedBy"] == [{"@id": suite["@id"]}]
        assert node[f"{EARL}subject"] == [{"@id": target["@id"]}]
        assert node[f"{EARL}mode"] == [{"@id": f"{EARL}automatic"}]
    dates = [node[f"{DCT}date"] for node in of_type(found, "TestResult")]
    when = "2024-01-02T03:04:05+00:00"
    typed = {"@type": "http://www.w3.org/2001/XMLSchema#dateTime", "@value": when}
    assert dates == [[typed]] * len(ALL)


def test_a_requirement_says_its_sentence_and_source():
    """So that the file is understood without the suite."""
    [node] = [n for n in nodes(to_earl(RECORDS["failing"]())) if n["@id"] == NAMESPACE + TOKEN]
    assert node[f"{DCT}title"] == [{"@value": f"{TOKEN} (MUST)"}]
    assert node[f"{DCT}description"][0]["@value"]
    assert node[f"{DCT}source"][0]["@id"].startswith("https://")


def test_a_failure_says_what_came_back():
    """Beside the outcome."""
    description = {"@value": "expected a new pair; came back 401 {}"}
    results = of_type(nodes(to_earl(RECORDS["failing"]())), "TestResult")
    assert results.count({}) == 0
    assert [description] in [result.get(f"{EARL}info") for result in results]


@pytest.mark.slow
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_text_is_a_value_and_nothing_else(text):
    """It makes no node and no property."""
    encodable = text.encode(errors="replace").decode()
    made, own = nodes(to_earl(hostile(encodable))), nodes(to_earl(hostile("harmless")))
    assert [sorted(node) for node in made] == [sorted(node) for node in own]
