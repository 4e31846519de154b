"""Files that people wrote are read with the place of everything in them."""

from contextlib import nullcontext
from pathlib import Path

import pytest

from conformance.core import documents
from conformance.core.documents import Document, read_json, read_text, read_yaml
from conformance.core.errors import AuthoringError, Place
from conformance.core.resources import folder

WRITTEN = """\
id: one
steps:
  - connect: {earner: ada}
    save: grant
  - issue:
      token: $grant.access_token
"""

BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10)
)
"""Ten short lines that stand for three thousand million values."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file to be written."""
    return tmp_path / "file.yaml"


def written(file: Path, content: str | bytes) -> Path:
    """The file with this content."""
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def yaml_of(file: Path, content: str | bytes) -> Document:
    """The document for this content."""
    return read_yaml(written(file, content))


@pytest.mark.parametrize(
    ("path", "line", "column"),
    [
        ((), 1, 1),
        (("id",), 1, 1),
        (("steps",), 2, 1),
        (("steps", 0), 3, 5),
        (("steps", 0, "connect"), 3, 5),
        (("steps", 0, "connect", "earner"), 3, 15),
        (("steps", 0, "save"), 4, 5),
        (("steps", 1, "issue", "token"), 6, 7),
    ],
)
def test_a_part_stands_where_its_key_stands(file, path, line, column):
    """Lines and columns count from 1, and a member is where its key begins."""
    assert yaml_of(file, WRITTEN).place(path) == Place(str(file), line, column)


def test_items_of_a_list_have_places_of_their_own(file):
    """Each value of a list is found by its index."""
    document = yaml_of(file, "needs: [clock,  revoke]\n")
    assert [document.place(("needs", index)).column for index in (0, 1)] == [9, 17]


@pytest.mark.parametrize(
    ("path", "line"), [(("steps", 1, "issue", "badge"), 5), (("steps", 7), 2), (("nothing",), 1)]
)
def test_a_part_that_is_not_there_stands_where_the_nearest_does(file, path, line):
    """A missing member is reported at the object that should have it."""
    assert yaml_of(file, WRITTEN).place(path).line == line


def test_an_empty_file_has_a_place(file):
    """The place of an empty file is its beginning."""
    document = yaml_of(file, "# only a comment\n")
    assert (document.value, str(document.place())) == (None, f"{file}:1:1")


def test_lines_of_windows_are_counted_as_others(file):
    """CR LF ends one line, not two."""
    assert yaml_of(file, "a: 1\r\nb:\r\n  c: 2\r\n").place(("b", "c")).line == 3


@pytest.mark.parametrize("word", ["yes", "no", "on", "off", "y", "n", "Yes", "12:30", "1.2.3"])
def test_words_stay_text(file, word):
    """YAML 1.2: only ``true`` and ``false`` are booleans, and a time is a text."""
    assert yaml_of(file, f"a: {word}\n").value == {"a": word}


@pytest.mark.parametrize(
    ("written_as", "value"),
    [
        ("true", True),
        ("null", None),
        ("~", None),
        ("7", 7),
        ("010", 10),
        ("0.5", 0.5),
        ('"7"', "7"),
        ("[1, a]", [1, "a"]),
        ("{}", {}),
    ],
)
def test_values_have_the_types_of_json(file, written_as, value):
    """Numbers, booleans, null, lists and mappings are what they look like."""
    assert yaml_of(file, f"a: {written_as}\n").value == {"a": value}


def test_keys_are_always_texts(file):
    """A key that looks like a number is the name of a row too."""
    assert yaml_of(file, "0.5: a\n7: b\ntrue: c\n").value == {"0.5": "a", "7": "b", "true": "c"}


