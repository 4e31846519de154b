"""The reward is an Open Badge that Backpacks take and that other software reads."""

import io
import json
import struct
import threading
import xml.etree.ElementTree as ET
import zipfile
import zlib
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
from attrs import frozen
from joserfc import jws
from joserfc.jwk import RSAKey
from openbadges_bakery import unbake

from conformance.core.schemas import misfit, validator
from conformance.openbadges.baking import bake_png, bake_svg
from conformance.openbadges.images import SVG, png
from mock_backpack.client import MockClient
from tests.conformance.certified import OWNER, folder, invoke
from tests.conformance.command import run_command
from tests.conformance.reading import tree
from tests.conformance.records import MUST
from tests.mock_backpack.cli.test_command import serving, url_in

pytestmark = pytest.mark.slow

SIGNED = "aGVhZGVy.cGF5bG9hZA.c2lnbmF0dXJl"


class Quiet(SimpleHTTPRequestHandler):
    """Python's own server of files, which knows nothing of badges."""

    def log_message(self, *_words: object) -> None:
        """Log nothing."""


@frozen
class Hosted:
    """A certificate, unpacked where a server shows it."""

    url: str
    folder: Path

    def text(self, name: str) -> str:
        """A file of it."""
        return (self.folder / name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def hosted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosted]:
    """A certificate with a badge, hosted as its owner would."""
    where = tmp_path_factory.mktemp("hosted")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(where))) as server:
        url = f"http://127.0.0.1:{server.server_port}/certificate/"
        words = ["--owner", OWNER, "--url", url, "--issuer", "Example", "--out", "c.zip"]
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(where)
            ended = invoke("certify", str(folder(where / "run")), *words)
            assert ended.exit_code == 0, ended.output
        _unpack(where / "c.zip", where / "certificate")
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield Hosted(url, where / "certificate")
        server.shutdown()
        thread.join()


def _unpack(file: Path, where: Path) -> None:
    with zipfile.ZipFile(file) as archive:
        archive.extractall(where)


def issued(badge: str, origin: str, earner: str) -> tuple[int, list[object]]:
    """The mock's answer to a push by an origin, and the earner's badges afterwards."""
    with serving("--port", "0") as (_, line), MockClient(url_in(line)) as mock:
        grant = mock.grant(earner, origin)
        asked = Request(  # noqa: S310 - of our own mock
            f"{grant.api_root}/issue",
            urlencode({"badge": badge}).encode(),
            {"Authorization": grant.authorization},
        )
        try:
            with urlopen(asked) as answer:  # noqa: S310
                status = answer.status
        except HTTPError as refused:
            with refused:
                status = refused.code
        return status, mock.badges(earner)


@pytest.mark.slow
def test_it_is_pushed_through_backpack_connect_itself(hosted):
    """Hosted by a server of files, it is accepted for its owner by way of a real push."""
    origin = hosted.url.removesuffix("/certificate/")
    status, badges = issued(hosted.text("open-badge/assertion.jws"), origin, OWNER)
    assert (status, len(badges)) == (201, 1)


@pytest.mark.slow
def test_it_is_of_no_use_to_anybody_else(hosted):
    """The recipient is its owner; its issuer is the site that hosts it."""
    origin = hosted.url.removesuffix("/certificate/")
    signature = hosted.text("open-badge/assertion.jws")
    assert issued(signature, origin, "mallory@example.org") == (403, [])
    assert issued(signature, "http://mallory.example", OWNER)[1] == []


def test_it_is_a_good_badge_by_our_own_validator(hosted):
    """Document by document, member by member."""
    ended = run_command(
        "validate",
        hosted.text("open-badge/assertion.jws"),
        "--earner",
        OWNER,
        module="mock_backpack",
    )
    assert ended.code == 0, ended.out + ended.err


@pytest.mark.parametrize("document", ["badge", "issuer"])
def test_its_documents_are_of_open_badges_1_1(hosted, document):
    """By the schemas that the suite judges badges with."""
    content = json.loads(hosted.text(f"open-badge/{document}.json"))
    assert misfit(validator(f"openbadges/1.1/{document}"), content) is None
    assert content["id"] == f"{hosted.url}open-badge/{document}.json"


def test_what_is_signed_is_an_assertion_whose_evidence_is_the_report(hosted):
    """RS256, by the key that is hosted; its uid is the hash of the record."""
    key = RSAKey.import_key(hosted.text("open-badge/key.pem"))
    opened = jws.deserialize_compact(hosted.text("open-badge/assertion.jws"), key)
    assertion = json.loads(opened.payload)
    assert opened.headers() == {"alg": "RS256"}
    assert misfit(validator("openbadges/1.1/assertion"), assertion) is None
    assert assertion["evidence"] == f"{hosted.url}conformance.html"
    with urlopen(assertion["evidence"]) as report:  # noqa: S310 - of our own server
        assert report.read() == (hosted.folder / "conformance.html").read_bytes()
    assert assertion["uid"] == json.loads(hosted.text("certificate.json"))["record"]
    with urlopen(assertion["verify"]["url"]) as pem:  # noqa: S310
        assert pem.read() == (hosted.folder / "open-badge" / "key.pem").read_bytes()


@pytest.mark.parametrize("picture", ["baked.png", "baked.svg"])
def test_a_bakery_of_others_reads_it_back(hosted, picture):
    """openbadges-bakery, which was written to bake and unbake badges of that time."""
    with (hosted.folder / "open-badge" / picture).open("rb") as file:
        assert unbake(file) == hosted.text("open-badge/assertion.jws")


def chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The chunks of a PNG, each with a right checksum."""
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    stream = io.BytesIO(content[8:])
    while head := stream.read(8):
        length, kind = struct.unpack(">I4s", head)
        data = stream.read(length)
        assert struct.unpack(">I", stream.read(4)) == (zlib.crc32(kind + data),)
        yield kind, data


@pytest.mark.parametrize("picture", [png(), None], ids=["plain", "shipped"])
def test_a_png_is_baked_as_the_specification_says(hosted, picture):
    """One uncompressed iTXt chunk with the keyword openbadges; nothing else is changed."""
    plain = picture or (hosted.folder / "open-badge" / "image.png").read_bytes()
    before, after = list(chunks(plain)), list(chunks(bake_png(plain, SIGNED)))
    (baked,) = [chunk for chunk in after if chunk not in before]
    assert baked == (b"iTXt", b"openbadges\0\0\0\0\0" + SIGNED.encode())
    assert [chunk for chunk in after if chunk != baked] == before
    assert (after[0][0], after[-1][0]) == (b"IHDR", b"IEND")


def test_an_svg_is_baked_as_the_specification_says(hosted):
    """The first element is the assertion, with the signature in its attribute and no body."""
    made = (hosted.folder / "open-badge" / "baked.svg").read_bytes()
    for picture in (made, bake_svg(SVG, SIGNED)):
        first = ET.fromstring(picture)[0]  # noqa: S314 - our own
        assert first.tag == "{http://openbadges.org}assertion"
        assert (first.text, list(first)) == (None, [])
    assert first.get("verify") == SIGNED


def test_the_criteria_are_a_page_for_people(hosted):
    """Right HTML, with every MUST."""
    page = hosted.text("open-badge/criteria.html")
    assert tree(page).tag == "html"
    assert page.count('<tr id="BC-') == len(MUST)
