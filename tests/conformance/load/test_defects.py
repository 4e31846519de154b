"""Each defect that only load shows is found by load, and named."""

import pytest

from conformance.report.load import GROWS, load_of
from conformance.selftest.trial import broken_by, load_defects_of
from conformance.target.mock import defects
from tests.conformance.load.runs import failed, load_run

pytestmark = pytest.mark.slow

TASKS = {
    "load.race-adds-twice": ("connect", "push-at-once"),
    "load.race-refreshes-twice": ("connect", "refresh-at-once"),
    "load.refresh-outlives-revocation": ("connect", "revoke"),
    "load.loses-badges": ("ob2.1", "push", "look"),
    "load.profile-of-another": ("ob2.1", "profile"),
    "load.credentials-of-another": ("ob3", "look", "push"),
    "load.keeps-older-versions": ("ob3", "push-versions"),
    "load.identity-of-another": ("connect", "identity"),
}
"""By defect: the API, and the tasks that show it; a run with all tasks would take longer."""


@pytest.mark.parametrize("name", TASKS)
def test_load_fails_what_the_defect_breaks_and_no_more(name, tmp_path):
    """The run ends with the first failure."""
    api, *tasks = TASKS[name]
    record = load_run(
        tmp_path, f"mock:{name}", api, tasks=tuple(tasks), earners=16, most_failures=1
    )
    assert failed(record) == broken_by(name, api)


def test_every_such_defect_is_tried_here():
    """By one of the APIs; the one that breaks no requirement is below."""
    of_apis = [name for api in ("connect", "ob2.1", "ob3") for name in load_defects_of(api)]
    others = [each.name for each in defects().values() if each.needs_load and not each.breaks]
    assert sorted(of_apis) == sorted(TASKS)
    assert others == ["load.slower-with-each-badge"]


def test_a_backpack_that_slows_with_each_badge_is_warned_of(tmp_path):
    """Pushes for full Backpacks are compared with those for new ones at the same time."""
    name = "mock:load.slower-with-each-badge"
    texts = {"requests": "700"}
    record = load_run(tmp_path, name, "connect", tasks=("push",), earners=16, texts=texts)
    figures = load_of(record)
    assert figures is not None
    assert [warning.startswith(GROWS) for warning in figures.growing] == [True]
    assert failed(record) == set()
