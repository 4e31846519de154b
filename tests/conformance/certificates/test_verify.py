"""A certificate is recomputed from its record, and each change is reported by name."""

import io
import json
import socket
import zipfile
from base64 import urlsafe_b64encode
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from click.testing import Result
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from conformance.certificates.archive import MOST_FILES, pack, unpack
from conformance.certificates.contents import contents
from conformance.certificates.verification import verify_files
from conformance.openbadges.signing import private_key, public_pem
from conformance.record.reader import parse_record
from tests.conformance.certified import (
    OWNER,
    WORDS,
    folder,
    invoke,
    part,
    sealed,
    suite,
    whole,
    with_fact,
)
from tests.conformance.records import ALL, MUST, failed, line_of, passed, write

pytestmark = pytest.mark.slow

Files = dict[str, bytes]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate with a badge, signed by a key of its owner's."""
    where = tmp_path_factory.mktemp("certified")
    key = where / "key.pem"
    key.write_bytes(private_key("issuer").as_pem(private=True))
    words = ["certify", str(folder(where / "run")), "--out", str(where / "c.zip"), *WORDS]
    ended = invoke(*words, "--key", str(key))
    assert ended.exit_code == 0, ended.output
    return where / "c.zip"


@pytest.fixture
def files(certificate: Path) -> Files:
    """Its files."""
    return unpack(certificate.read_bytes())


def verify(file: Path, *words: str) -> Result:
    """Run the command on a zip file."""
    return invoke("verify", str(file), *words)


def complaints(files: Files) -> list[str]:
    """The complaints about a certificate."""
    return list(verify_files(files, lambda _: suite()).complaints)


def test_a_certificate_holds(certificate, tmp_path):
    """Verdict, target, suite, badge: what it says, and that it is so."""
    key = tmp_path / "public.pem"
    key.write_bytes(public_pem("issuer"))
    ended = verify(certificate, "--owner", OWNER, "--key", str(key))
    assert ended.exit_code == 0, ended.output
    assert ended.output.startswith(f"Valid. Conforms: {len(MUST)} of {len(MUST)} MUST")
    for fact in ("http://backpack.example/", suite().version, part().catalogue, "by backpack.ex"):
        assert fact in ended.output


