"""`init` looks at a Backpack and writes a file that somebody can go on with."""

import tomllib

from tests.conformance.command import run_command
from tests.miniatures.foreign import ForeignBackpack
from tests.miniatures.plain import PlainBackpack


def test_what_is_written_is_a_right_configuration(tmp_path):
    """It says what was said, and every other key with its default, commented out."""
    with PlainBackpack() as backpack:
        ended = run_command("init", backpack.root, "--timeout", "9", cwd=tmp_path)
        assert ended.code == 0, ended.err
        assert run_command("check", "target.toml", cwd=tmp_path).code == 0
        assert run_command("doctor", cwd=tmp_path).code == 0
    text = (tmp_path / "target.toml").read_text()
    said = tomllib.loads(text)
    assert (said["url"], said["timeout"]) == (backpack.root, 9.0)
    commented = [line.removeprefix("# ") for line in text.splitlines() if " = " in line]
    for line in commented:
        tomllib.loads(line)
    assert 'access = "access"' in commented


def test_a_draft_of_a_recipe_stands_in_it(tmp_path):
    """Where the pages could not be read: what stands on the first, as selectors."""
    with ForeignBackpack() as backpack:
        words = ("--access", "zugang", "--earner", "ada@example.org:difference engine")
        ended = run_command("init", backpack.root, *words, cwd=tmp_path)
    assert ended.code == 0, ended.err
    text = (tmp_path / "target.toml").read_text()
    assert "# form = 'form#kennung'" in text
    assert "difference engine" not in text + ended.out
    assert 'password_variable = "BACKPACK_PASSWORD_1"' in text
    assert "BACKPACK_PASSWORD_1" in ended.out


def test_a_file_that_is_there_stays(tmp_path):
    """Exit code 2, and not a letter of it is changed."""
    (tmp_path / "target.toml").write_text("# mine\n")
    ended = run_command("init", "http://127.0.0.1:9", cwd=tmp_path)
    assert ended.code == 2
    assert "stays as it is" in ended.err
    assert (tmp_path / "target.toml").read_text() == "# mine\n"


def test_a_backpack_that_is_not_there_is_written_down_all_the_same(tmp_path):
    """What could be seen is told."""
    ended = run_command("init", "http://127.0.0.1:9", "--out", "mine.toml", cwd=tmp_path)
    assert ended.code == 0
    assert "no connection" in ended.out
    assert tomllib.loads((tmp_path / "mine.toml").read_text())["url"] == "http://127.0.0.1:9"
