"""``backpack-conformance check`` says all that is wrong with all files, in one round."""

import json
from pathlib import Path

import pytest

from conformance.apis.choosing import api_of_folder
from conformance.apis.registry import DEFAULT
from conformance.cli import check
from conformance.cli.check import wrong_files
from conformance.core.resources import folder
from conformance.core.schemas import all_schemas
from tests.conformance.command import run_command
from tests.conformance.written import WRITTEN

pytestmark = pytest.mark.slow

AREA = """\
area: token
role: backpack
title: Tokens
requirements:
  - id: BC-TOKEN-1
    level: MUST
"""

BLOCK = """\
id: first
title: A badge was accepted
inputs: [token]
outputs: {url: $badge.url, who: $earner.ada.email}
steps:
  - host: {assertion: {version: "1.0"}}
    save: badge
  - issue: {token: $in.token, badge: $badge.url}
"""


def write(file: Path, content: str) -> Path:
    """A file with this content, in folders that are made for it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content)
    return file


def named(name: str) -> str:
    """The scenario under another id."""
    return WRITTEN.replace("id: mine", f"id: {name}")


def test_a_folder_is_checked_as_a_whole(tmp_path):
    """Every scenario below it and every file of a catalogue; nothing else that lies there."""
    write(tmp_path / "a" / "one.backpack.yaml", named("one").replace("refreshed", "refreshd"))
    write(tmp_path / "a" / "b" / "two.backpack.yaml", named("two").replace("title:", "titel:"))
    write(tmp_path / "right.backpack.yaml", named("right"))
    write(tmp_path / "requirements" / "token.yaml", AREA)
    write(tmp_path / "blocks" / "first.block.yaml", BLOCK.replace("title:", "titel:"))
    write(tmp_path / "package.json", "[]")
    write(tmp_path / "compose.yaml", "services: []")
    ended = run_command("check", ".", cwd=tmp_path)
    assert ended.code == 2
    assert ended.out == "5 files, 6 problems\n"
    places = [line.partition(": ")[0] for line in ended.err.splitlines()]
    assert sorted(places) == [
        "a/b/two.backpack.yaml:1:1",
        "a/b/two.backpack.yaml:2:1",
        "a/one.backpack.yaml:12:21",
        "blocks/first.block.yaml:1:1",
        "blocks/first.block.yaml:2:1",
        "requirements/token.yaml:5:5",
    ]


def test_a_file_is_checked_once(tmp_path):
    """By whatever names it was given."""
    file = write(tmp_path / "mine.backpack.yaml", WRITTEN)
    ended = run_command("check", ".", file.name, str(file), cwd=tmp_path)
    assert (ended.code, ended.out, ended.err) == (0, "1 file, 0 problems\n", "")


def test_two_scenarios_of_one_name_are_told(tmp_path):
    """Reports know a scenario by its id alone."""
    write(tmp_path / "a" / "mine.backpack.yaml", WRITTEN)
    write(tmp_path / "b" / "mine.backpack.yaml", WRITTEN)
    ended = run_command("check", ".", cwd=tmp_path)
    assert ended.code == 2
    assert ended.err.startswith(
        "b/mine.backpack.yaml: a/mine.backpack.yaml has the same name; names must be unique"
    )


def test_a_folder_without_scenarios_is_told(tmp_path):
    """Nothing was checked, and that is no success."""
    (tmp_path / "empty").mkdir()
    ended = run_command("check", "empty", cwd=tmp_path)
    assert ended.code == 2
    assert ended.err == "empty: expected *.backpack.yaml below it\n"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("mine.json", {"type": "strin"}, "mine.json: expected a JSON Schema: type: 'strin'"),
        (
            "mine.json",
            {"properties": {"a": {"format": "emial"}}},
            "mine.json: properties.a.format: no format is called 'emial'",
        ),
        ("mine.json", {"items": {"$ref": "#/$defs/a"}}, "mine.json: items.$ref: $ref: '#/$defs/a'"),
        (
            "mine.txt",
            {},
            "mine.txt: expected *.backpack.yaml, *.block.yaml, *.toml, *.json or",
        ),
        (
            "mine.yaml",
            {},
            "mine.yaml: expected *.backpack.yaml, *.block.yaml, *.toml, *.json or",
        ),
    ],
)
def test_a_file_of_another_kind_is_told(name, content, message, tmp_path):
    """Anything that would fail when it is used."""
    write(tmp_path / name, json.dumps(content))
    ended = run_command("check", name, cwd=tmp_path)
    assert ended.code == 2
    assert ended.err.startswith(message)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("id: first", "id: other", "1:1: id: expected 'first'"),
        ("$in.token", "$in.tokn", "8:13: unknown reference $in.tokn: did you mean token?"),
        ("$in.token", "$inn.token", "8:13: $inn is not saved by any earlier step: did you"),
        ("$in.token", "a", "3:1: $in.token is never used"),
        ("[token]", "[]", "8:13: unknown reference $in.token: $in has no members"),
        (
            "{url: $badge.url",
            "{url: $badge.ulr",
            "4:11: unknown reference $badge.ulr: did you mean",
        ),
        ("{url: $badge.url", "{url: $bdge.url", "4:11: $bdge is not saved by any earlier step"),
        ("ada.email", "grace.email", "4:28: no earlier step has an earner 'grace'"),
        ('{version: "1.0"}', "{flaw: issuer-44}", "6:24: no flaw is called 'issuer-44'"),
        ("badge: $badge.url", "badge: $each.url", "8:31: $each is not saved by any earlier step"),
        ("host:", "hst:", "6:5: steps.0.hst: expected one of"),
    ],
)
def test_a_block_is_checked_like_a_scenario(old, new, message, tmp_path):
    """Its names, its inputs, what it gives back."""
    assert old in BLOCK
    file = write(tmp_path / "first.block.yaml", BLOCK.replace(old, new))
    problems = [str(error).partition(".yaml:")[2] for error in wrong_files([file])]
    assert any(problem.startswith(message) for problem in problems), problems


def test_a_right_block_has_no_problems(tmp_path):
    """The valid block that the other tests change."""
    assert list(wrong_files([write(tmp_path / "first.block.yaml", BLOCK)])) == []


@pytest.mark.parametrize(
    ("term", "problems"),
    [
        ("absent: $first.url", []),
        ("absent: $earner.ada.email", []),
        ("absent: $first.uid", ["8:21: unknown reference $first.uid: expected one of url, who"]),
        ("absent: $badge.url", ["8:21: $badge is not saved by any earlier step"]),
    ],
)
def test_a_scenario_knows_what_its_block_gives_back(term, problems, tmp_path):
    """A scenario sees the outputs of its block, and the people that it names; nothing else."""
    write(tmp_path / "blocks" / "first.block.yaml", BLOCK)
    file = write(
        tmp_path / "mine.backpack.yaml",
        "id: mine\ntitle: Mine\nsteps:\n"
        "  - use: {block: first, with: {token: a}}\n    save: first\n"
        "  - identity: {token: $first.url}\n    expect:\n"
        f"      BC-IDENT-01: {{{term}}}\n",
    )
    assert [str(error).partition(".yaml:")[2] for error in wrong_files([file])] == problems


def test_what_is_shipped_is_right():
    """Scenarios, catalogue, and the schemas of all."""
    schemas = [str(folder("schemas") / f"{name}.json") for name in all_schemas()]
    ended = run_command("check", str(folder("scenarios")), *schemas)
    assert (ended.code, ended.err) == (0, "")


def test_a_scenario_is_of_the_api_whose_folder_it_is_in(tmp_path):
    """``scenarios/<folder of the api>/``, however deep; anywhere else it is of the default."""
    for file, api in [
        ("scenarios/badge_connect/a/b/mine.backpack.yaml", "ob2.1"),
        (f"scenarios/badge_connect/{DEFAULT.name}/mine.backpack.yaml", "ob2.1"),
        (f"scenarios/{DEFAULT.name}/mine.backpack.yaml", DEFAULT.name),
        ("scenarios/mine.backpack.yaml", DEFAULT.name),
        ("badge_connect/mine.backpack.yaml", DEFAULT.name),
    ]:
        assert (api_of_folder(tmp_path / file) or DEFAULT.name) == api


def test_an_api_that_is_named_comes_before_the_folder(tmp_path):
    """A verb that it does not have is a problem in its scenarios only."""
    file = write(tmp_path / "scenarios" / "badge_connect" / "mine.backpack.yaml", WRITTEN)
    assert list(check.wrong_files([file], DEFAULT.name)) == []
    for api in (None, "ob2.1"):
        assert list(check.wrong_files([file], api)) != []
