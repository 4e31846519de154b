"""The command ``backpack-conformance verify``."""

from collections.abc import Iterator
from pathlib import Path

import click

from conformance.certificates.archive import sha256, unpack
from conformance.certificates.contents import Seal
from conformance.certificates.keys import public_pem, read_key
from conformance.certificates.recheck import MOST_COMPLAINTS, Recheck
from conformance.certificates.suite import this_suite
from conformance.certificates.verification import Verification, verify_files
from conformance.core.errors import AuthoringError, Place
from conformance.core.terminal import say, say_reasons
from conformance.core.verdict import ExitCode
from conformance.record.model import Record
from conformance.report.summary import profiles_of, summarize

PEM = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument(
    "certificate", metavar="ZIP", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--owner", metavar="E-MAIL", help="The badge must have been awarded to this e-mail.")
@click.option("--key", type=PEM, help="The badge must have been signed with this RSA key (PEM).")
@click.pass_context
def verify(
    ctx: click.Context, /, *, certificate: Path, owner: str | None, key: Path | None
) -> None:
    """Verify a certificate from its record, without a network.

    \b
    Exit codes: 0 valid, 1 not valid, 2 not a certificate,
                3 another version of the suite made it.
    """
    try:
        verification = verify_files(unpack(certificate.read_bytes()), this_suite)
    except AuthoringError as error:
        raise AuthoringError(str(error), Place(str(certificate))) from error
    wrong = [*verification.complaints, *_unwanted(verification.seal, owner, key)]
    if wrong:
        say_reasons("Not valid:", _bounded(wrong))
        ctx.exit(ExitCode.DOES_NOT_CONFORM)
    if verification.of_another_version:
        say(f"Inconclusive: {verification.of_another_version}.", colour="yellow")
        say("Its files were not altered. Verify it with the version that made it.")
        ctx.exit(ExitCode.COULD_NOT_TELL)
    verdict, *facts = _lines(verification)
    say(verdict, colour="green")
    for line in facts:
        say(line)


def _bounded(complaints: list[str]) -> Iterator[str]:
    """The first complaints, and how many more there are."""
    yield from complaints[:MOST_COMPLAINTS]
    if (more := len(complaints) - MOST_COMPLAINTS) > 0:
        yield f"and {more} more"


def _unwanted(seal: Seal | None, owner: str | None, key: Path | None) -> Iterator[str]:
    """Where a badge is not the one that the user expects."""
    if seal is None:
        if owner or key:
            yield "it contains no badge"
        return
    if owner and not seal.award.is_for(owner):
        yield f"the badge was not awarded to {owner}"
    if key and public_pem(read_key(key)) != seal.key:
        yield f"the badge was not signed with {key}"


def _lines(verification: Verification) -> Iterator[str]:
    record, seal = verification.record, verification.seal
    if record is None:
        return
    yield f"Valid. {summarize(record).sentence}"
    yield from _about(record)
    if verification.recheck:
        yield from _proof(verification.recheck, record)
    if seal:
        yield f"Badge    to {seal.award.identity[:19]}…, by {seal.award.issuer}"
        yield f"Hosted   {seal.award.url}"
        yield f"Key      SHA-256 {sha256(seal.key)}"


def _proof(recheck: Recheck, record: Record) -> Iterator[str]:
    """What was proved, and what has to be taken on trust."""
    trusted = sum(recheck.trusted.values())
    yield f"Judged again from the recorded exchanges: {recheck.confirmed} findings"
    yield f"Taken on trust: {trusted} findings, and that the exchanges took place"
    for reason, number in sorted(recheck.trusted.items(), key=lambda item: -item[1]):
        yield f"  {number} {reason}"
    yield f"To repeat the run: {record.header['command']}"


def _about(record: Record) -> Iterator[str]:
    header = record.header
    product = f" ({record.product})" if record.product else ""
    yield f"Target   {header['target']}{product}, {header['started']}"
    yield f"Profile  {profiles_of(record)}"
    catalogues = ", ".join(section.catalogue for section in record.sections)
    yield f"Suite    {header['suite']}, catalogue {catalogues}, as in this version"
