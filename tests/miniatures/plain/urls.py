"""URLs: their origins, what is asked of their hosts, the parameters in their queries."""

import re
from urllib import parse

from tests.miniatures.plain.answer import invalid, refusing


def origin_of(url: object) -> str | None:
    """The origin of an absolute http(s) URL; None for anything else."""
    if not isinstance(url, str) or re.search(r"[\x00-\x20\x7f-\xa0<>\"\\]", url):
        return None
    try:
        parts = parse.urlsplit(url)
        host, port = (parts.hostname or "").encode("idna").decode().lower(), parts.port
    except ValueError:
        return None
    known = {"http": 80, "https": 443}
    if parts.scheme not in known or "@" in parts.netloc or not re.fullmatch(r"[\w.:-]+", host):
        return None
    name = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{name}" + ("" if port in (None, known[parts.scheme]) else f":{port}")


def target_of(url: str) -> str:
    parts = parse.urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def parameters(query: str) -> dict[str, str]:
    with refusing("the parameters are not percent-encoded UTF-8, or too many"):
        query.encode("ascii")
        pairs = parse.parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=32)
    if len(dict(pairs)) < len(pairs):
        raise invalid("a parameter is repeated")
    return dict(pairs)