def test_it_is_verified_without_any_network(certificate, monkeypatch):
    """Not even a name is looked up."""

    def refuse(*_words: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert verify(certificate).exit_code == 0


def test_what_was_altered_is_missing_or_was_added_is_named(files):
    """The manifest shows it; the record is judged anyway."""
    changed = {**files, "junit.xml": files["junit.xml"] + b" ", "extra.txt": b"mine"}
    del changed["wire.har"]
    assert complaints(changed) == [
        "extra.txt was added",
        "junit.xml was altered",
        "wire.har is missing",
    ]


def test_an_altered_line_of_the_record_is_told_by_its_number(files):
    """Even if the manifest was rewritten."""
    lines = files["record.jsonl"].split(b"\n")
    lines[4] = lines[4].replace(b'"title": "', b'"title": "Other: ', 1)
    found = complaints(unpack(sealed({**files, "record.jsonl": b"\n".join(lines)})))
    assert "record.jsonl:5: this line was altered" in found
    assert "open-badge/assertion.jws: it signs other content: id, uid" in found


def test_a_line_that_is_gone_is_told(files):
    """The certificate contains the number of lines."""
    lines = files["record.jsonl"].split(b"\n")
    found = complaints({**files, "record.jsonl": b"\n".join(lines[:-3] + lines[-2:])})
    assert f"record.jsonl: expected {len(lines) - 1} lines, saw {len(lines) - 2}" in found


def test_a_record_that_is_none_any_more_is_told_with_its_line(files):
    """And nothing is judged by it."""
    lines = files["record.jsonl"].split(b"\n")
    lines[2] = b'{"kind": "scenario"}'
    judged = verify_files({**files, "record.jsonl": b"\n".join(lines)}, lambda _: suite())
    assert judged.record is None
    assert any(complaint.startswith("record.jsonl:3: ") for complaint in judged.complaints)


def written(tmp_path: Path, lines: list[Any]) -> bytes:
    """The bytes of a record."""
    return write(tmp_path / "other.jsonl", *lines).read_bytes()


def forged(tmp_path: Path, lines: list[Any]) -> list[str]:
    """The complaints about a certificate of a forged record with matching hashes."""
    record = parse_record(written(tmp_path, lines).decode(), "record.jsonl")
    content = written(tmp_path, lines)
    return complaints(unpack(pack(contents(record, content, None))))


def in_scenario(name: str, change: Callable[[dict[str, Any]], dict[str, Any]]) -> list[Any]:
    """A whole real run with the line of one scenario changed."""
    lines = whole()
    assert any(line.get("name") == name for line in lines)
    return [change(deepcopy(line)) if line.get("name") == name else line for line in lines]


def test_a_real_run_is_judged_again_from_its_exchanges(files):
    """Most of its findings; what is taken on trust is counted, with the reason."""
    judged = verify_files(files, lambda _: suite()).recheck
    assert judged is not None
    assert judged.complaints == ()
    assert judged.confirmed > 3 * sum(judged.trusted.values())


def test_what_verify_proved_and_what_it_trusts_is_told(certificate):
    """Also how to repeat the run."""
    output = verify(certificate).output
    assert "Judged again from the recorded exchanges: " in output
    assert "Taken on trust: " in output
    assert "To repeat the run: backpack-conformance run " in output


def unchanged_token(line: dict[str, Any]) -> dict[str, Any]:
    """The refresh answers with the refresh token that it was given."""
    refreshed = next(
        exchange for exchange in line["exchanges"] if exchange["request"]["url"].endswith("/token")
    )
    sent = json.loads(refreshed["request"]["body"]["text"])["refresh_token"]
    answer = {**json.loads(refreshed["answer"]["body"]["text"]), "refresh_token": sent}
    refreshed["answer"]["body"]["text"] = json.dumps(answer, ensure_ascii=False)
    return line


def refused(line: dict[str, Any]) -> dict[str, Any]:
    """Every answer is a refusal."""
    for exchange in line["exchanges"]:
        exchange["answer"]["status"] = 400
    return line


def without_exchanges(line: dict[str, Any]) -> dict[str, Any]:
    """Nothing shows what passed."""
    findings = [{**finding, "exchange": None} for finding in line["findings"]]
    kept = [
        {name: value for name, value in finding.items() if value is not None}
        for finding in findings
    ]
    return {**line, "exchanges": [], "findings": kept}


def with_lost_exchanges(line: dict[str, Any]) -> dict[str, Any]:
    """The findings still name them."""
    return {**line, "exchanges": []}


def with_one_exchange_for_all(line: dict[str, Any]) -> dict[str, Any]:
    """Every finding refers to the same valid answer."""
    number = line["findings"][0]["exchange"]
    return {**line, "findings": [{**finding, "exchange": number} for finding in line["findings"]]}


def without_a_finding(line: dict[str, Any]) -> dict[str, Any]:
    """A missing failure would let the requirement pass because of other findings."""
    return {**line, "findings": line["findings"][1:]}


def with_an_invented_finding(line: dict[str, Any]) -> dict[str, Any]:
    """A requirement that the scenario does not judge."""
    invented = {**line["findings"][0], "requirement": "BC-IDENT-01"}
    return {**line, "findings": [*line["findings"], invented]}


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (unchanged_token, "BC-TOKEN-04 is recorded as passed, but exchange 6 shows the same"),
        (refused, "BC-TOKEN-03 is recorded as passed, but exchange 7 shows 400, expected status"),
        (without_exchanges, "BC-TOKEN-01 is recorded as passed without an exchange that shows it"),
        (with_lost_exchanges, "BC-TOKEN-01 is recorded as passed, but there is no exchange 6"),
        (with_one_exchange_for_all, "BC-TOKEN-03 is recorded as passed, but exchange 6 belongs to"),
        (without_a_finding, "step 2: nothing is recorded for BC-TOKEN-01"),
        (with_an_invented_finding, "BC-IDENT-01 is recorded as passed, but the scenario does not"),
    ],
)
def test_findings_that_their_exchanges_do_not_carry_are_refused(tmp_path, change, complaint):
    """A forged record would need a plausible answer for every finding."""
    found = forged(tmp_path, in_scenario("token-refresh", change))
    assert any(complaint in line and "token-refresh" in line for line in found), found


