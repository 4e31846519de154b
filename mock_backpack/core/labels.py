"""The media type of a ``Content-Type`` header."""


def media_type(label: str) -> str:
    """The media type in lower case, without its parameters (RFC 9110 section 8.3.1)."""
    return label.partition(";")[0].strip().lower()
