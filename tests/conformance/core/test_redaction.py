"""Secrets are replaced by stable names, in all usual encodings."""

import base64
import json
import string
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.core.exchange import Answer, Exchange, Request
from conformance.core.redaction.secrets import Secrets
from conformance.core.redaction.vault import Vault
from conformance.core.redaction.words import SHORTEST, is_weak

TOKEN = "a+b/c=d~e?f>g"
"""Its base64 has padding, and differs in the URL-safe alphabet."""
EMAIL = "ada+badges@example.org"


def encoded(text: str) -> str:
    """The base64 of a text."""
    return base64.b64encode(text.encode()).decode()


def url_safe(text: str) -> str:
    """The same in the URL-safe alphabet."""
    return base64.urlsafe_b64encode(text.encode()).decode()


def knowing(*values: str, kind: str = "token") -> Secrets:
    """Secrets with these values."""
    secrets = Secrets()
    for value in values:
        secrets.add(value, kind)
    return secrets


FORMS = {
    "raw": str,
    "percent-encoded": lambda text: quote(text, safe=""),
    "percent-encoded path": quote,
    "form-encoded": quote_plus,
    "base64": encoded,
    "base64 without padding": lambda text: encoded(text).rstrip("="),
    "URL-safe base64": url_safe,
    "URL-safe base64 without padding": lambda text: url_safe(text).rstrip("="),
    "base64, percent-encoded": lambda text: quote(encoded(text), safe=""),
    "base64 of base64": lambda text: encoded(encoded(text)),
    "base64 of base64 without padding": lambda text: encoded(encoded(text)).rstrip("="),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("secret", [TOKEN, EMAIL, "with blank&more", "Grüße, Ada"])
def test_a_secret_is_replaced_in_each_usual_form(secret, form):
    """Raw, percent-encoded, base64 and base64 of base64 are one secret."""
    shown = knowing(secret).redacted(f"<{form(secret)}>")
    assert form(secret) not in shown
    assert shown.startswith("<«token 1")
    assert shown.endswith("»>")


@pytest.mark.parametrize(
    ("form", "name"),
    [
        (TOKEN, "«token 1»"),
        (quote(TOKEN, safe=""), "«token 1, percent-encoded»"),
        (encoded(TOKEN), "«token 1, base64»"),
        (encoded(encoded(TOKEN)), "«token 1, base64 of base64»"),
    ],
)
def test_the_name_says_the_form(form, name):
    """A report shows whether a token was sent in the right encoding."""
    assert knowing(TOKEN).redacted(f"Bearer {form}") == f"Bearer {name}"


def test_names_are_numbered_by_kind():
    """The second access token is another name than the first, and each keeps its own."""
    secrets = Secrets()
    for value, kind in (("first-one", "access_token"), ("second-one", "access_token")):
        secrets.add(value, kind)
    secrets.add("third-one", "refresh_token")
    secrets.add("first-one", "access_token")
    assert secrets.redacted(["second-one", "first-one", "third-one"]) == [
        "«access_token 2»",
        "«access_token 1»",
        "«refresh_token 1»",
    ]


def test_a_secret_learned_late_is_replaced():
    """Learning one more does not wait for a new beginning."""
    secrets = knowing("first-one")
    assert secrets.redacted("second-one") == "second-one"
    secrets.add("second-one", "token")
    assert secrets.redacted("second-one") == "«token 2»"


@pytest.mark.parametrize(
    "values", [("secret-1", "secret-12"), ("secret-12", "secret-1")], ids=["short first", "long"]
)
def test_the_longest_secret_is_replaced_first(values):
    """No end of a secret stays behind because another one is its beginning."""
    names = knowing(*values).redacted("secret-12 secret-1").split(" «")
    assert sorted(names) == ["token 1»", "«token 2»"] or sorted(names) == ["token 2»", "«token 1»"]


def test_secrets_are_replaced_however_deep_they_stand():
    """Lists, tuples and mappings are walked; other values stay as they are."""
    value = {"a": [f"x{TOKEN}", (TOKEN, 7)], "b": {"c": None, "d": TOKEN}}
    assert knowing(TOKEN).redacted(value) == {
        "a": ["x«token 1»", ["«token 1»", 7]],
        "b": {"c": None, "d": "«token 1»"},
    }


def test_keys_of_mappings_are_replaced_too():
    """A target may answer with a token as the name of a member."""
    assert knowing(TOKEN).redacted({TOKEN: 1}) == {"«token 1»": 1}


@pytest.mark.parametrize("value", ["", "a", "123", "x" * (SHORTEST - 1)])
def test_a_short_value_is_left_alone(value):
    """A token ``a`` would make the report unreadable."""
    assert knowing(value).redacted(f"access {value} token") == f"access {value} token"


@pytest.mark.parametrize("value", [None, 7, ["a long secret"], {"a": "long secret"}])
def test_what_is_no_text_is_no_secret(value):
    """A target that answers with a number in place of a token breaks nothing."""
    secrets = Secrets()
    secrets.add(value, "token")
    assert secrets.redacted("a long secret 7") == "a long secret 7"


def test_joined_secrets_are_known_to_both():
    """Two examples of one property are shown in one wire log."""
    secrets, others = knowing("first-one"), knowing("other-one", "first-one")
    secrets.join(others)
    assert secrets.redacted("first-one other-one") == "«token 1» «token 2»"


def test_characters_of_patterns_are_nothing_special():
    """A secret is a text and no regular expression."""
    secret = "a.*(b)[c]\\d+|$^"
    assert knowing(secret).redacted(f"{secret} a--(b)") == "«token 1» a--(b)"


def test_percent_encoding_in_lower_case_is_replaced():
    """.NET writes ``%2f`` where others write ``%2F`` (RFC 3986, section 2.1)."""
    assert "%2f" not in knowing(TOKEN).redacted("a%2bb%2fc%3dd~e%3ff%3eg")


@pytest.mark.parametrize(
    ("secret", "wire"),
    [
        pytest.param("abcd/efgh", '{"access_token": "abcd\\/efgh"}', id="slash, as PHP writes it"),
        pytest.param('pass"word', json.dumps({"password": 'pass"word'}), id="quote"),
        pytest.param("Grüße, Ada", json.dumps({"password": "Grüße, Ada"}), id="not ASCII"),
    ],
)
def test_a_secret_in_the_text_of_a_json_body_is_replaced(secret, wire):
    """Bodies are stored as text, in which JSON may have escaped a character."""
    shown = knowing(secret).redacted(wire)
    assert secret not in json.dumps(json.loads(shown), ensure_ascii=False)
    assert secret not in json.loads(shown).values()


SECRET_TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters="«»"),
    min_size=8,
    max_size=60,
).filter(lambda text: not is_weak(text))
AROUND = st.text(string.printable, max_size=20)