def test_a_run_of_another_target_is_refused(tmp_path):
    """A run of the mock says nothing of a Backpack elsewhere."""
    lines = whole(more={"target": "https://backpack.example.net/"})
    found = forged(tmp_path, lines)
    assert any(
        "but the target is https://backpack.example.net/" in complaint for complaint in found
    )


def test_a_mock_with_a_defect_is_refused(tmp_path):
    """Whatever outcomes the record claims."""
    found = forged(tmp_path, whole(more={"target": "mock:token.no-rotation"}))
    assert any("a mock with a defect or fault enabled" in complaint for complaint in found)


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (lambda: whole(line_of(failed(MUST[0]), *map(passed, ALL))), f"{MUST[0]} failed"),
        (lambda: whole(more={"publishable": False}), "--show-secrets"),
        (lambda: whole(ended="interrupted"), "interrupted"),
        (
            lambda: whole(
                more={
                    "requirements": [
                        {**requirement, "level": "MAY"}
                        for requirement in whole()[0]["apis"][0]["requirements"]
                    ]
                }
            ),
            "its requirements do not match the catalogue",
        ),
    ],
    ids=["a MUST failed", "secrets", "interrupted", "easier sentences"],
)
def test_a_record_that_earns_none_is_not_certified_by_a_good_manifest(
    tmp_path, files, lines, reason
):
    """Hashes prove that nothing changed since, and no more."""
    other = unpack(sealed({**files, "record.jsonl": written(tmp_path, lines())}))
    assert any(
        f"cannot be certified: {reason}" in complaint or reason in complaint
        for complaint in complaints(other)
    )
    assert any("cannot be certified" in complaint for complaint in complaints(other))


def test_a_report_that_tells_another_story_is_found(files):
    """Every view is generated from the record again, and compared byte by byte."""
    better = files["summary.md"].replace(b"Conforms", b"Conforms perfectly", 1)
    assert complaints(unpack(sealed({**files, "summary.md": better}))) == [
        "summary.md does not match the record"
    ]


def test_a_file_with_no_place_in_it_is_told(files):
    """Also where the manifest knows it."""
    assert complaints(unpack(sealed({**files, "seal-of-approval.png": b"?"}))) == [
        "seal-of-approval.png does not belong in a certificate"
    ]


OTHER_FACTS = {
    "verdict": "conforms",
    "sentence": "All of it.",
    "profile": "documented",
    "catalogue": "0" * 64,
    "selftest": {"score": "all of them", "perfect": True},
}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("target", "https://better.example"),
        ("seed", 8),
        ("apis", {"connect": OTHER_FACTS}),
        ("started", "2020-01-01T00:00:00Z"),
    ],
)
def test_a_fact_that_is_not_so_is_found(files, name, value):
    """The facts are those of the record."""
    changed = unpack(sealed(with_fact(files, name, value)))
    assert "certificate.json does not match the record" in complaints(changed)


@pytest.mark.parametrize(
    ("facts", "wrong"),
    [
        (b"{", "certificate.json: expected JSON"),
        (b"[" * 100_000, "certificate.json: expected JSON"),
        (b"[]", "certificate.json: "),
        (b'{"verdict": "conforms"}', "certificate.json: "),
    ],
)
def test_facts_that_are_none_are_told(files, facts, wrong):
    """Without a traceback."""
    found = complaints(unpack(sealed({**files, "certificate.json": facts})))
    assert any(complaint.startswith(wrong) for complaint in found)


