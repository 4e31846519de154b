"""E-mail addresses as the mock takes them, whichever way they come in."""

import re
from typing import Any

from mock_backpack.core.quoting import quoted

EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
LONGEST_EMAIL = 254
"""Characters (RFC 5321 section 4.5.3.1.3)."""


def is_email(value: Any) -> bool:
    """Whether a value looks like an e-mail address."""
    return isinstance(value, str) and bool(EMAIL.fullmatch(value))


def checked_email(value: Any) -> str:
    """The value, if it is an e-mail address.

    Raises:
        ValueError: with what was expected and what was seen.
    """
    if not is_email(value):
        raise ValueError(f"expected an e-mail address, saw {quoted(value)}")
    if len(value) > LONGEST_EMAIL:
        raise ValueError(f"expected at most {LONGEST_EMAIL} characters, saw {quoted(value)}")
    return str(value)


def queried_email(value: str) -> str:
    """The e-mail address of a query, where a ``+`` that is not escaped has become a blank.

    Raises:
        ValueError: with what was expected and what was seen.
    """
    try:
        return checked_email(value)
    except ValueError as error:
        hint = "; write + as %2B" if " " in value and is_email(value.replace(" ", "+")) else ""
        raise ValueError(f"{error}{hint}") from error
