"""Judge a certificate anew, from its record alone, and say what does not agree; without network."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from attrs import frozen

from conformance.certificates.archive import MANIFEST, sha256
from conformance.certificates.contents import FACTS, LINES, Seal, contents, line_hashes
from conformance.certificates.eligibility import objections
from conformance.certificates.keys import rsa_key
from conformance.certificates.open_badge import KEY, SIGNED, BadgeAward, assertion
from conformance.certificates.recheck import Recheck, recheck
from conformance.certificates.suite import Suite
from conformance.core.errors import AuthoringError
from conformance.core.schemas import misfit, validator
from conformance.openbadges.signing import payload_of
from conformance.record.model import RECORD, Record
from conformance.record.reader import parse_record

SUM = re.compile(r"([0-9a-f]{64})  (\S+)")


@frozen
class Verification:
    """What became of a certificate."""

    complaints: tuple[str, ...]
    """What does not agree; empty when it holds."""
    record: Record | None = None
    seal: Seal | None = None
    recheck: Recheck | None = None
    """What the recorded exchanges show; ``None`` when this version cannot judge them."""
    of_another_version: str = ""
    """Why this version of the suite cannot say everything about it."""


def verify_files(
    files: Mapping[str, bytes], suite_of: Callable[[Iterable[str]], Suite]
) -> Verification:
    """Look at the files of a certificate as this version of the suite does.

    ``suite_of`` is called with the names of the APIs of its record.

    Raises:
        AuthoringError: when it is none.
    """
    for name in (MANIFEST, FACTS, RECORD):
        if name not in files:
            raise AuthoringError(f"not a certificate: no {name}")
    altered = [*_differences_to_manifest(files), *_altered_lines(files)]
    try:
        record = parse_record(files[RECORD].decode(), RECORD)
        suite = suite_of(section.api.name for section in record.sections)
        facts = _facts(files[FACTS])
    except (AuthoringError, UnicodeDecodeError) as error:
        return Verification((*altered, str(error)))
    seal = _seal(files, facts)
    forged = list(_forged(record, files[RECORD], seal)) if seal else []
    if why := _other_version(record, suite):
        return Verification((*altered, *forged), record, seal, of_another_version=why)
    again = recheck(record, suite)
    unfit = [f"the record cannot be certified: {why}" for why in objections(record, suite)]
    other = [] if altered else list(_differences(files, contents(record, files[RECORD], seal)))
    complaints = (*altered, *forged, *unfit, *again.complaints, *other)
    return Verification(complaints, record, seal, again)


def _other_version(record: Record, suite: Suite) -> str:
    header = record.header
    if header["suite"] != suite.version:
        made_by = header["suite"]
        return f"it was made by version {made_by} of the suite; this is version {suite.version}"
    known = suite.parts
    if any(section.catalogue != known[section.api.name].catalogue for section in record.sections):
        return "it was made with a different catalogue of requirements"
    return ""


def _differences_to_manifest(files: Mapping[str, bytes]) -> Iterator[str]:
    """What was altered, is missing or was added since the manifest was written."""
    written = files[MANIFEST].decode(errors="replace").splitlines()
    known: dict[str, str] = {}
    for number, line in enumerate(written, start=1):
        if entry := SUM.fullmatch(line):
            known[entry[2]] = entry[1]
        else:
            yield f"{MANIFEST}:{number}: expected a SHA-256 and the name of a file"
    for name in sorted({*known, *files} - {MANIFEST}):
        if name not in files:
            yield f"{name} is missing"
        elif name not in known:
            yield f"{name} was added"
        elif sha256(files[name]) != known[name]:
            yield f"{name} was altered"


def _altered_lines(files: Mapping[str, bytes]) -> Iterator[str]:
    """The lines of the record that are not as they were, by number."""
    expected = files.get(LINES, b"").decode(errors="replace").split()
    seen = line_hashes(files[RECORD]).decode().split()
    for number, (line_hash, other) in enumerate(zip(expected, seen, strict=False), start=1):
        if line_hash != other:
            yield f"{RECORD}:{number}: this line was altered"
    if LINES in files and len(expected) != len(seen):
        yield f"{RECORD}: expected {len(expected)} lines, saw {len(seen)}"


def _facts(content: bytes) -> Mapping[str, Any]:
    try:
        facts: Mapping[str, Any] = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise AuthoringError(f"{FACTS}: expected JSON: {error}") from error
    if wrong := misfit(validator("certificate"), facts):
        raise AuthoringError(f"{FACTS}: {wrong}")
    return facts


def _seal(files: Mapping[str, bytes], facts: Mapping[str, Any]) -> Seal | None:
    award = facts["award"]
    if award is None:
        return None
    about = {name: value for name, value in award.items() if name != "key"}
    signature = files.get(SIGNED, b"").decode(errors="replace")
    return Seal(BadgeAward(**about), signature, files.get(KEY, b""))


def _forged(record: Record, content: bytes, seal: Seal) -> Iterator[str]:
    """What is wrong with the badge's signature."""
    try:
        payload = payload_of(seal.signature, rsa_key(seal.key))
    except ValueError as error:
        yield f"{SIGNED}: the signature is not that of {KEY}: {error}"
        return
    expected = assertion(record, content, seal.award)
    if payload != expected:
        known = payload if isinstance(payload, dict) else {}
        wrong = [name for name in expected if known.get(name) != expected[name]]
        yield f"{SIGNED}: it signs other content: {', '.join(wrong) or 'further members'}"


def _differences(files: Mapping[str, bytes], expected: Mapping[str, bytes]) -> Iterator[str]:
    """Where a file is not what this version makes of the record."""
    for name in sorted({*files, *expected} - {MANIFEST}):
        if name not in expected:
            yield f"{name} does not belong in a certificate"
        elif name not in files:
            yield f"{name} is missing, also in the manifest"
        elif files[name] != expected[name]:
            yield f"{name} does not match the record"