@pytest.mark.slow
@given(secret=SECRET_TEXTS, before=AROUND, after=AROUND, form=st.sampled_from(sorted(FORMS)))
def test_no_secret_survives_in_any_form(secret, before, after, form):
    """For any secret and any surrounding text, even one that was shown before it was known."""
    wire, secrets = FORMS[form](secret), knowing("another-token-1")
    text = f"{before}\n{wire}\n{after}"
    secrets.redacted(text)
    secrets.add(secret, "token")
    assert wire not in secrets.redacted(text)


@pytest.mark.slow
@given(secrets=st.lists(SECRET_TEXTS, min_size=1, max_size=5, unique=True), data=st.data())
def test_no_secret_survives_beside_others(secrets, data):
    """Secrets may share a prefix, contain one another, or be adjacent."""
    order = data.draw(st.permutations(secrets))
    redacted = knowing(*order).redacted(secrets)
    assert not any(secret in shown for secret in secrets for shown in redacted)


def test_what_is_shown_to_nobody_is_not_looked_through():
    answer = Answer(200, body=b'{"token": "t0k3n-abc"}')
    exchange = Exchange(1, Request("GET", "http://x/"), answer, 0.0)
    for learns in (True, False):
        secrets = Secrets(Vault(learns=learns))
        secrets.see(exchange)
        secrets.add("another-s3cret", "token")
        assert bool(secrets.vault.kinds) is learns
