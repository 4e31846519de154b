"""Strategies for malformed parameters, bodies, headers and queries, none of which is valid.

Everything that is drawn is plain text or base64, as a ``request`` step takes it. Nothing is longer
than what a server reads before it answers, because a server that closes the connection early would
look like one that dropped it.
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
    """A JSON object with one member that has this raw value."""
    return b"{%s%s: %s}" % (beside.encode(), json.dumps(member).encode(), written)


TYPES = (b"7", b"-0.0", b"1e400", b"true", b"[]", b"{}", b'["A"]', b'{"$ne": null}', b'[["A"], {}]')
"""Values that are not strings."""
BYTES = (b'"\xff\xfe"', b'"\xc0\xaf"', b'"\xe2\x82"', b'"\xe9t\xe9"', b'"\xed\xa0\x80"', b'"\x00"')
"""Strings that are not UTF-8, or contain a byte that JSON does not allow."""
ESCAPES = (rb'"\u0000"', rb'"A\u0000B"', rb'"\u0000\u202e"')
"""Strings that not every database can store."""
SURROGATES = (rb'"\ud800"', rb'"\udfff\ud800"', rb'"A\ud83dB"')
"""Unpaired surrogates, which are not valid Unicode."""
SYNTAX = (b'"cut o', b"'A'", b"NaN", b'"A",', b'"A" // why', b'"A"} {"a": 1', b'"A", "A": "A"', b"")
"""Almost valid JSON."""
WHOLE = (b"[]", b"[1", b'"A"', b"7", b"null", b"true", b"\xef\xbb\xbf{}", b"{", b"\x00", b"<a/>")
"""Bodies that are not a JSON object."""
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
"""Content types that do not match the body, or are invalid."""
FORMS = (b"%", b"%zz", b"%ff%fe", b"%00", b"%u0041", b"%C0%AF", b"A;B", b"&&=&", b"[]=A", b"[a]=A")
"""Form values with invalid percent-encoding or separators."""


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
"""From a name to values of one parameter, each with the content type of its body."""
EVERYWHERE = ("whole", "forms", "utf-16")
"""Families that change more of a body than one value."""


def body(*, member: str, family: str, beside: Mapping[str, str] | None = None) -> Bodies:
    """Bodies with one malformed parameter beside valid ones: ``type`` and ``body``.

    Raises:
        ValueError: when the family is unknown.
    """
    others = "".join(f"{json.dumps(k)}: {json.dumps(v)}, " for k, v in (beside or {}).items())
    match family:
        case "whole":
            return chosen(WHOLE).map(lambda content: _body(content, JSON))
        case "forms":
            return chosen(FORMS).map(lambda value: _body(_form(member, beside, value), FORM))
        case "utf-16":
            encodings = chosen(("utf-16", "utf-16-le", "utf-32"))
            text = _value(member, others, b'"A"').decode()
            return encodings.map(lambda encoding: _body(text.encode(encoding), JSON))
        case _ if family in FAMILIES:
            return FAMILIES[family].map(
                lambda drawn: _body(_value(member, others, drawn[0]), drawn[1])
            )
    names = ", ".join((*FAMILIES, *EVERYWHERE))
    raise ValueError(f"family: expected one of {names}, saw {family!r}")


def _form(member: str, beside: Mapping[str, str] | None, value: bytes) -> bytes:
    others = "".join(f"{name}={text}&" for name, text in (beside or {}).items())
    return f"{others}{member}=".encode() + value


def _body(content: bytes, label: str) -> dict[str, str]:
    return {"type": label, "body": base64.b64encode(content).decode()}


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
"""Values of the Authorization header that contain no token."""
TOKENS = (b"\x00", b"\xff\xfe", b"A\x00B", b"\xed\xa0\x80", b"{}", b"' OR 1=1 --", b"\n")
"""Bytes that are nobody's token."""


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
"""Never visited, because nothing is granted."""
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
    """Invalid queries of the access page, sent without further percent-encoding: ``query``."""
    callbacks = chosen(ODD_VALUES).map(lambda value: f"callback={value}&scope=issue")
    scopes = chosen(ODD_VALUES).map(lambda value: f"callback={GOOD_CALLBACK}&scope={value}")
    return st.one_of(callbacks, scopes, chosen(ODD_QUERIES)).map(lambda text: {"query": text})
