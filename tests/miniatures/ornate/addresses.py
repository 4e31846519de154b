"""Addresses of the web, and the parameters that they carry."""

import re
from urllib.parse import parse_qsl, quote

from tests.miniatures.ornate.refused import Refused

ADDRESS = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9a-f:.]+\]|[^\s/?#@:\[\]\\\"<>^`{|}\x00-\x1f\x7f]+)"
    r"(?::(?P<port>[0-9]{0,5}))?(?P<rest>[/?#][^\s\\\"<>\x00-\x1f\x7f]*)?",
    re.IGNORECASE,
)
USUAL = {"http": 80, "https": 443}
LEFT_ALONE = "/?:@!$&'()*+,;=-._~%#[]"


def origin_of(address: object) -> str | None:
    """Scheme, host and port of a web address; None of anything that is no such address."""
    found = ADDRESS.fullmatch(address) if isinstance(address, str) else None
    if found is None:
        return None
    scheme, host, port = found["scheme"].lower(), found["host"].lower(), int(found["port"] or 0)
    try:
        host = host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        return None
    if port > 65535:
        return None
    return f"{scheme}://{host}" + (f":{port}" if port not in (0, USUAL[scheme]) else "")


def absolute(address: str) -> str:
    """The address in ASCII, without its fragment: as it goes over the wire."""
    rest = address[len(address.split("://", 1)[0]) + 3 :]
    at = re.search(r"[/?#]", rest)
    tail = rest[at.start() :].partition("#")[0] if at else ""
    slash = "" if tail.startswith("/") else "/"
    return f"{origin_of(address)}{slash}{quote(tail, safe=LEFT_ALONE)}"


def fields_of(encoded: str) -> dict[str, str]:
    """The fields of a query or a form; none may be there twice or be no UTF-8."""
    try:
        pairs = parse_qsl(encoded, keep_blank_values=True, errors="strict", max_num_fields=40)
    except ValueError:
        raise Refused(400, "These fields cannot be read as percent-encoded UTF-8.") from None
    names = [name for name, _ in pairs]
    if twice := {name for name in names if names.count(name) > 1}:
        raise Refused(400, f"There is more than one {', '.join(sorted(twice))[:80]}.")
    return dict(pairs)
