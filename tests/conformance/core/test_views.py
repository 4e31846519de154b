"""Whatever is found in a decoded text leads back to its place in the source."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from conformance.core.redaction.secrets import Secrets
from conformance.core.redaction.views import BLOCK, Positions, decoded, layers, skeleton

FOLDED = "a9ßİŉﬃ\u0345_-é \u0301"
"""Letters that are folded to several, a mark that is folded to a letter, and what is dropped."""
ESCAPED = (
    *("a", "é", " ", "%41", "%C3%A9", "%2541", "%25252541", "&amp;", "&#65;", "&amp;#65;", "&ampx"),
    *("\\u0041", "\\/", "\\\\u0041", "\\ud83d\\ude00", "\\x41", "%5Cu0041"),
)
SECRET = "secretsecret1234"


@given(st.text() | st.text(FOLDED, max_size=3 * BLOCK))
@example("x" * BLOCK + "-" * BLOCK + "ß" * BLOCK)
def test_each_character_of_a_skeleton_has_its_place(text):
    """Also of those that a letter is folded to."""
    folded = [
        (letter, place)
        for place, character in enumerate(text)
        for letter in character.casefold()
        if letter.isalnum()
    ]
    positions = Positions.of(text)
    found = [(letter, positions[place]) for place, letter in enumerate(skeleton(text))]
    assert found == folded


@given(st.lists(st.sampled_from(ESCAPED), max_size=12).map("".join))
def test_a_decoded_character_stands_where_its_escape_does(text):
    """Through all layers: the source there, decoded as often, is or holds the character."""
    for number, view in enumerate(layers(text)):
        end_before = 0
        for place, character in enumerate(view.text):
            start, stop = view.span(place, place + 1)
            part = text[start:stop]
            for _ in range(number):
                part = decoded(part)
            assert character in part
            assert text[end_before:start] == "" or start < end_before  # nothing lies between
            end_before = stop


@pytest.mark.parametrize("count", [1, 3, 8, 200])
@pytest.mark.parametrize("mark", ["\u0345", "ß", "İ", "ŉ", "\u0301", "é"])
def test_letters_that_are_folded_move_no_secret(mark, count):
    """As U+0345 did, which is no letter and is folded to one."""
    secrets = Secrets()
    secrets.add(SECRET, "token")
    shown = secrets.text(f"{mark * count} x {SECRET} tail")
    assert shown == f"{mark * count} x «token 1» tail"
