"""JSON as RFC 8259 has it: what the quick way lets pass is what the careful way would."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_backpack.core import strict_json as module
from mock_backpack.core.strict_json import DEEPEST, NotJson, json_bytes, strict_json

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(10**17, 10**25)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(
    "text",
    [
        "1e999",
        "[-1E+400]",
        '{"a": [1e00309]}',
        f"{'9' * 299}e50",
        f"{'9' * 200}e199",
        f"{'9' * 400}.0",
        "NaN",
        "-Infinity",
        r'"\ud800"',
        r'{"\uDFFF": 1}',
        "[" * (DEEPEST + 1) + "]" * (DEEPEST + 1),
        '{"a":' * (DEEPEST + 1) + "1" + "}" * (DEEPEST + 1),
        "",
        "{",
        "[1,]",
    ],
)
def test_what_cannot_be_worked_with_is_refused(text):
    """Numbers without end, halves of surrogate pairs, deep nesting, no JSON."""
    with pytest.raises(NotJson, match="expected"):
        strict_json(text.encode())


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r'"\uD83D\uDE00"', "😀"),
        ("1.5e308", 1.5e308),
        (f"{'9' * 199}e99", float(f"{'9' * 199}e99")),
        ('"sha256$3e999"', "sha256$3e999"),
        ("[" * DEEPEST + "]" * DEEPEST, None),
        ("[[],[]]" + " " * 100, [[], []]),
        (f"[{','.join(['{}'] * 100)}]", [{}] * 100),
    ],
)
def test_what_only_looks_suspicious_is_read(text, value):
    """Width is no depth, digits in a text are no number."""
    read = strict_json(text.encode())
    assert value is None or read == value


def read(content: bytes) -> Any:
    """The value of bytes, or why there is none."""
    try:
        return repr(strict_json(content))
    except NotJson as error:
        return f"refused: {error}"


def read_with_care(content: bytes, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The same, by the way that is taken for what is unusual."""
    with monkeypatch.context() as patch:
        patch.setattr(module, "is_usual", lambda _shape: False)
        return read(content)


@pytest.mark.slow
@given(value=VALUES, is_ascii=st.booleans(), indent=st.sampled_from([None, 1]))
def test_both_ways_read_the_same(value, is_ascii, indent):
    """Long numbers, any Unicode, any layout."""
    content = json.dumps(value, ensure_ascii=is_ascii, indent=indent).encode()
    with pytest.MonkeyPatch.context() as patch:
        assert read(content) == read_with_care(content, patch) == repr(value)


@pytest.mark.slow
@given(value=VALUES, at=st.integers(0, 200), byte=st.integers(0, 255), more=st.integers(0, 1))
def test_both_ways_refuse_the_same(value, at, byte, more):
    """A byte that is put in or changed somewhere."""
    content = bytearray(json.dumps(value).encode())
    at %= len(content)
    content[at : at + 1 - more] = bytes([byte])
    with pytest.MonkeyPatch.context() as patch:
        assert read(bytes(content)) == read_with_care(bytes(content), patch)


@pytest.mark.slow
@given(VALUES)
def test_what_is_written_is_read_again(value):
    """Whole numbers of any length come back as they were, too."""
    again = strict_json(json_bytes(value))
    assert repr(again) == repr(value)


@pytest.mark.parametrize("digits", [17, 18, 19, 20, 30])
def test_long_numbers_stay_exact(digits):
    """No digit of an integer is lost, in any context."""
    number = int("9" * digits)
    for content in (f"{number}", f"[-{number}]", f'{{"a":{number},"b":"{number}"}}'):
        seen = strict_json(content.encode())
        assert json.loads(content) == seen
        assert str(number) in json_bytes(seen).decode()
