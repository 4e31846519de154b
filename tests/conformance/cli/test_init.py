"""`init` inspects a Backpack and writes a configuration file to continue with."""

import json
import os
import pty
import sys
import tomllib
from pathlib import Path

import pytest

from tests.conformance.command import run_command
from tests.miniatures.foreign import JUDGE, ForeignBackpack, GermanPages, form
from tests.miniatures.plain import PlainBackpack
from tests.miniatures.plain.answer import Answer, redirect
from tests.miniatures.plain.pages import with_cookie
from tests.miniatures.plain.vault import Session

pytestmark = pytest.mark.slow


def test_what_is_written_is_a_right_configuration(tmp_path):
    """It says what was said, and every other key with its default, commented out."""
    with PlainBackpack() as backpack:
        ended = run_command("init", backpack.root, "--timeout", "9", cwd=tmp_path)
        assert ended.code == 0, ended.err
        assert run_command("check", "target.toml", cwd=tmp_path).code == 0
        assert run_command("doctor", cwd=tmp_path).code == 0
    text = (tmp_path / "target.toml").read_text()
    configuration = tomllib.loads(text)
    assert (configuration["url"], configuration["timeout"]) == (backpack.root, 9.0)
    commented = [line.removeprefix("# ") for line in text.splitlines() if " = " in line]
    for line in commented:
        tomllib.loads(line)
    assert 'access = "access"' in commented


def test_a_draft_of_a_recipe_stands_in_it(tmp_path):
    """If the pages could not be used: the elements of the first page as selectors."""
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
    assert "already exists and was not changed" in ended.err
    assert (tmp_path / "target.toml").read_text() == "# mine\n"


def test_a_backpack_that_is_not_there_is_written_down_all_the_same(tmp_path):
    """What could be inspected is reported."""
    ended = run_command("init", "http://127.0.0.1:9", "--out", "mine.toml", cwd=tmp_path)
    assert ended.code == 0
    assert "no connection" in ended.out
    assert tomllib.loads((tmp_path / "mine.toml").read_text())["url"] == "http://127.0.0.1:9"


SEARCH = (
    '<form id="suche" action="/suche"><input name="q" type="search"><button>Los</button></form>'
)


class SearchedPages(GermanPages):
    """Every page begins with a search form; the login is by e-mail and password."""

    def page(self, title: str, session: Session, inside: str, message: str = "") -> Answer:
        return super().page(title, session, SEARCH + inside, message)

    def who(self, session: Session, after: str, message: str = "") -> Answer:
        hidden = {"weiter": after, "_wache": session.csrf, "einverstanden": "ja"}
        fields = '<input type="email" name="wer"><input type="password" name="losung">'
        inside = form("tor", "/anmeldung", hidden, f'{fields}<button name="los">Hinein</button>')
        return self.page("Anmeldung", session, inside, message)

    def log_in_somehow(self) -> Answer:
        session, fields = self.submitted()
        earner = self.vault.log_in(fields.get("wer", ""), fields.get("losung", ""))
        if earner is None:
            return self.who(session, fields.get("weiter", ""), "Nein.")
        answer = redirect(303, fields["weiter"])
        return with_cookie(answer, self.vault.renew_session(session, earner))

    def judged(self) -> Answer:
        return self.page("Noch etwas", self.act_session(), form("rest", "/rest", {}, JUDGE))

    def act_session(self) -> Session:
        return self.submitted()[0]


def test_the_draft_has_the_form_that_worked_and_the_page_where_it_stopped(tmp_path):
    """And not the search form, which is the first of every page."""
    with ForeignBackpack(SearchedPages) as backpack:
        words = ("--access", "zugang", "--earner", "ada@example.org:difference engine")
        ended = run_command("init", backpack.root, *words, cwd=tmp_path)
    assert ended.code == 0, ended.err
    text = (tmp_path / "target.toml").read_text()
    recipe = [line.removeprefix("# ") for line in text.splitlines() if line.startswith("# ")]
    assert "form = 'form#tor'" in recipe
    assert (
        """fields = { 'input[name="wer"]' = '$email', 'input[name="losung"]' = '$password' }"""
        in recipe
    )
    assert "form = 'form#rest'" in recipe
    assert "a page called 'Noch etwas'" in text
    assert "suche" not in "".join(line for line in recipe if line.startswith("form ="))
    assert "First change the values" in ended.out


def test_the_file_names_its_schema_and_shows_how_accounts_are_written(tmp_path):
    """Editors find the schema, and the format of accounts is shown."""
    ended = run_command("init", "http://127.0.0.1:9", cwd=tmp_path)
    assert ended.code == 0
    text = (tmp_path / "target.toml").read_text()
    schema = text.splitlines()[0].removeprefix("#:schema file://")
    assert json.loads(Path(schema).read_text())["title"] == "a configuration of a target"
    assert "# [[earners]]" in text
    assert '# password_variable = "BACKPACK_PASSWORD_1"' in text


def test_a_terminal_is_asked_again_and_for_what_was_not_found(tmp_path):
    """An answer that cannot be used is asked for again; paths, where a page was not found."""
    with ForeignBackpack() as backpack:
        answers = ["nowhere", backpack.root, "/a/path", "ada@example.org", "difference engine"]
        shown, code = at_a_terminal(tmp_path, ["init"], [*answers, "/zugang", "einstellungen", ""])
    assert code == 0, shown
    assert "expected mock, mock:<defect>" in shown
    assert "expected an e-mail such as ada@example.org" in shown
    assert "--earner" not in shown
    configuration = tomllib.loads((tmp_path / "target.toml").read_text())
    assert configuration["pages"] == {"access": "zugang", "settings": "einstellungen"}


def at_a_terminal(folder: Path, words: list[str], answers: list[str]) -> tuple[str, int]:
    """The output of a command with an answer to each question, and its exit code."""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(folder)
        os.execv(sys.executable, [sys.executable, "-m", "conformance", *words])  # noqa: S606 - ours
    shown, left = "", list(answers)
    while True:
        try:
            part = os.read(terminal, 4096).decode(errors="replace")
        except OSError:  # the command has ended
            break
        shown += part
        if left and shown.rstrip(" ").endswith(":") and part.rstrip(" ").endswith(":"):
            os.write(terminal, f"{left.pop(0)}\n".encode())
    return shown, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
