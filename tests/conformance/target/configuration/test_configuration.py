"""Settings of a target: option, variable, file, default, each with its source."""

import os
from pathlib import Path

import pytest

from conformance.core.errors import AuthoringError
from conformance.core.schemas import load
from conformance.target.configuration.configuration import Configuration, configured
from conformance.target.configuration.file import read_target
from conformance.target.configuration.keys import keys
from conformance.target.opening import TargetOptions
from tests.conformance.command import run_command

pytestmark = pytest.mark.slow

FILE = """\
url = "https://backpack.example.org"
timeout = 7
hosts = [
  "one.example.org",
  "two.example.org",
]

[pages]
access = "freigabe"

[[earners]]
email = "ada@example.org"
password_variable = "ADA"
"""
ADA = {"ADA": "difference engine"}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in which we are."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder: Path, text: str = FILE, name: str = "target.toml") -> str:
    """A configuration in a folder."""
    (folder / name).write_text(text)
    return name


def setting(found: Configuration, name: str) -> tuple[object, str]:
    """A value, and who said it."""
    return found[name], found.settings[name].source


def test_an_option_wins_over_variable_file_and_default(here):
    """Each value says where it came from; of a file, the line."""
    write(here)
    environment = {**ADA, "BACKPACK_TIMEOUT": "8", "BACKPACK_ACCESS": "zugang"}
    found = configured({"timeout": "9"}, environment)
    assert setting(found, "timeout") == (9.0, "--timeout")
    assert setting(found, "pages.access") == ("zugang", "BACKPACK_ACCESS")
    assert setting(found, "url") == ("https://backpack.example.org", "target.toml:1")
    assert setting(found, "hosts") == (["one.example.org", "two.example.org"], "target.toml:3")
    assert setting(found, "pages.settings") == ("settings", "default")


def test_a_password_may_stand_in_a_variable(here):
    """So that the file may be shown."""
    write(here)
    assert configured({}, ADA).passwords == {"ada@example.org": "difference engine"}
    with pytest.raises(AuthoringError, match=r"target\.toml:11: .* the variable ADA, .* not set"):
        configured({}, {})


def test_a_wrong_one_of_several_is_told_without_its_number():
    """Options have no index."""
    with pytest.raises(AuthoringError, match=r"^--allow: expected one of 'load'.*, saw 'foo'$"):
        configured({"allow": "foo"}, {})


def test_accounts_may_come_from_the_environment():
    """One in a line; a password may hold colons and blanks."""
    found = configured({}, {"BACKPACK_EARNERS": "a@example.org:x: y\nb@example.org:z\n"})
    assert found.passwords == {"a@example.org": "x: y", "b@example.org": "z"}


@pytest.mark.parametrize(
    ("options", "environment"),
    [
        ({"config": "other.toml"}, {}),
        ({"target": "other.toml"}, {}),
        ({}, {"BACKPACK_CONFIG": "other.toml"}),
        ({}, {"BACKPACK_TARGET": "other.toml"}),
    ],
)
def test_the_file_can_be_named(here, options, environment):
    """By option, as the target, or by variables; what lies there is not read then."""
    write(here, "nonsense")
    write(here, 'url = "http://other.example"', "other.toml")
    assert configured(options, environment)["url"] == "http://other.example"


def test_the_file_that_lies_here_is_not_about_a_mock(here):
    """The name `mock` ignores the file."""
    write(here)
    assert configured({"target": "mock:token.no-rotation"}, {})["pages.access"] == "access"


