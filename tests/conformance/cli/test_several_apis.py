"""One command runs several APIs: those that a Backpack offers, or those that somebody names."""

import json
from functools import partial
from pathlib import Path

import pytest
from anyio import to_thread

from conformance.core.verdict import Outcome
from conformance.record.model import RECORD
from conformance.record.reader import read_record
from mock_backpack.app import create_app
from mock_backpack.server import served
from tests.conformance.command import Ended, run_command
from tests.conformance.wrong_targets import serving
from tests.miniatures.modern import ModernProvider

pytestmark = pytest.mark.slow

CHOSEN = ("--select", "identity-told or profile-read or discovery-document")
"""A scenario of each API."""


@pytest.mark.anyio
async def test_all_that_a_backpack_offers_is_tested(tmp_path):
    """And said before, in the report, and in the command to repeat it, which looks no more."""
    async with served(create_app()) as root:
        ended = await in_a_thread("run", root, *CHOSEN, "--out", str(tmp_path))
    assert ended.code == 4, ended.out + ended.err
    assert f"API connect: GET {root}/access: status 400" in ended.out
    assert f"API ob2.1: GET {root}/.well-known/badgeconnect.json: a manifest of v2p1" in ended.out
    record = read_record(tmp_path / RECORD)
    judged = {line.name: line.api for line in record.scenarios}
    assert judged == {
        "identity-told": "connect",
        "profile-read": "ob2.1",
        "discovery-document": "ob3",
    }
    assert all(
        each.outcome is Outcome.PASSED for line in record.scenarios for each in line.findings
    )
    assert record.header["command"].endswith("--api connect --api ob2.1 --api ob3")
    assert record.product.startswith("mock-backpack ")


@pytest.mark.exhaustive
def test_several_processes_share_the_scenarios_of_all_apis(tmp_path):
    """Each has the plan with all of them, and one record is written."""
    apis = ("--api", "connect", "--api", "ob2.1", "--api", "ob3")
    ended = run_command("run", "mock", *apis, *CHOSEN, "--jobs", "2", "--out", str(tmp_path))
    assert ended.code == 4, ended.out + ended.err
    record = read_record(tmp_path / RECORD)
    assert {line.api for line in record.scenarios} == {"connect", "ob2.1", "ob3"}
    assert [section.found for section in record.sections] == ["named by --api"] * 3


async def in_a_thread(*words: str) -> Ended:
    """Run a command while a server of this process answers it."""
    return await to_thread.run_sync(partial(run_command, *words))


def test_an_api_that_is_not_there_does_not_stop_the_other(tmp_path):
    """It is inconclusive, with advice; the other has its verdict."""
    with ModernProvider() as provider:
        apis = ("--api", "connect", "--api", "ob2.1")
        ended = run_command("run", provider.root, *apis, *CHOSEN, "--out", str(tmp_path))
    assert ended.code == 3, ended.out + ended.err
    assert "Backpack Connect: Inconclusive: get a grant from" in ended.out
    assert "Badge Connect: Incomplete: " in ended.out
    record = read_record(tmp_path / RECORD)
    assert [section.ended for section in record.sections] == ["preflight", "finished"]
    summary = json.loads((tmp_path / "summary.json").read_text())
    assert summary["requirements"]["BC21-PROF-01"]["outcome"] == "passed"
    assert summary["apis"]["connect"]["verdict"] == "could not tell"


SCENARIOS = {
    "connect": "identity: {token: $grant.access_token, at: $grant.api_root}\n"
    "    expect: {BC-IDENT-01: {status: 200}}",
    "badge_connect": "profile: {token: $grant.access_token}\n"
    "    expect: {BC21-PROF-01: {status: 200}}",
}
"""By folder: what a scenario of its API does with a grant."""


def test_a_users_own_scenarios_are_of_the_api_of_their_folder(pytester):
    """In their own pytest run, beside their tests."""
    for folder, step in SCENARIOS.items():
        name = f"of-{folder.replace('_', '-')}"
        (pytester.mkdir(folder) / f"{name}.backpack.yaml").write_text(
            f"id: {name}\ntitle: Mine\nsteps:\n"
            f"  - connect: {{earner: ada}}\n    save: grant\n  - {step}\n"
        )
    options = ("--backpack-api=connect", "--backpack-api=ob2.1", "--backpack-out=out")
    ended = pytester.runpytest_subprocess("--backpack-target=mock", *options)
    ended.assert_outcomes(passed=2)
    record = read_record(Path(pytester.path) / "out" / RECORD)
    assert {line.name: line.api for line in record.scenarios} == {
        "of-connect": "connect",
        "of-badge-connect": "ob2.1",
    }


def test_a_reason_that_many_share_is_told_a_few_times(tmp_path):
    """At a URL without a provider it stands before everything."""
    with serving(lambda _root, _path: (404, {}, b"")) as root:
        words = ("run", root, "--api", "ob2.1", "--select", "exchange", "--out", str(tmp_path))
        ended = run_command(*words)
    why = "the manifest cannot be used: expected 200 with JSON, saw 404"
    printed, rest = ended.out.split("Inconclusive MUST requirements:")
    lines = [line for line in printed.splitlines() if line.startswith("INCONCLUSIVE")]
    assert 3 <= len(lines) <= 9
    assert printed.count("not judged for this reason; the report lists them") >= 1
    assert why in " ".join(printed.split())
    assert "BC21-TOKEN-" in rest
