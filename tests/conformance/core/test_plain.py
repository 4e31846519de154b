"""Nothing that a stranger has written is obeyed where it is shown."""

import json
import sys
import unicodedata

import pytest

from conformance.core.plain import UNSEEN, json_text, one_line, readable
from conformance.core.terminal import say

HOSTILE = "\x1b]0;OWNED\x07\x1b[31mred\x1b[2K\x9b2J \u202eleft \u200bzero \ufeff \x00 \x7f \ud800"
CATEGORIES = {"Cc", "Cf", "Cs", "Zl", "Zp"}


@pytest.mark.slow
def test_all_that_acts_or_is_not_seen_is_named():
    """Of every character that this version of Unicode knows."""
    for number in range(sys.maxunicode + 1):
        character = chr(number)
        is_harmful = unicodedata.category(character) in CATEGORIES and character not in "\t\n"
        if is_harmful:
            assert UNSEEN.match(character), hex(number)
        elif character.isprintable():
            assert not UNSEEN.match(character), hex(number)


def test_a_text_is_shown_with_what_would_have_acted():
    """By number, so that the reader sees the original character."""
    assert readable("a\x1b[1A") == "a⟨U+001B⟩[1A"
    assert readable("two\r\nlines\tand Grüße, 木, 🎓") == "two\nlines\tand Grüße, 木, 🎓"
    assert one_line("FAIL\npass  BC-TOKEN-01") == "FAIL⟨U+000A⟩pass  BC-TOKEN-01"


@pytest.mark.parametrize("colour", [None, "red"])
def test_a_terminal_obeys_nothing_of_it(capsys, colour):
    """Only our own colours are left."""
    say(HOSTILE, colour=colour)
    printed = capsys.readouterr().out
    assert (
        UNSEEN.search(printed.replace("\x1b[31m", "").replace("\x1b[1m", "").replace("\x1b[0m", ""))
        is None
    )
    assert "OWNED" in printed


def test_json_keeps_the_value_and_no_character_that_acts():
    """Printing the file has no effect on a terminal."""
    written = json_text({HOSTILE: [HOSTILE]})
    assert UNSEEN.search(written) is None
    assert json.loads(written) == {HOSTILE: [HOSTILE]}
