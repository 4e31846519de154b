"""Of which version a badge is, and so by which API it would be pushed."""

from collections.abc import Mapping
from typing import Any

from attrs import frozen

from mock_backpack.core.origin import web_url
from mock_backpack.issuer.opinion import text_of
from mock_backpack.openbadges.baked import ASSERTION, CREDENTIAL, is_baked, is_picture, unbaked
from mock_backpack.openbadges.complaint import InvalidBadge
from mock_backpack.openbadges.fetch import BYTE_ORDER_MARK, Fetcher, content_of, json_object
from mock_backpack.openbadges.signature import looks_signed, unverified_payload
from mock_backpack.openbadges.versions import is_flat, version_of

APIS = {"Open Badges 3.0": "ob3", "Open Badges 2.0": "ob2.1"}
"""By the version that a document claims; all others belong to Backpack Connect."""
OLDER, OLDEST = "Open Badges 1.x", "Open Badges 0.5"


@frozen
class Recognised:
    """What a badge was taken for."""

    version: str
    form: str
    """In which it came, in words."""
    is_certain: bool = True
    """Whether the badge says so."""

    @property
    def api(self) -> str:
        """The name of the API by which it would be pushed."""
        return APIS.get(self.version, "connect")

    def __str__(self) -> str:
        if self.is_certain:
            return f"taken for {self.version}: {self.form}"
        return f"taken for {self.version}, as no version is named: {self.form}; see --api"


NO_TEXT = Recognised(OLDER, "bytes that are no text", is_certain=False)
NOTHING = Recognised(OLDER, "a URL that serves no document", is_certain=False)


async def recognised(content: bytes, fetcher: Fetcher) -> Recognised:
    """What a badge is, by what it says of itself; one that says nothing is of the oldest API."""
    if is_picture(content):
        return await _in_picture(content, fetcher)
    try:
        text = text_of(content)
    except ValueError:
        return NO_TEXT
    served = await _served(text, fetcher)
    if served is not None and is_picture(served):
        return await _in_picture(served, fetcher)
    return _of_served(served) if served is not None else of_text(text)


async def _in_picture(content: bytes, fetcher: Fetcher) -> Recognised:
    if is_baked(content, CREDENTIAL):
        also = ", beside one of an older version" if is_baked(content, ASSERTION) else ""
        return Recognised("Open Badges 3.0", f"a picture with a credential{also}")
    try:
        text = unbaked(content)
    except InvalidBadge:
        return Recognised(OLDER, "a picture without a badge", is_certain=False)
    served = await _served(text, fetcher)
    inner = of_text(text) if served is None else _of_served(served)
    return Recognised(inner.version, f"a picture with {inner.form}", inner.is_certain)


async def _served(text: str, fetcher: Fetcher) -> bytes | None:
    """What is at a URL; ``None`` when the text is no URL."""
    if web_url(text) is None:
        return None
    try:
        return content_of("assertion", await fetcher.get("assertion", text))
    except InvalidBadge:
        return b""


def _of_served(content: bytes) -> Recognised:
    if not content:
        return NOTHING
    try:
        return of_text(text_of(content))
    except ValueError:
        return NO_TEXT


def of_text(text: str) -> Recognised:
    """What a JWS or a JSON text is."""
    is_signed = looks_signed(text)
    try:
        content = unverified_payload(text) if is_signed else text.encode()
        document = json_object("assertion", content.removeprefix(BYTE_ORDER_MARK))
    except InvalidBadge:
        return Recognised(OLDER, "a text that is no JSON", is_certain=False)
    version = _version(document)
    is_certain = bool(version) or is_flat(document) or "verify" in document
    known = version or (OLDEST if is_flat(document) else OLDER)
    form = _form(known, document, is_signed=is_signed) if is_certain else "a JSON object"
    return Recognised(known, form, is_certain)


def _version(document: Mapping[str, Any]) -> str:
    """The version that a document claims, ``""`` for none or an older one."""
    if "credentialSubject" in document or isinstance(document.get("vc"), dict):
        return "Open Badges 3.0"
    is_older = "uid" in document and "id" not in document  # whatever else it is beside
    return "" if is_older else version_of(document)


def _form(version: str, document: Mapping[str, Any], *, is_signed: bool) -> str:
    if version != "Open Badges 3.0":
        return "a signed assertion (JWS)" if is_signed else "an assertion"
    if is_signed:
        return "a credential as a token (VC-JWT)"
    return "a credential with a proof" if "proof" in document else "a credential without a proof"
