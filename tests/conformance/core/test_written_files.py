"""Files that we write name the schema by which an editor checks them."""

import json
import re
import tomllib
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pytest
from jsonschema import Draft202012Validator

from conformance.apis.registry import APIS
from conformance.core.catalogue import of_role
from conformance.core.documents import read_yaml
from conformance.core.errors import Place
from conformance.core.resources import schema_at
from conformance.core.verdict import Finding, Outcome
from conformance.engine.counterexample import write_counter_examples
from conformance.engine.scenario_run import ScenarioResult
from conformance.report.baseline import KnownFailure, write_baseline
from conformance.scenario.model import Expectation, Scenario, Step
from conformance.target.configuration.configuration import configured
from conformance.target.configuration.writing import target_toml

ROOT = Path(__file__).parents[3]
TOML, YAML = "#:schema ", "# yaml-language-server: $schema="


def schema_of(text: str, mark: str) -> Draft202012Validator:
    """The schema that the first line of a text names."""
    first = text.splitlines()[0]
    assert first.startswith(mark)
    url = urlsplit(first.removeprefix(mark))
    assert url.scheme == "file"
    return Draft202012Validator(json.loads(Path(url2pathname(url.path)).read_text()))


def test_a_configuration_names_its_schema():
    """And fits it."""
    text = target_toml(configured({}, {}))
    schema_of(text, TOML).validate(tomllib.loads(text))


def test_a_baseline_names_its_schema(tmp_path):
    """And fits it."""
    write_baseline(tmp_path / "b.toml", [KnownFailure("BC-TOKEN-04", "no time yet")])
    text = (tmp_path / "b.toml").read_text()
    schema_of(text, TOML).validate(tomllib.loads(text))


@pytest.mark.parametrize("api", APIS.values(), ids=APIS)
def test_a_counter_example_names_the_schema_of_its_api(api, tmp_path):
    """And fits it."""
    requirement = of_role("backpack", api.name)[0].id
    expectation = Expectation(requirement, {"status": "2xx"}, Place("any"))
    steps = (Step(1, "connect", {"earner": "ada"}, Place("any"), expect=(expectation,)),)
    scenario = Scenario("mine", "Mine", "", Place("any"), steps)
    result = ScenarioResult(scenario, (Finding(requirement, Outcome.FAILED),))
    write_counter_examples(api.language, result, tmp_path)
    [file] = tmp_path.rglob("*.yaml")
    schema = schema_of(file.read_text(), YAML)
    schema.validate(read_yaml(file).value)
    assert not schema.is_valid({"id": "mine"})


def test_a_release_names_the_schema_in_its_repository():
    """The file is there in a checkout of that version; without a repository it is ours."""
    url = schema_at("baseline", "https://git.example/us/suite", "1.2.0")
    path = re.fullmatch(r"https://git\.example/us/suite/raw/v1\.2\.0/(.+)", url)
    assert path is not None
    assert (ROOT / path[1]).is_file()
    for home, release in (("https://git.example/OWNER/s", "1.0.0"), ("https://h/us", "1.0.dev0")):
        assert schema_at("baseline", home, release).startswith("file:///")
