"""Read a report as a strict parser and as a person do."""

from xml.etree.ElementTree import Element

import html5lib


def tree(html: str) -> Element:
    """The document, if it is right HTML (https://html.spec.whatwg.org/#parse-errors)."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    parsed: Element = parser.parse(html)
    return parsed


def text_of(html: str) -> str:
    """The visible text, with white space collapsed."""
    return " ".join("".join(tree(html).itertext()).split())


def attributes(html: str) -> list[tuple[str, str]]:
    """All attributes of all elements."""
    return [pair for element in tree(html).iter() for pair in element.attrib.items()]
