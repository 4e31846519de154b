"""JSON as RFC 8259 has it: what the quick way lets pass is what the careful way would."""

import pytest

from mock_backpack.strict_json import DEEPEST, NotJson, strict_json


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
