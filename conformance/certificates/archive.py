"""The zip of a certificate: packed the same for the same files, and unpacked with care."""

import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Mapping

from conformance.core.errors import AuthoringError

MANIFEST = "SHA256SUMS"
"""As ``sha256sum --check`` reads it."""
LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The time of every file: the first that a zip knows."""
MODE = 0o644 << 16
UNIX = 3
MOST_FILES = 64
MOST_BYTES = 256 * 1024 * 1024
"""Of all files together, unpacked: a whole run with a soak budget has a tenth of it."""
NAME = re.compile(r"(open-badge/)?[A-Za-z0-9][\w.-]*", re.ASCII)
"""Names that a certificate may use: none leads out of the folder in which it is unpacked."""
ENCRYPTED = 0x1
REGULAR = 0o10
"""In the highest bits of the attributes that a Unix gives a file (``S_IFREG``)."""
FIRST, LAST = b"PK\3\4", b"PK\5\6"
"""How a zip begins, and how its end begins."""
END_BYTES = 22
"""The end of a zip without a comment."""
WAYS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def manifest(files: Mapping[str, bytes]) -> bytes:
    """A line for each file: its SHA-256, two blanks, its name."""
    return "".join(f"{sha256(files[name])}  {name}\n" for name in sorted(files)).encode()


def pack(files: Mapping[str, bytes]) -> bytes:
    """A zip of files and their manifest, in the order of their names, without times."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted({**files, MANIFEST: manifest(files)}.items()):
            entry = zipfile.ZipInfo(name, LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system, entry.external_attr = UNIX, MODE
            archive.writestr(entry, content)
    return stream.getvalue()


def sha256(content: bytes) -> str:
    """The hash in hex."""
    return hashlib.sha256(content).hexdigest()


def unpack(content: bytes) -> dict[str, bytes]:
    """The files of a zip, by name.

    Raises:
        AuthoringError: when it is no zip, is not whole, or is not what a certificate may be.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if not (content.startswith((FIRST, LAST)) and content[-END_BYTES:].startswith(LAST)):
                raise AuthoringError("expected only a zip file")
            return _read(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
        raise AuthoringError(f"expected a complete zip file: {error}") from error
    except (NotImplementedError, RuntimeError) as error:
        raise AuthoringError(f"expected a zip file made by certify: {error}") from error


def _read(archive: zipfile.ZipFile) -> dict[str, bytes]:
    entries = archive.infolist()
    if len(entries) > MOST_FILES:
        raise AuthoringError(f"expected at most {MOST_FILES} files, saw {len(entries)}")
    for entry in entries:
        _check(entry)
    names = [entry.filename for entry in entries]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise AuthoringError(f"duplicate file {twice[0]!r}")
    if (size := sum(entry.file_size for entry in entries)) > MOST_BYTES:
        raise AuthoringError(f"expected at most {MOST_BYTES} bytes unpacked, saw {size}")
    return {entry.filename: _content(archive, entry) for entry in entries}


def _check(entry: zipfile.ZipInfo) -> None:
    if not NAME.fullmatch(entry.filename):
        raise AuthoringError(f"expected plain names of files, saw {entry.filename[:80]!r}")
    if entry.flag_bits & ENCRYPTED:
        raise AuthoringError(f"{entry.filename} is encrypted")
    if entry.compress_type not in WAYS:
        raise AuthoringError(
            f"expected compression with deflate, but {entry.filename} is compressed in another way"
        )
    if entry.external_attr >> 28 not in (0, REGULAR):
        raise AuthoringError(f"expected files, but {entry.filename} is a link or a device")


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """A file's bytes; no more of them are unpacked than the zip says that there are."""
    try:
        return archive.read(entry)
    except (zipfile.BadZipFile, zlib.error) as error:
        raise AuthoringError(f"{entry.filename} was altered: {error}") from error
