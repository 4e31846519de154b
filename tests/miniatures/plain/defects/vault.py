"""Mistakes in what is kept."""

import time
from dataclasses import replace
from urllib import parse

from tests.miniatures.plain.answer import Document, Refusal
from tests.miniatures.plain.defects.table import DEFECTS
from tests.miniatures.plain.judge import Verdict
from tests.miniatures.plain.vault import Earner, Grant, Session, Vault, same


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
            time.sleep(0.1)
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


@DEFECTS.breaks("BC-ISSUE-01", "BC-ISSUE-05", "BC-ISSUE-17", "BC-ISSUE-18", "BC-IDENT-05")
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


@DEFECTS.breaks("BC-TOKEN-15")
class LooksBeforeItRenews(Vault):
    """Between the look for a refresh token and its end there is time for another worker."""

    def refresh(self, token: str, origin: str | None) -> Grant:
        if not any(same(grant.refresh, token) for grant in self.grants):
            return super().refresh(token, origin)
        grant = next(grant for grant in self.grants if same(grant.refresh, token))
        time.sleep(0.1)
        if origin not in (None, grant.origin):
            raise Refusal(403, "refresh_token is another origin's")
        with self.lock:
            grant.renew(self.clock() + self.expires)
            return replace(grant)


@DEFECTS.breaks("BC-TOKEN-06")
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
