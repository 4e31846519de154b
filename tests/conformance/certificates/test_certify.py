"""A conforming run is certified; for any other run every reason is printed."""

import hashlib
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from click.testing import Result

from conformance.certificates.archive import unpack
from conformance.certificates.eligibility import objections
from conformance.core.exchange import Answer, Exchange, Request
from conformance.core.verdict import Finding, Outcome
from conformance.openbadges.signing import private_key
from conformance.pytest_plugin.measured import open_scenario_line
from conformance.record.model import RECORD
from conformance.record.reader import record_of
from conformance.report.views import VIEWS
from tests.conformance.certified import OWNER, WORDS, folder, invoke, part, suite, whole
from tests.conformance.records import (
    ALL,
    MUST,
    PREFLIGHT,
    failed,
    line_of,
    passed,
    result,
)

pytestmark = pytest.mark.slow


def certify(run: Path, out: Path, *words: str) -> Result:
    """Run the command on a run's folder."""
    return invoke("certify", str(run), "--out", str(out), *words)


def why_not(*lines: Any, **changes: Any) -> list[str]:
    """The reasons against a certificate for the whole run with something changed."""
    return list(objections(record_of(whole(*lines, **changes)), suite()))


def test_a_run_that_conforms_is_certified(tmp_path):
    """Record, every view, facts, a hash for each file and for each line."""
    ended = certify(folder(tmp_path / "run"), tmp_path / "c.zip")
    assert (ended.exit_code, ended.output.splitlines()[0][:19]) == (0, "Certified: Conforms")
    files = unpack((tmp_path / "c.zip").read_bytes())
    own = {"record.jsonl", "record.sha256", "certificate.json", "SHA256SUMS"}
    assert set(files) - {"selftest.json"} == {*VIEWS, *own}
    assert files["record.jsonl"] == (tmp_path / "run" / "record.jsonl").read_bytes()
    certificate = json.loads(files["certificate.json"])
    assert certificate["record"] == hashlib.sha256(files["record.jsonl"]).hexdigest()
    assert (certificate["verdict"], certificate["apis"]["connect"]["catalogue"]) == (
        "conforms",
        part().catalogue,
    )


def test_the_manifest_is_one_for_sha256sum(tmp_path):
    """The files can be checked without a copy of the suite."""
    certify(folder(tmp_path / "run"), tmp_path / "c.zip", *WORDS)
    files = unpack((tmp_path / "c.zip").read_bytes())
    lines = files["SHA256SUMS"].decode().splitlines()
    sums = {line.partition("  ")[2]: line.partition("  ")[0] for line in lines}
    assert sums == {
        name: hashlib.sha256(content).hexdigest()
        for name, content in files.items()
        if name != "SHA256SUMS"
    }


def test_the_same_run_gives_the_same_bytes(tmp_path):
    """With a key of one's own also with a badge: RS256 draws nothing."""
    key = tmp_path / "key.pem"
    key.write_bytes(private_key("issuer").as_pem(private=True))
    for number in (1, 2):
        run = folder(tmp_path / f"run {number}")
        ended = certify(run, tmp_path / f"{number}.zip", *WORDS, "--key", str(key))
        assert ended.exit_code == 0, ended.output
    assert (tmp_path / "1.zip").read_bytes() == (tmp_path / "2.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "1.zip") as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_whole_run_has_no_reason_against_it():
    """So that each of the reasons below is the only one."""
    assert why_not() == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"more": {"publishable": False}}, "made with --show-secrets"),
        ({"more": {"suite": "0.0.9"}}, "made by version 0.0.9 of the suite; this is"),
        ({"more": {"catalogue": "0" * 64}}, "a different catalogue of requirements"),
        ({"more": {"examples": 1}}, "tried 1 examples each"),
        ({"ended": "interrupted"}, "did not finish: it was interrupted"),
        ({"more": {"role": "issuer"}}, "certificates are for Backpacks"),
    ],
    ids=["shows secrets", "other suite", "other catalogue", "examples", "interrupted", "issuer"],
)
def test_a_run_that_says_too_little_is_refused(changes, reason):
    """One reason each."""
    (objection,) = why_not(**changes)
    assert reason in objection


def test_a_record_whose_sentences_were_rewritten_is_refused():
    """It names our catalogue and was judged by an easier one."""
    easier = [
        {**requirement, "level": "MAY"} for requirement in whole()[0]["apis"][0]["requirements"]
    ]
    assert why_not(more={"requirements": easier}) == [
        "its requirements do not match the catalogue that it names"
    ]


