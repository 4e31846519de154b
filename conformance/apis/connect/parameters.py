"""Bytes that somebody may send in place of a parameter: none of it is anything a Backpack gave.

Whatever is drawn is plain text or base64, as a ``request`` step takes it. Nothing is longer than
what a server takes in before it answers, for one that closes the connection early would look like
one that dropped it.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TypeAlias

from hypothesis import strategies as st

from conformance.openbadges.choices import chosen, whole

Bodies: TypeAlias = st.SearchStrategy[dict[str, str]]

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
LONGEST = 60_000
"""Bytes of a value."""


def _value(member: str, beside: str, written: bytes) -> bytes:
    """A JSON object with one member whose value is written so."""
    return b"{%s%s: %s}" % (beside.encode(), json.dumps(member).encode(), written)


TYPES = (b"7", b"-0.0", b"1e400", b"true", b"[]", b"{}", b'["A"]', b'{"$ne": null}', b'[["A"], {}]')
"""Values that are no text."""
BYTES = (b'"\xff\xfe"', b'"\xc0\xaf"', b'"\xe2\x82"', b'"\xe9t\xe9"', b'"\xed\xa0\x80"', b'"\x00"')
"""Texts that are no UTF-8, or hold a byte that no JSON text may hold."""
ESCAPES = (rb'"\u0000"', rb'"A\u0000B"', rb'"\u0000\u202e"')
"""Texts that not every database can hold."""
SURROGATES = (rb'"\ud800"', rb'"\udfff\ud800"', rb'"A\ud83dB"')
"""Halves of characters, which are no Unicode text."""
SYNTAX = (b'"cut o', b"'A'", b"NaN", b'"A",', b'"A" // why', b'"A"} {"a": 1', b'"A", "A": "A"', b"")
"""What is nearly JSON."""
WHOLE = (b"[]", b"[1", b'"A"', b"7", b"null", b"true", b"\xef\xbb\xbf{}", b"{", b"\x00", b"<a/>")
"""Bodies that are no object."""
LABELS = (
    f"{JSON}; charset=utf-16",
    f"{JSON}; charset=nonsense",
    f"{JSON}; charset",
    f"{JSON};;;",
    f"{JSON}, text/html",
    "text/plain",
    "text/plain; charset=utf-7",
    "multipart/form-data",
    "application/xml",
    "a/b/c",
)
"""Content types that do not belong to the body, or are none."""
FORMS = (b"%", b"%zz", b"%ff%fe", b"%00", b"%u0041", b"%C0%AF", b"A;B", b"&&=&", b"[]=A", b"[a]=A")
"""Values of a form whose percent-encoding is none."""


def _deep(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


def _written(values: Sequence[bytes]) -> st.SearchStrategy[tuple[bytes, str]]:
    return chosen(values).map(lambda value: (value, JSON))


FAMILIES: Mapping[str, st.SearchStrategy[tuple[bytes, str]]] = MappingProxyType(
    {
        "types": _written(TYPES),
        "bytes": _written(BYTES),
        "escapes": _written(ESCAPES),
        "surrogates": _written(SURROGATES),
        "syntax": _written(SYNTAX),
        "nesting": whole(100, LONGEST // 2).map(lambda depth: (_deep(depth), JSON)),
        "long": whole(300, LONGEST).map(lambda length: (b'"%s"' % (b"A" * length), JSON)),
        "digits": whole(20, LONGEST).map(lambda length: (b"9" * length, JSON)),
        "labels": chosen(LABELS).map(lambda label: (b'"A"', label)),
    }
)
"""From a name to values of one parameter, each with the label of its body."""
EVERYWHERE = ("whole", "forms", "utf-16")
"""Families that change more of a body than one value."""


def body(*, member: str, family: str, beside: Mapping[str, str] | None = None) -> Bodies:
    """Bodies in which one parameter is bad, beside others that are good: ``type`` and ``body``.

    Raises:
        ValueError: when there is no such family.
    """
    others = "".join(f"{json.dumps(k)}: {json.dumps(v)}, " for k, v in (beside or {}).items())
    match family:
        case "whole":
            return chosen(WHOLE).map(lambda sent: _body(sent, JSON))
        case "forms":
            return chosen(FORMS).map(lambda value: _body(_form(member, beside, value), FORM))
        case "utf-16":
            encodings = chosen(("utf-16", "utf-16-le", "utf-32"))
            made = _value(member, others, b'"A"').decode()
            return encodings.map(lambda encoding: _body(made.encode(encoding), JSON))
        case _ if family in FAMILIES:
            return FAMILIES[family].map(
                lambda drawn: _body(_value(member, others, drawn[0]), drawn[1])
            )
    names = ", ".join((*FAMILIES, *EVERYWHERE))
    raise ValueError(f"family: expected one of {names}, saw {family!r}")


def _form(member: str, beside: Mapping[str, str] | None, value: bytes) -> bytes:
    others = "".join(f"{name}={one}&" for name, one in (beside or {}).items())
    return f"{others}{member}=".encode() + value


def _body(sent: bytes, label: str) -> dict[str, str]:
    return {"type": label, "body": base64.b64encode(sent).decode()}


HEADERS = (
    "Bearer",
    "Bearer ",
    "Bearer a b c",
    "Bearer\tA",
    "Bearer Bearer QQ==",
    "Bearer ,,,",
    'Bearer realm="A"',
    "Basic QTpB",
    "Digest username=A",
    "Negotiate",
    "===",
    "Bearer ünïcode",
    "Bearer QQ==, Bearer QQ==",
)
"""Values of the Authorization header that name no token."""
TOKENS = (b"\x00", b"\xff\xfe", b"A\x00B", b"\xed\xa0\x80", b"{}", b"' OR 1=1 --", b"\n")
"""Bytes that are no token of anybody."""


def credentials() -> st.SearchStrategy[dict[str, str]]:
    """Values of the Authorization header: ``value``."""
    long = whole(300, 4000).map(lambda length: b"A" * length)
    tokens = st.one_of(chosen(TOKENS), long)
    bearers = tokens.map(lambda token: f"Bearer {base64.b64encode(token).decode()}")
    return st.one_of(chosen(HEADERS), bearers).map(lambda value: {"value": value})


ODD_VALUES = (
    "%",
    "%zz",
    "%ff%fe",
    "%00",
    "%C0%AF",
    "%ED%A0%80",
    "%u0041",
    "A%0d%0aB",
    "%2525",
    "+",
)
GOOD_CALLBACK = "https%3A%2F%2Fexample.org%2Fcallback"
"""Nobody is sent there, for nothing is granted."""
ODD_QUERIES = (
    "callback[]=A&scope[]=issue",
    "callback[a][b]=A",
    "callback",
    "&&&=",
    "=A",
    "callback=http://%00/&scope=issue",
    "callback=http://[::1&scope=issue",
    "callback=http://A:99999/&scope=issue",
)


def query() -> st.SearchStrategy[dict[str, str]]:
    """Queries of the access page, percent-encoded by nobody: ``query``; none is a good one."""
    callbacks = chosen(ODD_VALUES).map(lambda value: f"callback={value}&scope=issue")
    scopes = chosen(ODD_VALUES).map(lambda value: f"callback={GOOD_CALLBACK}&scope={value}")
    return st.one_of(callbacks, scopes, chosen(ODD_QUERIES)).map(lambda sent: {"query": sent})
