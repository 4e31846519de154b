"""The command ``backpack-conformance certify``."""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import click
from attrs import frozen

from conformance.certificates.archive import pack, sha256
from conformance.certificates.contents import Seal, contents
from conformance.certificates.eligibility import objections
from conformance.certificates.keys import public_pem, signing_key
from conformance.certificates.open_badge import BadgeAward, sign
from conformance.certificates.recheck import MOST_COMPLAINTS, recheck
from conformance.certificates.suite import this_suite
from conformance.core.errors import AuthoringError, Place
from conformance.core.resources import shown
from conformance.core.terminal import say, say_reasons
from conformance.core.verdict import EXIT_CODES, ExitCode, RunVerdict
from conformance.record.model import RECORD, Record
from conformance.record.reader import lines_of, parse_record
from conformance.report.leaks import Cleaned, accounts_in, clean, clean_files, learn, record_bytes
from conformance.report.summary import summarize
from conformance.target.configuration.texts import read


@frozen(kw_only=True)
class BadgeRequest:
    """The badge that the user asked for."""

    owner: str | None = None
    url: str | None = None
    issuer: str | None = None
    key: Path | None = None

    def award(self, record: bytes) -> BadgeAward | None:
        """Who is rewarded by whom; ``None`` when no badge is wanted.

        Raises:
            AuthoringError: when owner or address are missing, or wrong.
        """
        if self.owner is None and self.url is None:
            if self.issuer or self.key:
                raise AuthoringError("a badge needs --owner and --url")
            return None
        if self.owner is None or self.url is None:
            raise AuthoringError("a badge needs both --owner and --url")
        if "@" not in self.owner:
            raise AuthoringError(f"--owner: expected an e-mail, saw {self.owner!r}")
        url = _base(self.url)
        issuer = self.issuer or str(urlsplit(url).hostname)
        return BadgeAward.to(self.owner, url=url, issuer=issuer, record=record)


def _base(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise AuthoringError(f"--url: expected an http(s) address of a folder, saw {url!r}")
    return url if url.endswith("/") else f"{url}/"


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default="certificate.zip",
    show_default=True,
    help="File for the certificate; an existing file is not overwritten.",
)
@click.option(
    "--earner",
    "earners",
    multiple=True,
    metavar="E-MAIL:PASSWORD",
    help="An account used in the run; the certificate must not contain it.",
)
@click.option("--owner", metavar="E-MAIL", help="The Backpack's owner, who gets an Open Badge.")
@click.option("--url", metavar="URL", help="Where the unpacked certificate will be hosted.")
@click.option(
    "--issuer", metavar="NAME", help="Who awards the badge; by default the host of --url."
)
@click.option(
    "--key",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="RSA private key (PEM) that signs the badge; by default a new key for this badge only.",
)
@click.pass_context
def certify(
    ctx: click.Context,
    /,
    *,
    folder: Path,
    out: Path,
    earners: tuple[str, ...],
    owner: str | None,
    url: str | None,
    issuer: str | None,
    key: Path | None,
) -> None:
    """Certify a complete passing run.

    DIR is the folder of a run. The certificate holds its record, the reports and a hash of each
    file; with --owner and --url also a signed Open Badge. For a run that cannot be certified,
    every reason is printed.

    \b
    Exit codes: 0 certified, 1 does not conform, 2 wrong usage or files,
                3 inconclusive, 4 incomplete, or not suitable for publication.
    """
    if out.exists():
        raise AuthoringError(f"--out: {out} already exists; choose another name, or remove it")
    wish = BadgeRequest(owner=owner, url=url, issuer=issuer, key=key)
    accounts = accounts_in(_accounts(earners))
    content = _content(folder / RECORD if folder.is_dir() else folder)
    record = parse_record(content.decode(errors="replace"), shown(folder))
    lines = [json.loads(line) for line in lines_of(content.decode(errors="replace"))]
    learn(lines, accounts)
    cleaned = clean(lines, accounts)
    if cleaned.names:
        content = record_bytes(cleaned.lines)
        record = parse_record(content.decode(), shown(folder))
    files = _sealed(record, content, wish)
    shown_secrets = [
        f"{name} contains {secret}" for name, _, secret in clean_files(files, accounts)
    ]
    suite = this_suite(section.api.name for section in record.sections)
    contradicted = recheck(record, suite).complaints[:MOST_COMPLAINTS]
    if wrong := [*objections(record, suite), *contradicted, *shown_secrets]:
        say_reasons("No certificate:", wrong)
        ctx.exit(_code(record))
    _write(out, pack(files))
    say(f"Certified: {summarize(record).sentence}", colour="green")
    for line in _taken_out(cleaned):
        say(line)
    for line in _facts(files, wish):
        say(line)
    say(f"Certificate: {out.resolve()}")


def _accounts(earners: Iterable[str]) -> Mapping[str, str]:
    try:
        accounts = [account for text in earners for account in read("accounts", text)]
    except AuthoringError as error:
        raise AuthoringError(f"--earner: {error.message}") from None
    return {account["email"]: account["password"] for account in accounts}


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise AuthoringError(f"cannot be read: {error.strerror}", Place(shown(file))) from error


def _sealed(record: Record, content: bytes, wish: BadgeRequest) -> dict[str, bytes]:
    award = wish.award(content)
    if award is None:
        return contents(record, content, None)
    key = signing_key(wish.key)
    signature = sign(record, content, award, key)
    return contents(record, content, Seal(award, signature, public_pem(key)))


def _code(record: Record) -> ExitCode:
    """That of the run; of one that conforms, and cannot be certified all the same, incomplete."""
    verdict = record.verdict()
    return ExitCode.INCOMPLETE if verdict is RunVerdict.CONFORMS else EXIT_CODES[verdict]


def _write(out: Path, content: bytes) -> None:
    try:
        out.write_bytes(content)
    except OSError as error:
        raise AuthoringError(f"--out: cannot write {out}: {error.strerror}") from error


def _taken_out(cleaned: Cleaned) -> Iterator[str]:
    """What the record of the certificate lacks that the run's own record has."""
    if cleaned.names:
        yield "Removed from the certificate, but still in the record of the run:"
        yield from (f"  {name}" for name in cleaned.names)


def _facts(files: Mapping[str, bytes], wish: BadgeRequest) -> Iterator[str]:
    yield f"Record: SHA-256 {sha256(files[RECORD])}"
    if wish.url:
        yield f"Badge: for {wish.owner}; unpack the certificate at {_base(wish.url)}"
    if wish.url and wish.key is None:
        yield "Key: made for this badge, and not stored"
