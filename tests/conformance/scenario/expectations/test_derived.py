"""Derived values are recognized, and random ones are not."""

import base64
import hashlib
import secrets
import time

import pytest

from conformance.scenario.expectations.derived import derivation

EMAIL = "ada@example.org"


def test_random_texts_are_made_of_nothing():
    """In any alphabet, among others of their kind."""
    texts = [secrets.token_hex(16), secrets.token_urlsafe(32), secrets.token_hex(8)]
    assert derivation(texts, [EMAIL, secrets.token_hex(16)]) == ""


@pytest.mark.parametrize(
    ("text", "source"),
    [
        (hashlib.md5(EMAIL.encode(), usedforsecurity=False).hexdigest(), "md5 of another value"),
        (hashlib.sha256(EMAIL.encode()).hexdigest()[:24], "sha256 of another value"),
        (hashlib.sha1(b"17", usedforsecurity=False).hexdigest(), "sha1 of a small number"),
        (f"{EMAIL}-refresh", "contains another value"),
        (EMAIL[::-1], "contains another value"),
    ],
)
def test_what_is_made_of_something_known_is_told(text, source):
    """A hash of it, also a short one, or the thing itself."""
    assert source in derivation([secrets.token_hex(16), text], [EMAIL])


def test_the_time_is_known_to_all():
    """A few seconds ago, that is: the test takes it when it runs, and not when it is collected."""
    text = hashlib.sha512(str(int(time.time()) - 3).encode()).hexdigest()
    assert "sha512 of the time" in derivation([secrets.token_hex(16), text], [EMAIL])


def test_what_is_no_text_is_left_to_others():
    """Another term says that it is missing."""
    assert derivation([None, 7, ""], [EMAIL, None]) == ""


def test_a_short_text_is_no_proof():
    """It may be part of another text by chance."""
    assert derivation([base64.b64encode(b"ada").decode()], [EMAIL]) == ""
