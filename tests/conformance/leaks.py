"""The ways in which a target may repeat a secret, and whether a text gives one away."""

import base64
import gzip
import html
import json
import re
from collections.abc import Callable, Mapping
from urllib.parse import quote, unquote

ENCODINGS: Mapping[str, Callable[[str], str]] = {
    "raw": str,
    "percent-encoded": lambda text: quote(text, safe=""),
    "each character percent-encoded": lambda text: "".join(
        f"%{byte:02x}" for byte in text.encode()
    ),
    "percent-encoded twice": lambda text: quote(quote(text, safe=""), safe=""),
    "JSON as .NET writes it": lambda text: text.replace("+", "\\u002B").replace("/", "\\u002F"),
    "JSON as Gson writes it": lambda text: text.replace("=", "\\u003d").replace("&", "\\u0026"),
    "JSON as PHP writes it": lambda text: text.replace("/", "\\/"),
    "JSON, all escaped": lambda text: "".join(f"\\u{ord(character):04x}" for character in text),
    "JavaScript": lambda text: "".join(f"\\x{ord(character):02x}" for character in text),
    "entities": lambda text: "".join(f"&#{ord(character)};" for character in text),
    "hexadecimal entities": lambda text: "".join(f"&#x{ord(character):x};" for character in text),
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64 behind one byte": lambda text: base64.b64encode(b"x" + text.encode()).decode(),
    "base64 behind two bytes": lambda text: base64.b64encode(b"x:" + text.encode() + b"!").decode(),
    "URL-safe base64": lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
    "base64 of base64": lambda text: base64.b64encode(base64.b64encode(text.encode())).decode(),
    "base64 in lines": lambda text: base64.encodebytes(text.encode() * 2).decode(),
    "base32": lambda text: base64.b32encode(text.encode()).decode(),
    "hexadecimal": lambda text: text.encode().hex(),
    "hexadecimal in capitals": lambda text: text.encode().hex(":").upper(),
    "code points": lambda text: ", ".join(str(byte) for byte in text.encode()),
    "reversed": lambda text: text[::-1],
    "capitals": str.upper,
    "other letter case": str.swapcase,
    "dotted": ".".join,
    "spaced": " ".join,
    "without the last character": lambda text: text[:-1],
    "without the first character": lambda text: text[1:],
    "twice": lambda text: text + text,
}
"""Each of them can be turned back by whoever reads a report."""


def packed(text: str) -> bytes:
    """A body as a server compresses it."""
    return gzip.compress(text.encode())


def gives_away(content: str, secret: str) -> list[str]:
    """The encodings in which a text, or its decoded form, contains a secret."""
    texts = [content, html.unescape(content), unquote(content), unquote(unquote(content))]
    texts += [_unescaped(content), _unescaped(html.unescape(content))]
    bare = [re.sub(r"[\W_]+", "", text).lower() for text in texts]
    found = []
    for name, encoding in ENCODINGS.items():
        core = re.sub(r"[\W_]+", "", encoding(secret)).lower()
        middle = core[len(core) // 8 : -len(core) // 8]
        if any(middle in text for text in bare):
            found.append(name)
    return found


def _unescaped(text: str) -> str:
    return re.sub(r"\\(?:u00|x)([0-9a-fA-F]{2})", lambda found: chr(int(found[1], 16)), text)


def as_json(value: str) -> str:
    """A JSON text that holds an encoded value: one that is escaped for JSON already stays so."""
    return f'{{"echo": "{value}"}}' if "\\" in value else json.dumps({"echo": value})
