"""A whole run for tests of certificates, and what a certificate of it is made of."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from conformance.certificates.parcel import packed
from conformance.certificates.suite import Suite, this_suite
from conformance.resources import suite_version
from tests.conformance.records import ALL, Line, exchange, footer, header, line_of, passed, write

OWNER = "owner@backpack.example"
WORDS = ("--owner", OWNER, "--url", "https://backpack.example/conformance")


@cache
def suite() -> Suite:
    """What is running."""
    return this_suite()


def scenarios(*first: Line) -> list[Line]:
    """A line for each shipped scenario; the first stand for the first of them."""
    judged = first or (line_of(*map(passed, ALL), exchanges=[exchange()]),)
    empty = line_of()
    return [
        {**(judged[number] if number < len(judged) else empty), "name": name}
        for number, name in enumerate(suite().scenarios)
    ]


def whole(*first: Line, ended: str = "finished", more: Mapping[str, Any] = {}) -> list[Line]:
    """The lines of a run of all scenarios."""
    ran = scenarios(*first)
    return [header(**{"suite": suite_version(), **more}), *ran, footer(len(ran), ended)]


def folder(where: Path, lines: list[Line] | None = None) -> Path:
    """The folder of such a run."""
    where.mkdir(parents=True, exist_ok=True)
    write(where / "record.jsonl", *(lines or whole()))
    return where


def with_fact(files: Mapping[str, bytes], name: str, value: Any) -> dict[str, bytes]:
    """A certificate's files with one of its facts changed."""
    told = {**json.loads(files["certificate.json"]), name: value}
    return {**files, "certificate.json": (json.dumps(told, indent=2) + "\n").encode()}


def sealed(files: Mapping[str, bytes]) -> bytes:
    """A zip with a manifest that fits whatever is in it."""
    return packed({name: content for name, content in files.items() if name != "SHA256SUMS"})