@pytest.mark.parametrize("version", ["0.2.0.dev3", "1.0rc1", "1.0+local", "2.0a1"])
def test_a_version_that_nobody_can_install_certifies_nothing(version):
    """The run could not be repeated."""
    record = record_of(whole(more={"suite": version}))
    found = list(objections(record, evolve(suite(), version=version)))
    assert found == [f"{version} is not a release of the suite, so the run cannot be repeated"]


@pytest.mark.parametrize("version", ["0.1.0", "1.0", "2.0.1.post1"])
def test_a_released_version_may_certify(version):
    """As everybody can install it."""
    record = record_of(whole(more={"suite": version}))
    assert list(objections(record, evolve(suite(), version=version))) == []


def test_a_run_of_a_part_is_refused():
    """Omitted scenarios may have failed; unknown scenarios prove nothing."""
    lines = whole()
    cut = record_of([lines[0], *lines[1:-9], lines[-1]])
    assert any("8 scenarios did not run: " in objection for objection in objections(cut, suite()))
    strange = record_of([lines[0], {**lines[1], "name": "mine"}, *lines[1:]])
    assert list(objections(strange, suite())) == ["1 scenarios are not those of this version: mine"]
    twice = record_of([lines[0], lines[1], *lines[1:]])
    assert list(objections(twice, suite())) == ["duplicate scenario"]


def test_a_must_that_did_not_pass_is_told_with_its_reason():
    """Failed, untested or inconclusive: each prevents a certificate."""
    line = line_of(
        failed(MUST[0]),
        Finding(MUST[1], Outcome.CANT_TELL, reason="it broke before this"),
        *map(passed, ALL[3:]),
    )
    reasons = why_not(line)
    assert reasons[0].startswith(f"{MUST[0]} failed: ")
    assert f"{MUST[1]} inconclusive: it broke before this" in reasons
    assert f"{ALL[2]} untested: no scenario of the run tests it" in reasons
    assert len(reasons) == 3


def test_a_should_binds_where_the_run_was_strict():
    """And nowhere else."""
    should = next(name for name in ALL if name not in MUST)
    line = line_of(*(passed(name) for name in ALL if name != should))
    assert why_not(line) == []
    assert why_not(line, more={"strict": True}) != []


def test_a_run_that_did_not_begin_or_end_is_refused():
    """With what the preflight found."""
    lines = whole()
    stopped = [*lines[:-1], {**lines[-1], "apis": {"connect": {"preflight": PREFLIGHT}}}]
    assert list(objections(record_of(stopped), suite())) == [
        "the run did not finish: GET /access: no connection"
    ]
    assert list(objections(record_of(lines[:-1]), suite())) == [
        "the run did not finish: it ended early"
    ]


def test_all_reasons_are_told_at_once(tmp_path):
    """All reasons are printed at once, and nothing is written."""
    run = folder(tmp_path / "run", whole(line_of(failed(MUST[0])), more={"publishable": False}))
    ended = certify(run, tmp_path / "c.zip")
    assert ended.exit_code == 1
    assert "--show-secrets" in ended.output
    assert f"{MUST[0]} failed" in ended.output
    assert "requirements untested: no scenario" in " ".join(ended.output.split())
    assert not (tmp_path / "c.zip").exists()


def telling(
    body: bytes, *headers: tuple[str, str], sent: tuple[tuple[str, str], ...] = ()
) -> dict[str, Any]:
    """An exchange as it is written where nothing is known of its secrets."""
    request = Request("GET", "http://backpack.example/", sent)
    made = Exchange(1, request, Answer(200, "OK", headers, body), 0.1)
    kept: dict[str, Any]
    [kept] = open_scenario_line("connect", result(exchanges=[made]), 0.5)["exchanges"]
    kept["answer"]["headers"] = [list(pair) for pair in headers]
    kept["request"]["headers"] = [list(pair) for pair in sent]
    return kept


def beside(*extra: dict[str, Any]) -> Any:
    """A measured run, with exchanges added to those of a scenario."""
    lines = whole()
    exchanges = lines[1]["exchanges"]
    added = [
        {**exchange, "number": number, "step": 99}
        for number, exchange in enumerate(extra, start=len(exchanges) + 1)
    ]
    lines[1] = {**lines[1], "exchanges": [*exchanges, *added]}
    return lines


