"""Guessable values are distinguished from others."""

import secrets
import string

import pytest

from conformance.scenario.expectations.entropy import guessing_bits

LETTERS = string.ascii_letters + string.digits


@pytest.mark.parametrize(
    ("make", "bits"),
    [
        pytest.param(lambda: secrets.token_hex(8), 64, id="16 hex"),
        pytest.param(lambda: secrets.token_hex(16), 128, id="32 hex"),
        pytest.param(lambda: secrets.token_urlsafe(16), 128, id="22 base64"),
        pytest.param(lambda: f"v1.{secrets.token_hex(16)}.x", 128, id="between fixed ends"),
        pytest.param(
            lambda: "".join(secrets.choice(LETTERS) for _ in range(22)), 128, id="22 letters"
        ),
    ],
)
def test_good_random_texts_are_never_accused(make, bits):
    """Four texts of enough bits are worth them, a thousand times over."""
    for _ in range(1_000):
        assert guessing_bits([make() for _ in range(4)]) >= bits


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param(["salt", "salt"], id="the same"),
        pytest.param(["1403784577001", "1403784577935"], id="a clock"),
        pytest.param(["token-000041", "token-000042", "token-000043"], id="a counter"),
        pytest.param(["x7-0000000000000001", "x8-0000000000000001"], id="a short beginning"),
        pytest.param(
            ["a+9c1f6e02ab3477aa0041", "r+9c1f6e02ab3477aa0042", "a+9c1f6e02ab3477aa0043"],
            id="two counters",
        ),
        pytest.param(["deadsea1", "9f3c2b1a"], id="too short"),
        pytest.param(["9c1f6e02ab3477aa", None], id="no text"),
        pytest.param(["9c1f6e02ab3477aa"], id="one alone"),
        pytest.param([], id="none"),
        pytest.param(["", "9c1f6e02ab3477aa"], id="an empty one"),
    ],
)
def test_what_can_be_guessed_is_worth_little(texts):
    """Clocks, counters, constants and short texts have no 64 bits."""
    assert guessing_bits(texts) < 64