def test_paths_in_a_file_are_beside_it(here):
    """Those of options are where we are."""
    (here / "deep").mkdir()
    write(here / "deep", 'ca = "ca.pem"')
    assert configured({"config": "deep/target.toml"}, {})["ca"] == str(Path("deep/ca.pem"))
    assert configured({"ca": "ca.pem"}, {})["ca"] == "ca.pem"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("url = \n", "target.toml:1:7: expected TOML: Invalid value"),
        ("url = 'a'\nurl = 'b'\n", "target.toml:2:10: expected TOML: Cannot overwrite a value"),
        ("\n# note\ntimout = 3", "target.toml:3:1: timout: expected one of url, .*: did you mean"),
        ("[pages]\naces = 'x'", "target.toml:2:1: pages.aces: .* did you mean access?"),
        ("timeout = 0", "target.toml:1:1: timeout: expected at least 1, saw 0"),
        ("timeout = 1979-05-27", "target.toml:1:1: timeout: expected number, saw datetime.date"),
        ("browser = 'yes'", "target.toml:1:1: browser: expected boolean, saw 'yes'"),
        ("[[earners]]\npassword = 'x'", "target.toml:1:1: earners.0.email: expected an e-mail"),
        ("[issuer]\nurl = 'ftp://x'", "target.toml:2:1: issuer.url: expected the URL of a"),
        (
            "[[consent]]\nform = 'a[b'\ngrant = 'a'\ndeny = 'b'",
            "target.toml:2:1: consent.0.form: expected a CSS selector, saw 'a.b'",
        ),
        (
            "[[consent]]\nform = 'a'\ngrant = 'a'",
            "target.toml:1:1: consent.0.deny: expected a member deny, saw no such member",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_line(here, text, says):
    """Both when it is read and by `check`, with what was probably meant."""
    write(here, text)
    with pytest.raises(AuthoringError, match=says.replace("?", r"\?")) as found:
        read_target(here / "target.toml")
    assert "\n" not in str(found.value)
    ended = run_command("check", "target.toml", cwd=here)
    assert ended.code == 2
    assert ended.err.splitlines()[0] == str(found.value)


@pytest.mark.parametrize(
    ("options", "environment", "says"),
    [
        ({"timeout": "0"}, {}, "--timeout: expected at least 1, saw 0.0"),
        ({"timeout": "nan"}, {}, "--timeout: expected a number, saw 'nan'"),
        ({"issuer-port": "x"}, {}, "--issuer-port: expected a whole number, saw 'x'"),
        ({}, {"BACKPACK_BROWSER": "maybe"}, "BACKPACK_BROWSER: expected yes or no, saw 'maybe'"),
        ({"profile": "old"}, {}, "--profile: expected one of 'documented', 'mozilla-v1', 'badgr'"),
        ({"earner": ("ada",)}, {}, "--earner: expected E-MAIL:PASSWORD, saw 'ada'"),
        ({"config": "none.toml"}, {}, "none.toml: cannot be read: No such file"),
        ({"adapter-command": "node '"}, {}, "--adapter-command: expected a command, saw"),
    ],
)
def test_a_wrong_option_or_variable_is_told_by_its_name(options, environment, says):
    """Which of them it was, what was expected, what was seen."""
    with pytest.raises(AuthoringError) as found:
        configured(options, environment)
    assert str(found.value).startswith(says)


def test_a_password_is_in_no_message():
    """The message about an invalid account omits what may be a secret."""
    with pytest.raises(AuthoringError) as found:
        configured({"earner": ("ada:difference engine",)}, {})
    assert "difference" not in str(found.value)


def test_every_key_is_described_for_editors():
    """In a sentence, which is the help of its option as well."""
    for key in keys():
        assert key.described.endswith("."), key.name
    assert load("target")["properties"]["consent"]["description"].endswith(".")


def test_the_command_line_takes_what_the_file_says(here):
    """A run finds `target.toml`; its mistakes end it with exit code 2."""
    write(here, "url = 'mock:token.no-rotation'\n")
    ended = run_command("run", "--select", "token-refresh", "--out", "out", cwd=here)
    assert ended.code == 1, ended.err
    assert "BC-TOKEN-04" in ended.out
    write(here, "uri = 'mock'\n")
    ended = run_command("run", cwd=here)
    assert (ended.code, ended.err.partition(": expected")[0]) == (2, "target.toml:1:1: uri")


def test_pytest_takes_the_same(pytester):
    """Its options have the same names, and a wrong one is a wrong use of pytest."""
    words = ("--co", "--backpack-timeout=0", "--backpack-out=out")
    ended = pytester.runpytest_subprocess(*words)
    assert ended.ret == pytest.ExitCode.USAGE_ERROR
    assert "--timeout: expected at least 1" in ended.stderr.str()
    assert os.environ.get("BACKPACK_TIMEOUT") is None


def test_a_file_can_describe_the_dialog_of_the_issuer_api(tmp_path):
    """Its selectors go to the target."""
    file = tmp_path / "target.toml"
    file.write_text('url = "http://127.0.0.1:1"\n[dialog]\naccept = ".ja"\nrefuse = ".nein"\n')
    configuration = configured({"config": str(file)}, {})
    assert configuration.dialog == {"accept": ".ja", "refuse": ".nein"}
    assert TargetOptions.of(configuration).dialog == configuration.dialog