SECRETS = {
    "«access_token, found late 1»": telling(b'{"access_token": "0a1b2c3d4e5f"}'),
    "«refresh_token, found late 1»": telling(b"<script>go('/cb?refresh_token=5c6d7e8f')</script>"),
    "«access_token, found late 2»": telling(b"", ("Location", "http://i/?access_token=1f2e3d4c")),
    "«cookie, found late 1»": telling(b"", ("Set-Cookie", "sid=91a2b3c4; Path=/")),
    "«private key, found late 1»": telling(b"-----BEGIN RSA PRIVATE KEY-----\n6f5e4d3c"),
    "«e-mail 1»": telling(b"Hello ada+2d3c4b5a@example.org"),
    "«password 1, base64»": telling(b"aHVudGVyMiBodW50ZXIy"),
}
"""Exchanges with a secret each, by what is printed in its place."""
COOKIE = telling(b"", sent=(("Cookie", "id=7b8a9d0c"),))
VALUES = (
    b"0a1b2c3d4e5f 5c6d7e8f 1f2e3d4c 91a2b3c4 7b8a9d0c 6f5e4d3c 2d3c4b5a aHVudGVyMiBodW50ZXIy"
).split()


@pytest.mark.parametrize(
    ("extra", "removed"),
    [(SECRETS.values(), tuple(SECRETS)), ([COOKIE], ("a cookie, or a word",))],
    ids=["of all kinds", "in a cookie that was sent"],
)
def test_secrets_in_the_record_are_removed(tmp_path, extra, removed):
    """The messages name the places, never the values; the target may still conform."""
    account = "ada+2d3c4b5a@example.org:hunter2 hunter2"
    run = folder(tmp_path / "run", beside(*extra))
    before = (run / RECORD).read_bytes()
    ended = certify(run, tmp_path / "c.zip", "--earner", account)
    assert ended.exit_code == 0, ended.output
    assert "Removed from the certificate" in ended.output
    assert [name for name in removed if name not in ended.output] == []
    assert len([value for value in VALUES if value in before]) == len(extra)
    with zipfile.ZipFile(tmp_path / "c.zip") as archive:
        written = [ended.output.encode(), *map(archive.read, archive.namelist())]
    assert [value for value in VALUES if any(value in text for text in written)] == []


def test_the_certificate_of_a_cleaned_record_holds(tmp_path):
    """The hashed record does not contain the removed secret."""
    lines = beside(telling(b'{"access_token": "0a1b2c3d4e5f"}'))
    certify(folder(tmp_path / "run", lines), tmp_path / "c.zip")
    with zipfile.ZipFile(tmp_path / "c.zip") as archive:
        record = archive.read("record.jsonl")
        assert hashlib.sha256(record).hexdigest().encode() in archive.read("SHA256SUMS")
    assert b"found late" in record


def test_what_a_run_has_hidden_is_no_secret(tmp_path):
    """Names in place of tokens and cookies, tokens that were made up to be refused."""
    body = '{"access_token": "«access_token 1»", "expires": 3600}'.encode()
    hidden = (("Set-Cookie", "sid=«cookie»; Path=/; HttpOnly"), ("Location", "http://i/?error=x"))
    lines = beside(telling(body, *hidden, sent=(("Cookie", "sid=«cookie»; b=«cookie»"),)))
    ended = certify(folder(tmp_path / "run", lines), tmp_path / "c.zip")
    assert ended.exit_code == 0, ended.output


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--owner", OWNER], "a badge needs both --owner and --url"),
        (["--url", "https://a.example/"], "a badge needs both --owner and --url"),
        (["--issuer", "Me"], "a badge needs --owner and --url"),
        (["--owner", "me", "--url", "https://a.example/"], "--owner: expected an e-mail"),
        (["--owner", OWNER, "--url", "ftp://a.example/"], "--url: expected an http(s) address"),
        ([*WORDS, "--key", __file__], "expected an RSA key in PEM"),
        (["--out", "/nowhere/c.zip"], "--out: cannot write /nowhere/c.zip"),
        (["--earner", "me"], "--earner: expected E-MAIL:PASSWORD"),
    ],
)
def test_a_wrong_option_is_told(tmp_path, words, message):
    """In a line, with exit code 2."""
    ended = certify(folder(tmp_path / "run"), tmp_path / "c.zip", *words)
    assert ended.exit_code == 2, ended.output
    assert message in ended.output
    assert "Traceback" not in ended.output


def test_a_certificate_is_not_overwritten(tmp_path):
    """The existing file may have been published: it stays, and the message names it."""
    out = tmp_path / "c.zip"
    out.write_bytes(b"mine")
    ended = certify(folder(tmp_path / "run"), out)
    assert ended.exit_code == 2
    assert "c.zip already exists" in ended.output
    assert out.read_bytes() == b"mine"
