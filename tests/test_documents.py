"""The statements of README and its companions are true."""

import re
from pathlib import Path

import pytest

from conformance.apis.registry import APIS, DEFAULT
from conformance.core.catalogue import of_role
from conformance.core.requirement import Level
from conformance.scenario.load import load
from conformance.target.mock import defects
from mock_backpack.issuer.situations import situations_of
from tests.conformance.command import run_command
from tests.picture import PICTURE, mark

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
TEST_COMMAND = "python3 -m venv .venv && .venv/bin/pip install -q tox tox-uv && .venv/bin/tox"


def blocks(language: str = "", file: str = "README.md") -> list[str]:
    """The code blocks of a page in a language."""
    text = (ROOT / file).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def test_ci_calls_the_test_command_of_the_readme():
    """They cannot drift apart."""
    assert f"{TEST_COMMAND}\n" in blocks()
    assert (ROOT / ".ci/run").read_text().rstrip().endswith(TEST_COMMAND)


def test_the_number_of_requirements_is_the_catalogues():
    """README and changelog count rightly."""
    musts = [requirement for requirement in of_role("backpack") if requirement.level is Level.MUST]
    assert f"Conforms: {len(musts)} of {len(musts)} MUST requirements passed." in README
    changes = (ROOT / "CHANGELOG.md").read_text()
    counted = f"{len(of_role('backpack'))} requirements for Backpacks, {len(musts)} of them MUST"
    assert f"{counted}, and {len(of_role('issuer'))} for issuers" in changes
    assert len(defects()) > 100


def test_the_scenario_for_a_pytest_of_ones_own_runs(tmp_path):
    """It is collected, run against the mock, and passes."""
    (text,) = [block for block in blocks("yaml", "docs/scenarios.md") if "my-refresh" in block]
    file = tmp_path / "my-refresh.backpack.yaml"
    file.write_text(text)
    assert load(file, DEFAULT.language).requirements == ("BC-TOKEN-03",)
    ended = run_command("run", "--scenarios", str(file), "--out", str(tmp_path), "-v")
    assert re.search(r"^pass +BC-TOKEN-03", ended.out, re.MULTILINE)


def test_the_failure_of_the_readme_is_what_is_printed(tmp_path):
    """Line for line, but for ports and tokens."""
    (shown,) = [block for block in blocks() if block.startswith("BC-TOKEN-04")]
    wanted = ("run", "mock:token.no-rotation", "--select", "token-refresh", "--out", str(tmp_path))
    printed = run_command(*wanted).out
    for line in shown.splitlines():
        pattern = re.escape(re.sub(r":\d{5}", ":PORT", line)).replace("…", ".*")
        assert re.search(pattern.replace(":PORT", r":\d+"), printed), line


def test_the_complaint_of_the_page_is_what_the_mock_says(tmp_path):
    """The example of a refused assertion is a real answer."""
    (shown,) = [
        block for block in blocks("json", "docs/mock.md") if block.startswith('{"problems"')
    ]
    wanted = ("run", "--select", "assertion-issued-on-missing", "--out", str(tmp_path))
    run_command(*wanted)
    record = (tmp_path / "record.jsonl").read_text().replace('\\"', '"')
    assert " ".join(shown.split()) in record


def test_the_numbers_of_the_readme_are_true():
    """Of situations, of defects, and the table of APIs."""
    assert "each of thirty situations" in README
    assert 30 <= len(situations_of("connect")) < 40
    assert "more than 300 known defects" in README
    assert len(defects()) > 300
    listed = re.findall(r"^\| [^|]+ \| `([\w.]+)` \| [^|]+ \|$", README, re.MULTILINE)
    assert listed == list(APIS)


def test_the_picture_is_that_of_the_current_report():
    """After a change of the sample: ``python -m tests.picture``."""
    assert mark() in PICTURE.read_bytes(), "python -m tests.picture"
    assert f"({PICTURE.relative_to(ROOT)})" in README


@pytest.mark.parametrize("name", ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"])
def test_links_to_files_lead_somewhere(name):
    """No document points at a file that is not there."""
    text = (ROOT / name).read_text(encoding="utf-8")
    for link in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (ROOT / link).exists(), link


def test_every_decision_is_in_the_index():
    """With its title; and each has a context, a decision and consequences."""
    folder = ROOT / "docs" / "decisions"
    index = (folder / "README.md").read_text(encoding="utf-8")
    for file in sorted(folder.glob("0*.md")):
        title, *headings = re.findall(r"^#+ (.*)$", file.read_text(encoding="utf-8"), re.MULTILINE)
        number, _, name = title.partition(". ")
        assert f"{number}. [{name}]({file.name})" in index
        assert file.name.startswith(f"{int(number):04}-")
        assert headings == ["Context", "Decision", "Consequences"]
