"""Forms are read as the standard library reads them, and no longer ones than are wanted."""

from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_backpack.apis.parameters import MOST_FIELDS, read_form
from mock_backpack.core.errors import ApiError

BODIES = st.lists(
    st.sampled_from(
        ["a", "=", "&", "+", "%", "%2", "%2B", "%C3", "%A9", "é", " ", "\n", ";", "%zz"]
    )
).map(lambda parts: "".join(parts).encode()) | st.binary(max_size=20)
TEXTS = st.text(st.characters(codec="utf-8"))


@given(BODIES)
def test_a_body_is_read_as_the_standard_library_reads_it(body: bytes) -> None:
    try:
        expected = parse_qsl(body.decode(), keep_blank_values=True, errors="strict")
    except ValueError:
        with pytest.raises(ApiError, match="expected a form in UTF-8"):
            read_form(body)
    else:
        assert read_form(body) == expected


@given(st.lists(st.tuples(TEXTS.filter(bool), TEXTS), max_size=MOST_FIELDS))
def test_a_form_is_read_as_it_was_written(fields: list[tuple[str, str]]) -> None:
    assert read_form(urlencode(fields).encode()) == fields


def test_a_form_with_too_many_fields_is_refused_with_their_number() -> None:
    body = "&".join(["a=b"] * (MOST_FIELDS + 1)).encode()
    with pytest.raises(ApiError, match="expected at most 50 fields, saw 51"):
        read_form(body)