def test_a_badge_that_another_key_signed_is_found(files):
    """The signature must match the key in the certificate, and that key the facts."""
    changed = unpack(sealed({**files, "open-badge/key.pem": public_pem("stranger")}))
    assert any(
        "the signature is not that of open-badge/key.pem" in complaint
        for complaint in complaints(changed)
    )


@pytest.mark.parametrize(
    "key", [b"", b"no key", b"\x00\xff", b"-----BEGIN PUBLIC KEY-----\nAA==\n"]
)
def test_a_key_that_is_none_is_told(files, key):
    """Without a traceback."""
    changed = unpack(sealed({**files, "open-badge/key.pem": key}))
    assert any("the signature is not that of" in complaint for complaint in complaints(changed))


def test_a_weak_key_is_told(files):
    """Anybody may have found out the private part of a short one."""
    weak = rsa.generate_private_key(65537, 1024)  # noqa: S505 - on purpose
    pem = weak.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    head, _, _ = files["open-badge/assertion.jws"].rpartition(b".")
    signature = urlsafe_b64encode(weak.sign(head, PKCS1v15(), SHA256())).rstrip(b"=")
    badge = {"open-badge/key.pem": pem, "open-badge/assertion.jws": head + b"." + signature}
    found = complaints(unpack(sealed({**files, **badge})))
    assert any("an RSA key of 2048 bits or more, saw 1024" in complaint for complaint in found)


@pytest.mark.parametrize("jws", [b"", b"a.b.c", b"..", b"\xff", b"e30.e30.e30", b"null.null.null"])
def test_a_signature_that_is_none_is_told(files, jws):
    """Without a traceback."""
    changed = unpack(sealed({**files, "open-badge/assertion.jws": jws}))
    assert any("the signature is not that of" in complaint for complaint in complaints(changed))


def test_a_badge_for_somebody_else_is_found(files):
    """The award in the facts is what was signed."""
    award = {**json.loads(files["certificate.json"])["award"], "identity": f"sha256${'0' * 64}"}
    found = complaints(unpack(sealed(with_fact(files, "award", award))))
    assert "open-badge/assertion.jws: it signs other content: recipient" in found


def test_another_owner_or_key_than_expected_is_told(certificate, tmp_path):
    """The expected owner and key can be given as options."""
    key = tmp_path / "stranger.pem"
    key.write_bytes(public_pem("stranger"))
    ended = verify(certificate, "--owner", "mallory@example.org", "--key", str(key))
    assert ended.exit_code == 1
    assert "the badge was not awarded to mallory@example.org" in ended.output
    assert "the badge was not signed with" in ended.output


def test_the_e_mail_of_the_owner_stands_nowhere(files):
    """The badge names its recipient by a salted hash."""
    assert not any(OWNER.encode() in content for content in files.values())


def test_another_version_does_not_judge_what_it_does_not_know(files):
    """It says so, in place of a verdict."""
    judged = verify_files(files, lambda _: evolve(suite(), version="9.9"))
    assert judged.complaints == ()
    assert judged.of_another_version.endswith("of the suite; this is version 9.9")
    other = verify_files(
        files, lambda _: evolve(suite(), parts={"connect": evolve(part(), catalogue="0" * 64)})
    )
    assert "different catalogue" in other.of_another_version


