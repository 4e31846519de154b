"""Links in the header of an answer (RFC 8288)."""

import re

LINK = re.compile(r'<(?P<url>[^>]*)>(?P<parameters>(?:\s*;\s*[\w-]+\s*=\s*(?:"[^"]*"|[^\s;,"]+))*)')
RELATION = re.compile(r';\s*rel\s*=\s*(?:"(?P<quoted>[^"]*)"|(?P<bare>[^\s;,"]+))', re.IGNORECASE)


def links_in(header: str) -> dict[str, str]:
    """The URLs of a Link header by relation, as they are written; the first of each relation."""
    links: dict[str, str] = {}
    for match in LINK.finditer(header):
        relation = RELATION.search(match["parameters"])
        names = (relation["quoted"] or relation["bare"] or "") if relation else ""
        for name in names.lower().split():
            links.setdefault(name, match["url"])
    return links
