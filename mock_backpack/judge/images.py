"""Tell an image from something else, by its bytes."""

from xml.parsers import expat

from mock_backpack.seams import seam

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
SVG_ROOTS = ("svg", "http://www.w3.org/2000/svg svg")


@seam
def is_badge_image(content: bytes) -> bool:
    """Whether these bytes are a PNG or an SVG, the two formats of badge images."""
    return _is_png(content) or _is_svg(content)


def _is_png(content: bytes) -> bool:
    return content.startswith(PNG_SIGNATURE) and content[12:16] == b"IHDR"


def _is_svg(content: bytes) -> bool:
    """Well-formed XML whose root is ``svg``; declared entities could make it endless."""
    opened: list[str] = []
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = lambda name, _attributes: opened.append(name)
    parser.EntityDeclHandler = _refuse_entity
    try:
        parser.Parse(content, True)  # noqa: FBT003 - expat takes it by position only
    except (expat.ExpatError, ValueError, LookupError):
        return False
    return opened[0] in SVG_ROOTS


def _refuse_entity(*_declaration: object) -> None:
    raise ValueError("an entity is declared")