def zipped(
    *entries: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED
) -> bytes:
    """A zip with arbitrary files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return stream.getvalue()


def link() -> zipfile.ZipInfo:
    """A symbolic link, as Info-ZIP keeps one."""
    entry = zipfile.ZipInfo("record.jsonl")
    entry.create_system, entry.external_attr = 3, 0o120777 << 16
    return entry


def encrypted(content: bytes) -> bytes:
    """The same zip, said to be encrypted."""
    at = content.index(b"PK\x01\x02") + 8
    return content[:at] + b"\x01" + content[at + 1 :]


def lying(content: bytes) -> bytes:
    """The same zip, whose directory says that a file is smaller than it is."""
    at = content.index(b"PK\x01\x02") + 24
    return content[:at] + (7).to_bytes(4, "little") + content[at + 4 :]


def broken(content: bytes) -> bytes:
    """The same zip with a byte of the first file changed."""
    return content[:45] + bytes([content[45] ^ 0xFF]) + content[46:]


PLAIN = zipped(("record.jsonl", b"{}\n" * 200))
HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "no zip": (lambda: b"PK is what I am called", "expected a complete zip"),
    "empty": (lambda: b"", "expected a complete zip"),
    "longer": (lambda: PLAIN + b"x", "expected only a zip file"),
    "program": (lambda: b"MZ" + PLAIN, "expected only a zip file"),
    "empty zip": (zipped, "not a certificate: no SHA256SUMS"),
    "truncated": (lambda: PLAIN[: len(PLAIN) // 2], "expected a complete zip"),
    "altered byte": (lambda: broken(PLAIN), "record.jsonl was altered"),
    "bomb": (
        lambda: zipped(*[(f"f{n}", b"\0" * 2**26) for n in range(5)]),
        "bytes unpacked, saw 335544320",
    ),
    "lying bomb": (lambda: lying(PLAIN), "record.jsonl was altered"),
    "too many": (
        lambda: zipped(*[(f"f{n}", b"") for n in range(MOST_FILES + 1)]),
        "at most 64 files",
    ),
    "path above": (
        lambda: zipped(("../../etc/cron.d/x", b"")),
        "plain names of files, saw '../../etc",
    ),
    "absolute path": (
        lambda: zipped(("/etc/passwd", b"")),
        "plain names of files, saw '/etc/passwd'",
    ),
    "drive": (lambda: zipped(("C:\\x", b"")), "plain names of files"),
    "folder": (lambda: zipped(("open-badge/", b"")), "plain names of files"),
    "control characters": (lambda: zipped(("a\x1b[31m", b"")), "plain names of files"),
    "link": (lambda: zipped((link(), b"/etc/passwd")), "record.jsonl is a link or a device"),
    "encrypted": (lambda: encrypted(PLAIN), "record.jsonl is encrypted"),
    "other files": (lambda: zipped(("readme.txt", b"")), "not a certificate: no SHA256SUMS"),
}


@pytest.mark.parametrize(("made", "message"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_zip_is_refused_in_a_sentence(tmp_path, made, message):
    """With exit code 2, its name, and no traceback."""
    file = tmp_path / "hostile.zip"
    file.write_bytes(made())
    ended = verify(file)
    assert ended.exit_code == 2, ended.output
    assert ended.output.startswith(str(file))
    assert message in ended.output
    assert len(ended.output.splitlines()) == 1


def test_a_name_that_comes_twice_is_refused(tmp_path):
    """Two readers might take two different files for it."""
    file = tmp_path / "twice.zip"
    with pytest.warns(UserWarning, match="Duplicate name"):
        file.write_bytes(zipped(("record.jsonl", b"a"), ("record.jsonl", b"b")))
    ended = verify(file)
    assert (ended.exit_code, "duplicate file 'record.jsonl'" in ended.output) == (2, True)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_file_that_is_packed_otherwise_is_refused(tmp_path, method):
    """Certificates are deflated, and nothing else is asked to unpack what anybody may have made."""
    file = tmp_path / "other.zip"
    file.write_bytes(zipped(("record.jsonl", b"{}"), method=method))
    ended = verify(file)
    assert (ended.exit_code, "record.jsonl is compressed in another way" in ended.output) == (
        2,
        True,
    )


def test_a_certificate_without_a_badge_says_so(tmp_path):
    """If a badge is expected."""
    out = tmp_path / "c.zip"
    invoke("certify", str(folder(tmp_path / "run")), "--out", str(out))
    assert verify(out).exit_code == 0
    ended = verify(out, "--owner", OWNER)
    assert (ended.exit_code, "it contains no badge" in ended.output) == (1, True)
