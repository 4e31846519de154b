"""Values that a text names as secret: a quick search finds all that a slow pattern finds."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from conformance.core.redaction.named import SECRET_NAME, named_secrets, secret_names

SLOW = re.compile(r"(?<![\w-])" + SECRET_NAME.pattern, re.IGNORECASE)
"""Tried at each character of a text."""
PIECES = st.sampled_from(
    [
        *("token", "Secret", "PASSWORD", "api_key", "api-key", "key", "sess_id", "session", "pass"),
        *("\u017fecret", "\u0130", "ß", "credential", "x", "a.b.", "-", "_", "[", "]", " ", "\n"),
        *("=", ":", "=>", ">", "<", '"', "'", "\\", "&", ",", "y" * 39, "value", '="v w"', "='v'"),
    ]
)


@given(st.lists(PIECES, max_size=24).map("".join))
@example("x" * 40 + "api_key=value")
@example("x" * 41 + "api_key=value")
@example("a." + "x" * 39 + "token=value")
@example("\u0130\u0130 token=value")
@example("token=secret=value, token: token=value")
def test_the_quick_search_finds_what_the_pattern_finds(text):
    quick = [(match.end(), match.lastgroup) for match in secret_names(text)]
    slow = [(match.end(), match.lastgroup) for match in SLOW.finditer(text)]
    assert quick == slow


@pytest.mark.parametrize("prefix", ["", "my.", "x" * 40, "\u0130", "not-"])
def test_a_name_may_begin_with_other_words(prefix):
    values = [value for _, value in named_secrets(f'{{"{prefix}api_key": "f00ba4"}}')]
    assert values == ["f00ba4"]
