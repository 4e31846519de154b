"""Mistakes that show along one dimension only: signed badges, long texts, a second look."""

from contextlib import suppress
from dataclasses import replace
from typing import ClassVar
from urllib import parse

from tests.miniatures.plain.answer import Answer, Document, Refusal
from tests.miniatures.plain.api import API, Api
from tests.miniatures.plain.defects.table import DEFECTS
from tests.miniatures.plain.fetcher import Fetcher
from tests.miniatures.plain.handler import Routes
from tests.miniatures.plain.judge import Judge, Verdict
from tests.miniatures.plain.pages import Pages, requested
from tests.miniatures.plain.vault import Earner, Grant, Vault

COLUMN = 255


@DEFECTS.breaks("BC-ISSUE-07")
class ForgivesALostList(Judge):
    """A revocation list that cannot be read revokes nothing."""

    def is_revoked(self, assertion: Document, issuer: Document) -> bool:
        with suppress(Refusal):
            return super().is_revoked(assertion, issuer)
        return False


@DEFECTS.breaks("BC-ISSUE-07")
class WantsAReason(Judge):
    """An entry without a reason revokes nothing."""

    def is_revoked(self, assertion: Document, issuer: Document) -> bool:
        revoked = self.document(issuer["revocationList"]) if "revocationList" in issuer else {}
        return bool(revoked.get(assertion["uid"]) or revoked.get(str(assertion.get("id"))))


@DEFECTS.breaks("BC-ISSUE-06", "BC-ISSUE-07", "BC-ISSUE-16")
class RemembersDocuments(Judge):
    """What was fetched once is never fetched again."""

    known: ClassVar[dict[str, Document]] = {}

    def document(self, url: str) -> Document:
        if url not in self.known:
            self.known[url] = super().document(url)
        return dict(self.known[url])


@DEFECTS.breaks("BC-ISSUE-07")
class ReadsWhatIsGone(Fetcher):
    """A document under 410 is a document."""

    def get(self, url: str) -> tuple[int, str, bytes]:
        status, location, content = super().get(url)
        return (200 if status == 410 and content else status), location, content


@DEFECTS.breaks("BC-ISSUE-09")
class TrustsTheSigner(Vault):
    """Who signs knows whom it is for."""

    def store(self, grant: Grant, verdict: Verdict) -> None:
        if verdict.badge.get("verify", {}).get("type") == "signed":
            own = {"identity": grant.earner.email, "hashed": False}
            verdict = replace(verdict, recipient=own)
        super().store(grant, verdict)


@DEFECTS.breaks("BC-ISSUE-09")
class KnowsPeopleByTheirNames(Vault):
    """Compares what stands before the @."""

    def is_meant_for(self, earner: Earner, recipient: Document) -> bool:
        name = str(recipient["identity"]).partition("@")[0].lower()
        same = not recipient["hashed"] and name == earner.email.partition("@")[0].lower()
        return same or super().is_meant_for(earner, recipient)


@DEFECTS.breaks("BC-TOKEN-09")
class FoldsRefreshTokens(Vault):
    """Looks refresh tokens up in a column whose collation knows no letter case."""

    def refreshes(self, grant: Grant, token: str) -> bool:
        return grant.refresh.lower() == token.lower() or super().refreshes(grant, token)


@DEFECTS.breaks("BC-ISSUE-01")
class FoldsUids(Vault):
    """Looks uids up in a column whose collation knows no letter case."""

    def add(self, earner: Earner, verdict: Verdict) -> None:
        if verdict.key[0] != "0.5":
            verdict = replace(verdict, key=(verdict.key[0], verdict.key[1].lower()))
        super().add(earner, verdict)


@DEFECTS.breaks("BC-ISSUE-24")
class CutsNames(Vault):
    """A name is as long as its column."""

    def store(self, grant: Grant, verdict: Verdict) -> None:
        inner = verdict.badge["badge"]
        inner["name"] = inner["name"][:COLUMN]
        super().store(grant, verdict)


@DEFECTS.breaks("BC-ISSUE-14")
class ConflictsInSilence(Api):
    """A badge that is there already gets a status, and no words."""

    def refuse(self, refusal: Refusal) -> Answer:
        answer = super().refuse(refusal)
        return replace(answer, content=b"{}") if refusal.status == 409 else answer


@DEFECTS.breaks("BC-ISSUE-19")
class TakesTheFirstOfAList(Api):
    """A list of badges is read up to its first."""

    def wanted(self) -> Document:
        wanted = super().wanted()
        badge = wanted.get("badge")
        return wanted | {"badge": badge[0]} if isinstance(badge, list) and badge else wanted


@DEFECTS.breaks("BC-ISSUE-23")
class PushesByHead(Api):
    """HEAD does what POST does, and says nothing."""

    def only_the_head(self) -> Answer:
        if self.command != "HEAD":
            raise Refusal(405, "this path has no such method")
        return self.issue()

    ROUTES: ClassVar[Routes] = {
        **Api.ROUTES,
        f"{API}/issue": {**Api.ROUTES[f"{API}/issue"], "GET": "only_the_head"},
    }


@DEFECTS.breaks("BC-CONNECT-10")
class LosesTheQueryOfTheDenied(Pages):
    """Who is denied needs no query."""

    def return_to(self, callback: str, ours: dict[str, str]) -> Answer:
        own = callback.partition("?")[0] if "error" in ours else callback
        return super().return_to(own, ours)


@DEFECTS.breaks("BC-CONNECT-05")
class EncodesTwice(Pages):
    """One function encodes the values, and the next one does it again."""

    def return_to(self, callback: str, ours: dict[str, str]) -> Answer:
        twice = {name: parse.quote(value, safe="") for name, value in ours.items()}
        return super().return_to(callback, twice)


@DEFECTS.breaks("BC-CONNECT-03")
class KeepsTheTokenReady(Pages):
    """Makes the grant with the page, and puts its token into the form."""

    ready: ClassVar[dict[tuple[str, str], Grant]] = {}

    def shown(self, text: str) -> str:
        session, callback = self.session(), parse.parse_qs(self.query).get("callback", [""])[0]
        if session is None or session.earner is None or not callback:
            return super().shown(text)
        origin = requested({"callback": callback, "scope": "issue"})[1]
        grant = self.vault.open_grant(session.earner, origin)
        self.ready[session.earner.email, origin] = grant
        return f"{super().shown(text)}<!-- {grant.access} -->"

    def return_to(self, callback: str, ours: dict[str, str]) -> Answer:
        session, origin = self.session(), requested({"callback": callback, "scope": "issue"})[1]
        earner = session.earner if session else None
        grant = self.ready.get((earner.email, origin)) if earner else None
        if grant is None or "access_token" not in ours:
            return super().return_to(callback, ours)
        tokens = {"access_token": grant.access, "refresh_token": grant.refresh}
        return super().return_to(callback, ours | tokens)
