"""Parse the texts of options and variables."""

import math
import shlex
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from conformance.core.errors import AuthoringError

YES, NO = ("1", "yes", "true", "on"), ("0", "no", "false", "off", "")


def read(written: str, text: str) -> Any:
    """Parse a text in one of the formats of ``READERS``.

    Raises:
        AuthoringError: when the text does not have this format.
    """
    return READERS[written](text)


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if math.isnan(number):
        raise AuthoringError(f"expected a number, saw {text!r}")
    return number


def _integer(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise AuthoringError(f"expected a whole number, saw {text!r}") from None


def _switch(text: str) -> bool:
    if text.lower() in YES:
        return True
    if text.lower() in NO:
        return False
    raise AuthoringError(f"expected yes or no, saw {text!r}")


def _account(text: str) -> dict[str, str]:
    email, colon, password = text.partition(":")
    if not colon or "@" not in email:
        raise AuthoringError(f"expected E-MAIL:PASSWORD, saw {email!r}")
    return {"email": email, "password": password}


def _accounts(text: str) -> list[dict[str, str]]:
    return [_account(line.strip()) for line in text.splitlines() if line.strip()]


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError as error:
        raise AuthoringError(f"expected a command, saw {text!r} ({error})") from None


READERS: Mapping[str, Callable[[str], Any]] = MappingProxyType(
    {
        "text": str,
        "path": str,
        "number": _number,
        "integer": _integer,
        "switch": _switch,
        "accounts": _accounts,
        "names": _names,
        "words": _words,
    }
)
"""By the ``written`` of ``schemas/target.json``; several accounts are separated by newlines."""
