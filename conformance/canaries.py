"""Secrets that escaped: a last look at what was written, before anybody else sees it."""

import re
from collections.abc import Iterator, Mapping

from conformance.record import Record
from conformance.redaction import Secrets
from conformance.values.exchange import Exchange

GIVEN_TOKEN = re.compile(
    r"""["'?&#](access_token|refresh_token)["']?\s*[:=]\s*["']?([^"'&\s«]{8,})"""
)
"""A token as an answer gives it, in JSON, in a script or in the address of a callback."""
PRIVATE_KEY = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----")
COOKIE = re.compile(r"=(?!«cookie»)[^;\s]")


def accounts_in(accounts: Mapping[str, str]) -> Secrets:
    """What must stand nowhere: e-mails and passwords, in whatever usual form.

    A password that is a mere word is left out: it may stand in a sentence of ours.
    """
    secrets = Secrets()
    for email, password in accounts.items():
        secrets.add(email, "e-mail")
        if not password.isalpha():
            secrets.add(password, "password")
    return secrets


def escaped(files: Mapping[str, bytes], secrets: Secrets) -> Iterator[str]:
    """Which secret stands in which file, told without the secret."""
    for name, content in files.items():
        text = content.decode(errors="replace")
        yield from (f"{name}: {secret} stands in it" for secret in secrets.standing_in(text))


def private_keys(files: Mapping[str, bytes]) -> Iterator[str]:
    """In which file a private key stands: ours, or one that a target has let out."""
    for name, content in files.items():
        if PRIVATE_KEY.search(content):
            yield f"{name}: a private key stands in it"


def unhidden(record: Record) -> Iterator[str]:
    """Tokens and cookies that a run should have hidden, by the exchange that shows them."""
    for scenario in record.scenarios:
        for exchange in scenario.exchanges:
            for what in _shown(exchange):
                yield f"{what} stands in exchange {exchange.number} of {scenario.name}"


def _shown(exchange: Exchange) -> Iterator[str]:
    sent = [("cookie", value) for name, value in exchange.request.headers if name == "Cookie"]
    given = exchange.answer.headers if exchange.answer else ()
    for name, value in (*sent, *given):
        match name.lower():
            case "cookie" if COOKIE.search(value):
                yield "a cookie"
            case "set-cookie" if COOKIE.match(value[value.find("=") :]):
                yield "a cookie"
            case "location" if GIVEN_TOKEN.search(value):
                yield "a token"
    if exchange.answer and GIVEN_TOKEN.search(exchange.answer.body.decode(errors="replace")):
        yield "a token"
