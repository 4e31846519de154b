"""The plan of a run: made once, and the same in every process of the run."""

from pathlib import Path

import pytest

from conformance.apis.choosing import usual_apis
from conformance.core.errors import AuthoringError
from conformance.pytest_plugin.options import RUN_OPTIONS
from conformance.pytest_plugin.plan import Plan
from conformance.target.configuration.configuration import configured

TARGET = """
url = "http://127.0.0.1:8000"
baseline = "baseline.toml"

[[earners]]
email = "ada@example.org"
password_variable = "ADA"

[[consent]]
form = "form"
grant = "button"
deny = "a"
"""
BASELINE = """
[[known]]
requirement = "BC-TOKEN-01"
reason = "soon"
expires = "2000-01-01"
"""


def plan(folder: Path, **chosen: object) -> Plan:
    """The plan of a run with a target.toml and a baseline."""
    (folder / "target.toml").write_text(TARGET)
    (folder / "baseline.toml").write_text(BASELINE)
    configuration = configured({"config": str(folder / "target.toml")}, {"ADA": "engine"})
    options = {option.name: option.default for option in RUN_OPTIONS} | chosen
    return Plan.of(configuration, usual_apis(configuration), folder / "keep", 7, options)


def test_another_process_gets_the_same_plan(tmp_path):
    """Nothing is read again there: not the file, not the variables."""
    made = plan(tmp_path, out=tmp_path / "out", examples=3, strict=True)
    (tmp_path / "target.toml").unlink()
    copy = Plan.from_json(made.to_json())
    assert copy == made
    assert copy.configuration.passwords == {"ada@example.org": "engine"}
    assert copy.run_options() == made.run_options()


def test_a_chosen_seed_repeats_a_run(tmp_path):
    """Then no failing example of another run is tried first."""
    drawn, chosen = plan(tmp_path), plan(tmp_path, seed=5)
    assert (drawn.seed, drawn.replays) == (7, True)
    assert (chosen.seed, chosen.replays) == (5, False)


def test_reports_and_counter_examples_stand_together(tmp_path):
    """In the folder of the reports."""
    assert plan(tmp_path).keep == tmp_path / "keep"
    assert plan(tmp_path, out=tmp_path / "out").keep == tmp_path / "out"


def test_an_expired_entry_is_reported_and_does_not_count(tmp_path):
    """The baseline is read once, with all its entries."""
    made = plan(tmp_path)
    assert len(made.baseline) == 1
    assert made.known_failures == []


def test_a_wrong_baseline_stops_the_run_before_it_begins(tmp_path):
    """The message has the line."""
    plan(tmp_path)
    (tmp_path / "baseline.toml").write_text("[[known]]\nrequirement = 'BC-TOKEN-01'\n")
    configuration = configured({"config": str(tmp_path / "target.toml")}, {"ADA": "engine"})
    options = {option.name: option.default for option in RUN_OPTIONS}
    with pytest.raises(AuthoringError, match=r"baseline\.toml:1"):
        Plan.of(configuration, usual_apis(configuration), tmp_path, 7, options)
