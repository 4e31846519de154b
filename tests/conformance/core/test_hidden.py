"""Hidden form values are secret exactly where a stranger must not know them."""

import json

import pytest

from conformance.core.redaction.hidden import hidden_secrets
from conformance.pytest_plugin.measured import open_scenario_line, scenario_line
from tests.conformance.records import exchange, result

RAILS = "Nq3v/8rW+aa0Pz2kQ5hYw1Zf7uJ9sTg4xVb6mEcLoIo="
HTML = ("Content-Type", "text/html; charset=utf-8")


@pytest.mark.parametrize(
    ("page", "value"),
    [
        ('<input type="hidden" name="csrf" value="0a1b2c3d4e5f6071">', "0a1b2c3d4e5f6071"),
        (f"<INPUT VALUE='{RAILS}' NAME=authenticity_token TYPE=HIDDEN>", RAILS),
        ("<input type=hidden name=_token value=abcdefgh>", "abcdefgh"),
        ("<input type=hidden name=x value=2f7c1d8e-55aa-4b0c-9f21-3e9d6b7a0c11>", None),
        ('<meta name="csrf-token" content="Zm9v&#43;YmFy4711">', "Zm9v+YmFy4711"),
        ('<input type=hidden name=csrf value="/starts/4with/slash+">', "/starts/4with/slash+"),
        ("<input\ntype = 'hidden'\nname = nonce\nvalue = 'k3J9x-q_Lm2'\n/>", "k3J9x-q_Lm2"),
    ],
)
def test_a_token_of_a_form_is_a_secret(page, value):
    """In any HTML notation, and even if only the shape of the value shows it."""
    found = list(hidden_secrets(page))
    assert len(found) == 1
    assert found[0] == (value or found[0])


@pytest.mark.parametrize(
    "field",
    [
        'name="scope" value="issue"',
        'name="keep" value="1"',
        'name="agree" value="yes"',
        'name="csrf" value="1"',
        'name="callback" value="http://127.0.0.1:37505/callback/F4nKGYCHycxw"',
        'name="origin" value="https://issuer.example"',
        'name="then" value="/access?callback=http%3A%2F%2F127.0.0.1%3A1&amp;scope=issue"',
        'name="grant_type" value="authorization_code"',
        'name="title" value="The badges of 4 schools in town"',
        'name="token" value=""',
    ],
)
def test_an_ordinary_value_is_none(field):
    """A report in which every ``issue`` is hidden could not be read."""
    assert list(hidden_secrets(f'<input type="hidden" {field}>')) == []


def test_what_everybody_sees_is_none():
    """A field that an earner fills in, a description, a script."""
    page = (
        '<input name=csrf value="0a1b2c3d4e5f6071"><meta name=description content="0a1b2c3d4e5f60">'
        "<script>const token = '0a1b2c3d4e5f6071'</script>"
    )
    assert list(hidden_secrets(page)) == []


def test_a_hidden_value_is_hidden_wherever_it_stands():
    """On its page and in requests that send it; other values stay."""
    page = f'<input type=hidden name=t value="{RAILS}"><input type=hidden name=scope value=issue>'
    sent = exchange(2, f"t={RAILS}&scope=issue".encode())
    line = scenario_line("connect", result(exchanges=[exchange(1, page.encode(), HTML), sent]), 0.5)
    written = json.dumps(line, ensure_ascii=False)
    assert RAILS not in written
    assert "t=«hidden value 1»&scope=issue" in written


def test_nothing_is_hidden_when_secrets_are_to_be_shown():
    """For debugging of tokens."""
    page = f'<input type=hidden name=t value="{RAILS}">'
    line = open_scenario_line("connect", result(exchanges=[exchange(1, page.encode(), HTML)]), 0.5)
    assert RAILS in json.dumps(line)
