"""Mistakes of the plain Backpack, each made by one method that is not what it should be."""

import hashlib
import time
from dataclasses import replace
from itertools import count
from urllib import parse

from tests.miniatures.defect import Defects
from tests.miniatures.plain.answer import HTML, Answer, Document, Refusal, redirect
from tests.miniatures.plain.api import Api
from tests.miniatures.plain.fetcher import Fetcher
from tests.miniatures.plain.judge import Judge, Verdict
from tests.miniatures.plain.pages import Pages
from tests.miniatures.plain.vault import Earner, Grant, Session, Vault

DEFECTS = Defects()


@DEFECTS.breaks("BC-AUTH-06", "BC-ISSUE-12")
class ForgetsExpiry(Vault):
    """Nobody asks whether the hour is over."""

    def has_expired(self, grant: Grant) -> bool:
        return False


@DEFECTS.breaks("BC-AUTH-07")
class ExpiresEarly(Vault):
    """Takes a margin from the hour that it promised."""

    def has_expired(self, grant: Grant) -> bool:
        return self.clock() >= grant.until - 0.6 * self.expires


@DEFECTS.breaks("BC-AUTH-11", "BC-ISSUE-13")
class FoldsCase(Vault):
    """Looks tokens up in a column whose collation knows no letter case."""

    def find(self, access: str) -> Grant | None:
        found = (grant for grant in self.grants if grant.access.lower() == access.lower())
        return next(found, None)


@DEFECTS.breaks("BC-ISSUE-16")
class KeepsRefusedBadges(Vault):
    """Saves first, asks whose badge it is afterwards, and never takes it back."""

    def store(self, grant: Grant, verdict: Verdict) -> None:
        try:
            super().store(grant, verdict)
        finally:
            grant.earner.badges.setdefault(verdict.key, verdict.badge)


@DEFECTS.breaks("BC-ISSUE-11")
class LooksBeforeItAdds(Vault):
    """Between the look for a duplicate and the insertion there is time for another push."""

    def add(self, earner: Earner, verdict: Verdict) -> None:
        self.lock.release()
        try:
            new = verdict.key not in earner.badges
            time.sleep(0.2)
            if not new:
                raise Refusal(409, "the badge is in this Backpack already")
            earner.badges[verdict.key] = verdict.badge
        finally:
            self.lock.acquire()


@DEFECTS.breaks("BC-ISSUE-26")
class SharesOneShelf(Vault):
    """Two earners' badges with the same uid are taken for one."""

    def add(self, earner: Earner, verdict: Verdict) -> None:
        if any(verdict.key in other.badges for other in self.earners.values()):
            raise Refusal(409, "the badge is in this Backpack already")
        super().add(earner, verdict)


@DEFECTS.breaks("BC-ISSUE-17", "BC-IDENT-05")
class IgnoresSalt(Vault):
    """Hashes the bare e-mail, whatever salt the assertion names."""

    def is_meant_for(self, earner: Earner, recipient: Document) -> bool:
        return super().is_meant_for(earner, recipient | {"salt": ""})


@DEFECTS.breaks("BC-ISSUE-10")
class IgnoresPorts(Vault):
    """Compares the hosts of issuer and token, and forgets the rest of the origin."""

    def is_of(self, grant: Grant, origin: str) -> bool:
        return parse.urlsplit(grant.origin).hostname == parse.urlsplit(origin).hostname


@DEFECTS.breaks("BC-SAFE-09", "BC-ISSUE-25")
class TrustsAnyHost(Vault):
    """Whoever hosts an assertion or a key may speak for the issuer."""

    def store(self, grant: Grant, verdict: Verdict) -> None:
        super().store(grant, replace(verdict, sources=()))


@DEFECTS.breaks("BC-TOKEN-06", "BC-TOKEN-15")
class HonoursSpentTokens(Vault):
    """A refresh token can be used again and again."""

    def refreshes(self, grant: Grant, token: str) -> bool:
        known = super().refreshes(grant, token)
        grant.spent.discard(token)
        return known


@DEFECTS.breaks("BC-TOKEN-14")
class RevokesAccessOnly(Vault):
    """Revoking ends the access tokens; the refresh tokens make new ones."""

    def end(self, ended: list[Grant]) -> None:
        for grant in ended:
            grant.access = ""


@DEFECTS.breaks("BC-CONNECT-15")
class AllowsOneGrant(Vault):
    """Connecting once more ends what the same site was granted before."""

    def open_grant(self, earner: Earner, origin: str) -> Grant:
        self.grants = [g for g in self.grants if (g.earner, g.origin) != (earner, origin)]
        return super().open_grant(earner, origin)


@DEFECTS.breaks("BC-SAFE-14")
class KeepsTheSession(Vault):
    """The cookie from before the login is the cookie after it."""

    def renew_session(self, old: Session, earner: Earner) -> Session:
        self.sessions[old.name] = replace(old, earner=earner)
        return self.sessions[old.name]


@DEFECTS.breaks("BC-ISSUE-07")
class TakesAnyImage(Judge):
    """Never looks at the image."""

    def look_at(self, url: str) -> None:
        pass


@DEFECTS.breaks("BC-SAFE-08")
class TrustsNone(Judge):
    """Where the header says that there is no signature, it asks for none."""

    def verify(self, header: Document, message: bytes, signature: bytes, pem: bytes) -> None:
        if header.get("alg") != "none":
            super().verify(header, message, signature, pem)


@DEFECTS.breaks("BC-ISSUE-07")
class ForgetsRevocation(Judge):
    """Never asks the issuer's revocation list."""

    def is_revoked(self, assertion: Document, issuer: Document) -> bool:
        return False


@DEFECTS.breaks("BC-SAFE-06")
class FetchesFromAnywhere(Fetcher):
    """Calls whatever address it is given."""

    def may_reach(self, address: str) -> bool:
        return True


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


@DEFECTS.breaks("BC-ISSUE-14")
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
