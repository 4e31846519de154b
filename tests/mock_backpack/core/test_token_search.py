"""Tokens are found in the shortest text that has room for them."""

import base64

import pytest

from mock_backpack.core.redaction import _in_base64, _in_hexadecimal

TOKEN = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"


def found(search, text, token):
    """The tokens that a search finds."""
    return {hit.token for hit in search(text, {token: token})}


def unpadded(content: bytes) -> str:
    """Its base64 without padding."""
    return base64.b64encode(content).decode().rstrip("=")


@pytest.mark.parametrize("length", range(12, 33))
def test_a_token_that_fills_its_encoding_is_found(length):
    """Without padding, or anything around it, the text is as long as the search demands."""
    token = TOKEN[:length]
    assert found(_in_base64, unpadded(token.encode()), token) == {token}
    assert found(_in_hexadecimal, token.encode().hex(), token) == {token}


@pytest.mark.parametrize("before", range(4))
def test_a_token_within_a_longer_text_is_found(before):
    """At each place in a group of base64, and where half a byte stands in front."""
    assert found(_in_base64, unpadded(b"x" * before + TOKEN.encode()), TOKEN) == {TOKEN}
    assert found(_in_hexadecimal, "0" * before + TOKEN.encode().hex(), TOKEN) == {TOKEN}
