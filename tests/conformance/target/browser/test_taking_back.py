"""`doctor` and a run revoke access by page, by recipe, or by adapter."""

import json
from html import escape
from pathlib import Path
from typing import ClassVar

import pytest

from tests.conformance.command import Ended, run_command
from tests.conformance.foreign import EARNERS
from tests.miniatures.foreign import ForeignBackpack
from tests.miniatures.plain import PlainBackpack
from tests.miniatures.plain.answer import Answer
from tests.miniatures.plain.handler import Routes
from tests.miniatures.plain.pages import Pages, form, page
from tests.miniatures.plain.urls import parameters

pytestmark = pytest.mark.slow

ADAPTER = """
from urllib import parse, request

class Adapter:
    def revoke(self, earner, origin):
        asked = parse.urlencode({"email": earner, "origin": origin})
        request.urlopen("URL/inside?" + asked).read()
"""
RECIPE = """
[[revoke]]
form = "#end"
fields = { "[name=origin]" = "$origin" }
"""


class WithoutButtons(Pages):
    """A settings page without buttons; only the adapter can revoke."""

    def settings(self) -> Answer:
        answer = super().settings()
        session = self.session()
        if session is None or session.earner is None:
            return answer
        return page("Settings", f"<ul>{self.items()}</ul>")

    def items(self) -> str:
        session = self.session()
        assert session
        assert session.earner
        return "".join(
            f"<li>{escape(origin)}</li>" for origin in self.vault.origins(session.earner)
        )

    def inside(self) -> Answer:
        asked = parameters(self.query)
        earner = self.vault.earners[asked["email"].lower()]
        self.vault.revoke(earner, asked["origin"])
        return page("Done", "")

    ROUTES: ClassVar[Routes] = {**Pages.ROUTES, "/inside": {"GET": "inside"}}


class OneForm(WithoutButtons):
    """An origin is to be written into a field."""

    def items(self) -> str:
        session = self.session()
        assert session
        entry = form("/settings/revoke", "Go", {"csrf": session.csrf}, '<input name="origin">')
        return super().items() + entry.replace("<form", '<form id="end"')


class DoesNothing(Pages):
    """The button is there, and the token lives on."""

    def revoke(self) -> Answer:
        self.act()
        return page("Done", "")


def written(folder: Path, backpack: PlainBackpack, recipe: str = "") -> None:
    """A target.toml and an adapter for a Backpack."""
    (folder / "target.toml").write_text(f'url = "{backpack.root}"\n{EARNERS}{recipe}')
    (folder / "mine.py").write_text(ADAPTER.replace("URL", backpack.root))


def examined(folder: Path, *words: str) -> tuple[Ended, str]:
    """How `doctor` ended, and what it says of revocation."""
    ended = run_command("doctor", *words, cwd=folder)
    lines = ended.out.partition("revocation")
    return ended, " ".join((lines[0][-5:] + lines[2].partition("\nok")[0]).split())


def test_doctor_takes_a_permission_back(tmp_path):
    """The revoked token is refused; every account has its own line."""
    with ForeignBackpack(Pages) as backpack:
        written(tmp_path, backpack)
        ended, line = examined(tmp_path)
    assert ended.code == 0, ended.out
    assert line.startswith("ok revoke http://127.0.0.1:")
    assert "the access token is refused with 401" in line
    accounts = [line.split() for line in ended.out.splitlines() if line.startswith("  earners")]
    assert [account[1:] for account in accounts] == [
        ["ada@example.org", "target.toml:3"],
        ["grace@example.org", "target.toml:7"],
    ]


def test_a_settings_page_without_a_way_is_bad(tmp_path):
    """The message says what was expected and what is there, and that a run can begin."""
    with ForeignBackpack(WithoutButtons) as backpack:
        written(tmp_path, backpack)
        ended, line = examined(tmp_path)
    assert ended.code == 0, ended.out
    assert line.startswith("BAD revoke http://127.0.0.1:")
    assert "it contains: no form" in line
    assert "change: " in line
    assert "[[revoke]]" in line
    assert ended.out.rstrip().endswith(
        "A run can start, but cannot test everything: change what is BAD."
    )


def test_a_button_that_does_nothing_is_the_backpacks_fault(tmp_path):
    """A run will say so."""
    with ForeignBackpack(DoesNothing) as backpack:
        written(tmp_path, backpack)
        _, line = examined(tmp_path)
    assert line.startswith("note revoke http://127.0.0.1:")
    assert "the access token still works: 200" in line


@pytest.mark.parametrize(
    ("pages", "recipe", "words", "first"),
    [
        (OneForm, RECIPE, (), "passed"),
        (WithoutButtons, "", ("--adapter", "mine:Adapter"), "untested"),
    ],
    ids=["recipe", "adapter"],
)
def test_what_comes_of_a_revocation_is_judged(tmp_path, pages, recipe, words, first):
    """By a recipe; and where the pages grant and only the adapter can revoke."""
    with ForeignBackpack(pages) as backpack:
        written(tmp_path, backpack, recipe)
        ended, line = examined(tmp_path, *words)
        assert line.startswith("ok revoke"), ended.out
        selected = ("--select", "revoke-ends-the-grant", "--allow-incomplete", "--out", "out")
        run = run_command("run", *words, *selected, cwd=tmp_path)
    lines = map(json.loads, (tmp_path / "out" / "record.jsonl").read_text().splitlines())
    findings = [finding for line in lines for finding in line.get("findings", ())]
    outcomes = {finding["requirement"]: finding["outcome"] for finding in findings}
    assert outcomes == {
        "BC-REVOKE-01": first,
        "BC-AUTH-14": "passed",
        "BC-REVOKE-02": "passed",
        "BC-REVOKE-06": "passed",
        "BC-TOKEN-14": "passed",
    }, run.out
