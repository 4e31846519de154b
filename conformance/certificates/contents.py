"""The files of a certificate: a function of the record and, for the badge, of the seal."""

from collections.abc import Mapping
from typing import Any

from attrs import asdict, frozen

from conformance.certificates.archive import sha256
from conformance.certificates.open_badge import BadgeAward, badge_files
from conformance.core.plain import json_text
from conformance.core.resources import folder
from conformance.record.model import RECORD, Record
from conformance.record.reader import lines_of
from conformance.report.summary import Summary, summarize
from conformance.report.trust import selftest_file, trust
from conformance.report.views import VIEWS

FORMAT = 1
FACTS = "certificate.json"
LINES = "record.sha256"
"""A hash for each line of the record, so that one can say which was altered."""


@frozen
class Seal:
    """What signs the badge of a certificate."""

    award: BadgeAward
    signature: str
    """A compact JWS."""
    key: bytes
    """The public key, in PEM."""


def contents(record: Record, content: bytes, seal: Seal | None) -> dict[str, bytes]:
    """Every file of a certificate but the manifest, by name.

    Sealing a certificate and verifying one both ask here what has to stand in it.
    """
    files = {name: view(record) for name, view in VIEWS.items()}
    files[RECORD] = content
    files[LINES] = line_hashes(content)
    files[FACTS] = _json(facts(record, content, seal))
    for section in filter(trust, record.sections):
        matrix = selftest_file(section.api.name)
        files[matrix] = (folder("reports") / matrix).read_bytes()
    if seal:
        files |= badge_files(record, seal.award, seal.signature, seal.key)
    return files


def facts(record: Record, content: bytes, seal: Seal | None) -> dict[str, Any]:
    """What the certificate says, for programs (``schemas/certificate.json``)."""
    header, summary = record.header, summarize(record)
    return {
        "format": FORMAT,
        "verdict": summary.verdict,
        "sentence": summary.sentence,
        "target": header["target"],
        "product": record.product,
        "started": header["started"],
        "strict": header["strict"],
        "seed": header["seed"],
        "budget": header["budget"],
        "suite": header["suite"],
        "record": sha256(content),
        "apis": {part.section.api.name: _part(part) for part in summary.parts},
        "award": seal and {**asdict(seal.award), "key": sha256(seal.key)},
    }


def _part(summary: Summary) -> dict[str, Any]:
    """What it says of one API."""
    section, score = summary.section, trust(summary.section)
    return {
        "verdict": summary.verdict,
        "sentence": summary.sentence,
        "profile": section.profile,
        "catalogue": section.catalogue,
        "selftest": score and {"score": score.score, "perfect": score.perfect},
    }


def line_hashes(content: bytes) -> bytes:
    """The SHA-256 of each line of a record, a line each."""
    lines = lines_of(content.decode(errors="replace"))
    return "".join(f"{sha256(line.encode(errors='replace'))}\n" for line in lines).encode()


def _json(value: Mapping[str, Any]) -> bytes:
    return (json_text(value, indent=2) + "\n").encode(errors="replace")
