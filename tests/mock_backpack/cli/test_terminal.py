"""Output of the mock's commands never controls the terminal."""

import json

import pytest

from mock_backpack.cli.terminal import json_text, one_line, readable
from tests.mock_backpack.cli.test_validate import site, validate
from tests.mock_backpack.hand_issuer import good_badge

__all__ = ["site"]
HOSTILE = "Best\x1b[2J\x1b]0;owned\x07 \u202egnp.exe\u2028wrong  all\x9b31m"
HARMFUL = set("\x1b\x07\u202e\u2028\x9b\u200b")


def hostile_badge(site):
    """The URL of a badge whose texts a stranger has made for the terminal of a reader."""
    badge = good_badge(site)
    badge.badge_class["name"] = HOSTILE
    badge.assertion["issuedOn"] = HOSTILE
    return badge.publish()


@pytest.mark.slow
@pytest.mark.parametrize("words", [(), ("--json",)])
def test_the_text_of_a_badge_is_harmless(site, words):
    """No escape sequence, no mark of direction, no end of a line that is not ours."""
    _, out, err = validate(hostile_badge(site), *words)
    assert HARMFUL & set(out + err) == set()
    assert "owned" in out


@pytest.mark.slow
def test_json_keeps_the_value(site):
    """A program reads what the badge says, character by character."""
    _, out, _ = validate(hostile_badge(site), "--json")
    assert any(json.loads(out))
    assert json.loads(json_text(json.dumps(HOSTILE, ensure_ascii=False))) == HOSTILE


@pytest.mark.slow
def test_a_usage_error_is_harmless():
    """It repeats what may have been pasted from a page."""
    code, _, err = validate("no\x1b[31m\u202efile")
    assert code == 2
    assert HARMFUL & set(err) == set()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, ä\tand\nmore", "plain, ä\tand\nmore"),
        ("a\x1bb", "a⟨U+001B⟩b"),
        ("a\udcffb", "a\\xffb"),
        ("a\ud800b", "a⟨U+D800⟩b"),
        ("a\r\nb", "a\nb"),
    ],
)
def test_each_harmful_character_is_named(text, shown):
    """An undecodable byte as itself."""
    assert readable(text) == shown
    assert "\n" not in one_line(text)
