"""The example issuer of Open Badges 3.0: good in every situation, wrong in one way at a time."""

import sys
from pathlib import Path

import pytest

from mock_backpack.client import MockClient
from mock_backpack.issuer.open_badges_3.judges import JUDGES
from mock_backpack.issuer.situations import situations_of
from tests.consumers.judging import check_good, check_named, verdicts
from tests.mock_backpack.cli.test_command import serving, url_in

pytestmark = pytest.mark.slow

sys.path.insert(0, str(Path(__file__).parent.parent / "examples" / "python"))

import consumer  # noqa: E402 - an example, which is no package
import credential_issuer  # noqa: E402
from credential_mistakes import MISTAKES  # noqa: E402

SITUATIONS = situations_of("ob3")


def running(kind):
    """A run of an example in this process."""
    return lambda variables: credential_issuer.main(kind, variables)


@pytest.fixture(scope="module")
def judged():
    """The verdicts on all examples, by mistake and situation."""
    consumer.PATIENCE = 5.0
    good = running(credential_issuer.CredentialIssuer)
    runs = {("", name): (good, name) for name in SITUATIONS}
    for mistake, (kind, _, situation) in MISTAKES.items():
        name = f"ob3/{situation}"
        runs[mistake, name] = (running(kind), name)
    with serving("--port", "0") as (_, line), MockClient(url_in(line)) as root:
        return verdicts(root, runs)


@pytest.mark.parametrize("situation", SITUATIONS)
def test_a_good_issuer_passes(judged, situation):
    """In every situation."""
    check_good(judged["", situation], situation)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named(judged, mistake):
    """Exactly."""
    _, requirement, situation = MISTAKES[mistake]
    check_named(judged[mistake, f"ob3/{situation}"], requirement)


def test_every_requirement_is_broken_by_a_mistake():
    """Each judge can fail."""
    assert {requirement for _, requirement, _ in MISTAKES.values()} == set(JUDGES)