@pytest.mark.parametrize(
    ("content", "place"),
    [
        pytest.param("a: 1\nb: 2\na: 3\n", "3:1: duplicate key 'a'", id="same key"),
        pytest.param("x:\n  - {b: 1, b: 1}\n", "2:12: duplicate key 'b'", id="nested same key"),
        pytest.param("a:\n\tb: 1\n", "2:1: expected YAML: found character '\\t'", id="tab"),
        pytest.param("a: 1\n---\nb: 2\n", "2:1: expected YAML: but found another", id="two"),
        pytest.param("a: [1,\nb: 2\n", "3:1: expected YAML: expected", id="bracket not closed"),
        pytest.param("a: *other\n", "1:4: expected YAML: found undefined alias", id="alias"),
        pytest.param("a: !!python/object:os.system x\n", "1:4: expected YAML: could", id="tag"),
        pytest.param("a: b: c\n", "1:5: expected YAML: mapping values", id="two colons"),
    ],
)
def test_what_is_no_yaml_is_told_with_line_and_column(file, content, place):
    """``file:line:column``, and what is wrong there."""
    with pytest.raises(AuthoringError) as caught:
        yaml_of(file, content)
    assert str(caught.value).startswith(f"{file}:{place}")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param("a: \x00b\n", "#x0000", id="NUL"),
        pytest.param("a: \x07b\n", "#x0007", id="bell"),
        pytest.param("[" * 20_000, "expected YAML", id="deep and open"),
        pytest.param(BOMB, "expected at most 50000 values", id="aliases of aliases"),
        pytest.param("- &a b\n" * 60_000, "expected at most 262144 characters", id="many anchors"),
        pytest.param("[" * 20_000 + "]" * 20_000, "expected YAML", id="deep"),
        pytest.param("- " * 100_000 + "x", "expected YAML", id="deep in blocks"),
        pytest.param("{a: " * 50_000, "expected YAML", id="deep in mappings"),
        pytest.param("a: &a [*a]\n", "expected YAML", id="a list in itself"),
        pytest.param("a: \xe9\n".encode("latin-1"), "expected UTF-8", id="Latin-1"),
        pytest.param("a: 1\n".encode("utf-16"), "expected UTF-8", id="UTF-16"),
    ],
)
def test_a_hostile_file_is_refused_by_its_name(file, content, message):
    """Text that no editor would show is an error in the file, never a crash."""
    with pytest.raises(AuthoringError) as caught:
        yaml_of(file, content)
    assert str(caught.value).startswith(f"{file}:")
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "scalar",
    [
        pytest.param("2020-13-45", id="no day"),
        pytest.param("9" * 5000, id="5000 digits"),
        pytest.param("!!int seven", id="int"),
        pytest.param("!!bool maybe", id="bool"),
        pytest.param("!!float x", id="float"),
    ],
)
def test_a_scalar_that_is_no_value_is_told_with_its_place(file, scalar):
    """A date that no calendar has is an error of the file as any other."""
    with pytest.raises(AuthoringError) as caught:
        yaml_of(file, f"a: 1\nb: {scalar}\n")
    assert str(caught.value).startswith(f"{file}:2:")


@pytest.mark.parametrize(
    ("content", "place"),
    [
        pytest.param('{"a": 1,\n "b": }', "2:7: expected JSON: Expecting value", id="no value"),
        pytest.param("", "1:1: expected JSON", id="empty"),
        pytest.param("{}\n{}", "2:1: expected JSON: Extra data", id="two values"),
        pytest.param('{"a": "\x00"}', "1:8: expected JSON: Invalid control", id="NUL"),
        pytest.param("\ufeff{}", "1:1: expected JSON", id="byte order mark"),
    ],
)
def test_what_is_no_json_is_told_with_line_and_column(file, content, place):
    """``file:line:column``, as for YAML."""
    with pytest.raises(AuthoringError) as caught:
        read_json(written(file, content))
    assert str(caught.value).startswith(f"{file}:{place}")


@pytest.mark.parametrize("content", ["[" * 100_000, "9" * 5000], ids=["deep", "5000 digits"])
def test_json_beyond_all_bounds_is_refused_by_its_name(file, content):
    """Deep nesting and huge numbers are errors of the file, never a crash."""
    with pytest.raises(AuthoringError, match="expected JSON"):
        read_json(written(file, content))


@pytest.mark.parametrize("read", [read_text, read_yaml, read_json])
@pytest.mark.parametrize(
    ("name", "reason"),
    [("none.yaml", "No such file"), (".", "Is a directory")],
    ids=["none", "dir"],
)
def test_what_cannot_be_read_is_told_by_name(tmp_path, read, name, reason):
    """A missing file and a folder are named, with the reason of the system."""
    with pytest.raises(AuthoringError, match=f"cannot be read: {reason}") as caught:
        read(tmp_path / name)
    assert caught.value.place == Place(str(tmp_path / name))


def test_a_file_below_the_working_directory_is_shown_from_there(file, monkeypatch):
    """An editor opens ``file.yaml:1:1`` relative to the working directory."""
    monkeypatch.chdir(file.parent)
    assert str(yaml_of(file, "a: 1\n").place()) == "file.yaml:1:1"


@pytest.mark.slow
def test_both_parsers_read_the_same(monkeypatch):
    """libyaml, where it is there, gives values and places of YAML 1.2."""
    files = sorted(folder("scenarios").rglob("*.yaml"))
    fast = [read_yaml(file) for file in files]
    monkeypatch.setattr(documents, "MOST_LEVELS", 0)
    assert fast == [read_yaml(file) for file in files]


def test_what_only_yaml_1_2_allows_is_read(file):
    """libyaml refuses it."""
    assert yaml_of(file, "a: {b: one::two, c: [x:y]}\n").value == {
        "a": {"b": "one::two", "c": ["x:y"]}
    }


def test_no_shipped_scenario_needs_the_slow_parser(monkeypatch):
    """It takes as long for one file as libyaml for all."""
    monkeypatch.setattr(documents, "suppress", lambda *_: nullcontext())
    for file in folder("scenarios").rglob("*.yaml"):
        read_yaml(file)
