"""Mistakes in pages and endpoints."""

import hashlib
from itertools import count

from tests.miniatures.plain.answer import HTML, Answer, Document, Refusal, redirect
from tests.miniatures.plain.api import Api
from tests.miniatures.plain.defects.table import DEFECTS
from tests.miniatures.plain.pages import Pages
from tests.miniatures.plain.vault import Earner, Session


@DEFECTS.breaks("BC-SAFE-03", "BC-REVOKE-05")
class AsksForNoCsrfToken(Pages):
    """A form of any other site is as good as its own."""

    def belongs(self, fields: dict[str, str], session: Session) -> bool:
        return True


@DEFECTS.breaks("BC-CONNECT-10")
class LosesTheQuery(Pages):
    """Puts its parameters in the place of the callback's own."""

    def return_to(self, callback: str, ours: dict[str, str]) -> Answer:
        return super().return_to(callback.partition("?")[0], ours)


@DEFECTS.breaks("BC-CONNECT-07")
class DeniesInSilence(Pages):
    """Sends the earner back without a word."""

    def deny(self) -> Answer:
        return redirect(302, self.act()[1]["callback"])


@DEFECTS.breaks("BC-SAFE-14")
class RedirectsAnywhere(Pages):
    """After the login it sends the earner wherever the link said."""

    def is_here(self, after: str) -> bool:
        return after != ""


@DEFECTS.breaks("BC-IDENT-06")
class EchoesTheEmail(Api):
    """Tells the e-mail that the hash should hide."""

    def identity_of(self, earner: Earner) -> Document:
        return super().identity_of(earner) | {"display_name": earner.email}


@DEFECTS.breaks("BC-IDENT-07")
class CountsItsSalts(Api):
    """Numbers its earners and calls that a salt."""

    numbers = count(1000)

    def identity_of(self, earner: Earner) -> Document:
        if len(earner.salt) > len("1000"):
            earner.salt = str(next(self.numbers))
        return super().identity_of(earner)


@DEFECTS.breaks("BC-IDENT-04", "BC-IDENT-05")
class PrependsTheSalt(Api):
    """Hashes salt and e-mail in the wrong order."""

    def identity_of(self, earner: Earner) -> Document:
        digest = hashlib.sha256((earner.salt + earner.email).encode()).hexdigest()
        return super().identity_of(earner) | {"recipient": f"sha256${digest}"}


@DEFECTS.breaks("BC-ISSUE-04", "BC-ISSUE-14")
class ErrsInHtml(Api):
    """Errors are pages, as the framework makes them."""

    def refuse(self, refusal: Refusal) -> Answer:
        page = f"<h1>{refusal.status}</h1>".encode()
        return Answer(refusal.status, page, HTML | refusal.headers)


@DEFECTS.breaks("BC-ISSUE-08", "BC-ISSUE-15")
class FailsWithoutBody(Api):
    """Reads the badge out of a body that it never looked for."""

    def wanted(self) -> Document:
        if not self.body:
            raise Refusal(500, "'NoneType' object is not subscriptable")
        return super().wanted()
