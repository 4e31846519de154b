"""What answers in place of a provider ends in findings or in a sentence, not in a traceback."""

from collections.abc import Callable, Mapping

import pytest

from conformance.core.verdict import Outcome
from conformance.engine.runner import open_runner
from conformance.engine.session import RunOptions
from conformance.target.opening import TargetOptions
from tests.conformance.command import run_command
from tests.conformance.providers import API, rows
from tests.conformance.wrong_targets import JSON, Answer, manifest, serving

pytestmark = pytest.mark.slow

ANSWERS: Mapping[str, Callable[[str, str], Answer]] = {
    "page": lambda _root, _path: (200, {"Content-Type": "text/html"}, b"<h1>Welcome</h1>"),
    "huge": lambda _root, _path: (200, JSON, b'["' + b"x" * 6_000_000),
    "loop": lambda root, path: (302, {"Location": f"{root}{path}"}, b""),
    "elsewhere": lambda _root, _path: (302, {"Location": "https://p.invalid/manifest"}, b""),
    "bad-location": lambda _root, _path: (302, {"Location": "http://["}, b""),
    "nothing": lambda _root, _path: (404, {}, b""),
    "empty": lambda _root, _path: (200, JSON, b"{}"),
    "numbers": lambda _root, _path: (200, JSON, b'{"id": 7, "badgeConnectAPI": [7, null]}'),
    "no-urls": lambda root, _path: manifest(root, tokenUrl=7, apiBase=None),
    "other-version": lambda root, _path: manifest(root, version="v9p9"),
    "odd-scopes": lambda root, _path: manifest(root, scopesOffered="all of them"),
    "no-secret": lambda root, path: (
        (201, JSON, b'{"client_id": "a"}') if path == "/registration" else manifest(root)
    ),
    "text-as-client": lambda root, path: (
        (201, JSON, b'"welcome"') if path == "/registration" else manifest(root)
    ),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_what_is_no_provider_is_no_trouble_of_ours(name: str):
    """What can be judged fails, and what depends on it is inconclusive."""
    ids = ("manifest-document", "registration-accepted", "exchange-code", "post-hosted")
    with serving(ANSWERS[name]) as root:
        options = RunOptions(target=TargetOptions(f"{root}/"), timeout=10)
        with open_runner(API, options) as runner:
            results = [runner.run(row) for row in rows() if row.id in ids]
            stopped = runner.trouble is not None
    assert [result.trouble for result in results] == [""] * len(results)
    found = {f.requirement: f.outcome for result in results for f in result.findings}
    assert found["BC21-TOKEN-01"] in (Outcome.CANT_TELL, Outcome.FAILED)
    assert found["BC21-POST-01"] in (Outcome.CANT_TELL, Outcome.INAPPLICABLE)
    if not stopped:
        assert Outcome.FAILED in found.values()


def test_nobody_there_is_told_in_a_sentence():
    """With what to do."""
    ended = run_command("run", "http://127.0.0.1:9/", "--api", "ob2.1", "--select", "manifest")
    assert ended.code == 3
    assert "/.well-known/badgeconnect.json" in ended.out + ended.err
    assert "Traceback" not in ended.out + ended.err


@pytest.mark.parametrize(
    ("api", "profile", "known"),
    [
        ("ob2.1", "mozilla-v1", "documented or badgr"),
        ("connect", "badgr", "documented or mozilla-v1"),
        ("ob3", "badgr", "documented"),
    ],
)
def test_a_profile_of_another_api_is_a_wrong_option(api, profile, known):
    """The sets of answers belong to APIs."""
    ended = run_command("run", "http://127.0.0.1:9/", "--api", api, "--profile", profile)
    assert ended.code == 2
    assert f"profile: expected {known} with the API {api}, saw '{profile}'" in ended.err
