"""Which APIs a run tests, and how it came to them."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from conformance.apis.choosing import ChosenApi, api_of_file, chosen_apis, usual_apis
from conformance.core.errors import AuthoringError
from conformance.target.configuration.configuration import Configuration, configured
from tests.conformance.command import run_command
from tests.conformance.wire import nobody
from tests.conformance.wrong_targets import JSON, Answer, manifest, serving
from tests.miniatures.modern import ModernProvider
from tests.miniatures.plain import PlainBackpack

MANIFEST = "/.well-known/badgeconnect.json"
BOTH = (ChosenApi("connect", "documented", "named"), ChosenApi("ob2.1", "documented", "named"))


def configuration(
    target: str, *apis: str, variables: Mapping[str, str] | None = None, **more: str
) -> Configuration:
    """The configuration of a run."""
    return configured({"target": target, "api": list(apis), **more}, variables or {})


def names(chosen: tuple[ChosenApi, ...]) -> list[str]:
    """The names of APIs."""
    return [each.name for each in chosen]


def test_apis_that_are_named_are_tested_without_a_look():
    """In the order of the suite, and the report says who named them."""
    chosen = chosen_apis(configuration("http://127.0.0.1:9/", "ob2.1", "connect"))
    assert names(chosen) == ["connect", "ob2.1"]
    assert {each.found for each in chosen} == {"named by --api"}
    by_variable = configuration("http://127.0.0.1:9/", variables={"BACKPACK_API": "ob2.1"})
    assert [each.found for each in chosen_apis(by_variable)] == ["named by BACKPACK_API"]


def test_a_file_names_apis(tmp_path):
    """As a list."""
    file = tmp_path / "target.toml"
    file.write_text('url = "http://127.0.0.1:9/"\napi = ["connect", "ob2.1"]\n')
    chosen = chosen_apis(configured({"config": str(file)}, {}))
    assert [each.found for each in chosen] == [f"named by {file}:2"] * 2
    file.write_text('api = "ob2.1"\n')
    with pytest.raises(AuthoringError, match="api: expected a list of connect, "):
        configured({"config": str(file)}, {})


@pytest.mark.parametrize(
    ("apis", "message"),
    [
        (("connect", "connect"), "--api: expected a list of connect, ob2.1, ob3, each once, saw"),
        (("soap",), "--api: expected one of 'connect', 'ob2.1', 'ob3', saw 'soap'"),
    ],
)
def test_a_wrong_name_is_told(apis, message):
    """Also one that is there twice."""
    with pytest.raises(AuthoringError, match=message):
        configuration("mock", *apis)


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("mock", ["connect"]),
        ("mock:token.no-rotation", ["connect"]),
        ("mock:post.answers-the-badge", ["ob2.1"]),
        ("mock:token.no-rotation,post.answers-the-badge", ["connect", "ob2.1"]),
    ],
)
def test_a_target_that_the_run_starts_is_not_looked_at(target, expected):
    """Of the mock those APIs are tested that its defects break, else the default."""
    assert names(chosen_apis(configuration(target))) == expected


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["scenarios/badge_connect/get/mine.backpack.yaml"], ["ob2.1"]),
        (["scenarios/badge_connect"], ["ob2.1"]),
        (["scenarios/credentials/a.backpack.yaml", "scenarios/connect/issue"], ["connect", "ob3"]),
        (["badge_connect/mine.backpack.yaml"], ["connect"]),
        (["scenarios/badge_connect", "mine.backpack.yaml"], ["connect"]),
        ([], ["connect"]),
    ],
)
def test_scenarios_in_the_folder_of_an_api_are_about_it(tmp_path, paths, expected):
    """If all of them are in such a folder; a name goes before."""
    files = [tmp_path / path for path in paths]
    assert names(chosen_apis(configuration("mock"), files)) == expected
    assert names(chosen_apis(configuration("mock", "ob3"), files)) == ["ob3"]


@pytest.fixture
def modern() -> Iterator[ModernProvider]:
    """A provider of Open Badges 2.1 alone."""
    with ModernProvider() as provider:
        yield provider


def test_what_a_target_offers_is_found(modern: ModernProvider):
    """And the report says by what."""
    [chosen] = chosen_apis(configuration(modern.root))
    assert (chosen.name, chosen.is_seen) == ("ob2.1", True)
    assert chosen.found == f"GET {modern.root}{MANIFEST}: a manifest of v2p1"
    with PlainBackpack() as backpack:
        [chosen] = chosen_apis(configuration(backpack.root))
    assert (chosen.name, chosen.is_seen) == ("connect", True)
    assert chosen.found.startswith(f"GET {backpack.root}/access: status ")


def of_manifest(answer: Callable[[str], Answer]) -> Callable[[str, str], Answer]:
    """A site of which nothing is there but what answers for a manifest."""
    return lambda root, path: answer(root) if path == MANIFEST else (404, {}, b"")


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (
            lambda _root, _path: (200, {"Content-Type": "text/html"}, b"<h1>Welcome</h1>"),
            "status 200, as for a page that does not exist; ob2.1: ",
        ),
        (lambda _root, _path: (404, {}, b""), "/access: status 404; ob2.1, ob3: the same"),
        (of_manifest(lambda _: (500, {}, b"")), f"{MANIFEST}: status 500"),
        (of_manifest(lambda _: (200, JSON, b"{}")), "status 200, but no manifest"),
        (of_manifest(lambda _: (200, JSON, b"[" * 99_999)), "status 200, but no manifest"),
        (
            of_manifest(lambda _: (200, JSON, b'["' + b"x" * 6_000_000)),
            "status 200, but no manifest",
        ),
        (
            of_manifest(lambda root: (302, {"Location": root + MANIFEST}, b"")),
            "more than 5 redirects",
        ),
        (
            of_manifest(lambda _: (302, {"Location": "https://p.invalid/"}, b"")),
            "no request was sent to 'p.invalid'",
        ),
    ],
    ids=["page", "nothing", "crash", "empty", "deep", "huge", "loop", "elsewhere"],
)
def test_where_nothing_is_found_the_default_is_assumed(answer, found):
    """And the report says what every look saw, so that nobody takes it for a finding."""
    with serving(answer) as root:
        [chosen] = chosen_apis(configuration(root))
    assert (chosen.name, chosen.is_seen) == ("connect", False)
    assert chosen.found.startswith("assumed, because no API was found; --api names another (")
    assert found in chosen.found


def test_the_same_trouble_of_every_look_is_told_once():
    """Nothing listens, so all looks saw that."""
    with nobody() as root:
        [chosen] = chosen_apis(configuration(root))
    saw = f"connect: GET {root}access: no connection: Connection refused; ob2.1, ob3: the same"
    assert chosen.found.endswith(f" ({saw})")


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (lambda root: manifest(root, version="v9p9"), "a manifest of v9p9"),
        (lambda root: manifest(root, version=7), "a manifest of no version"),
        (lambda root: manifest(root, version="x" * 999), f"a manifest of {'x' * 60}…"),
        (lambda _: (200, JSON, json.dumps({"badgeConnectAPI": 7}).encode()), "of no version"),
    ],
    ids=["other", "number", "long", "no list"],
)
def test_a_wrong_manifest_is_one(answer, found):
    """The run judges it."""
    with serving(of_manifest(answer)) as root:
        [chosen] = chosen_apis(configuration(root))
    assert (chosen.name, chosen.is_seen) == ("ob2.1", True)
    assert found in chosen.found


def test_a_profile_is_that_of_the_apis_that_have_it():
    """The others keep their own; a run in which none has it cannot start."""
    chosen = chosen_apis(configuration("mock", "connect", "ob2.1", profile="mozilla-v1"))
    assert [each.profile for each in chosen] == ["mozilla-v1", "documented"]
    [chosen] = chosen_apis(configuration("mock", profile="mozilla-v1"))
    assert (chosen.name, chosen.profile) == ("connect", "mozilla-v1")
    [chosen] = chosen_apis(configuration("mock", "ob2.1", profile="badgr"))
    assert (chosen.name, chosen.profile) == ("ob2.1", "badgr")
    wrong = r"expected documented or badgr with the API ob2\.1, saw 'mozilla-v1'"
    with pytest.raises(AuthoringError, match=wrong):
        chosen_apis(configuration("mock", "ob2.1", profile="mozilla-v1"))
    wrong = "expected documented or mozilla-v1 with the API connect, saw 'badgr'"
    with pytest.raises(AuthoringError, match=wrong):
        chosen_apis(configuration("mock", "connect", profile="badgr"))


def test_somebodys_own_pytest_run_is_not_preceded_by_a_look():
    """It tests what its files are about."""
    [chosen] = usual_apis(configuration("http://127.0.0.1:9/"))
    assert (chosen.name, chosen.found) == ("connect", "the default; --backpack-api names others")


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("scenarios/badge_connect/get/one.backpack.yaml", "ob2.1"),
        ("connect/badge_connect/one.backpack.yaml", "ob2.1"),
        ("badge_connect/connect/one.backpack.yaml", "connect"),
    ],
)
def test_a_scenario_is_of_the_api_of_its_nearest_folder(file, expected):
    """Where a run tests several."""
    assert api_of_file(Path(file), BOTH).name == expected
    assert api_of_file(Path(file), BOTH[1:]).name == "ob2.1"


def test_a_scenario_in_no_folder_of_an_api_is_wrong(tmp_path):
    """It might be of any."""
    with pytest.raises(AuthoringError, match=r"Name one --api, or move it into a folder of an API"):
        api_of_file(tmp_path / "one.backpack.yaml", BOTH)


@pytest.mark.slow
def test_a_run_tells_a_scenario_in_no_folder_of_an_api(tmp_path):
    """With what to do."""
    (tmp_path / "one.backpack.yaml").write_text("id: one\ntitle: One\nsteps: []\n")
    options = ("--api", "connect", "--api", "ob2.1", "--scenarios", str(tmp_path))
    ended = run_command("run", "mock", *options, "--out", str(tmp_path / "out"))
    assert ended.code == 2
    assert "of which API is " in ended.err
    assert "Traceback" not in ended.err
