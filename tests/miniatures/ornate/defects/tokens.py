"""Mistakes with tokens and permissions."""

from itertools import count
from typing import Any

from tests.miniatures.ornate.api import Token
from tests.miniatures.ornate.defects.table import DEFECTS
from tests.miniatures.ornate.ledger import Grant, Ledger, Pair, Person, digest
from tests.miniatures.ornate.refused import Refused


@DEFECTS.breaks("BC-REVOKE-03")
class RemovesAllSites(Ledger):
    """Taking permission from one site takes it from all."""

    def is_removed(self, grant: Grant, person: Person, origins: list[str]) -> bool:
        return grant.person is person


@DEFECTS.breaks("BC-REVOKE-03")
class RemovesForEverybody(Ledger):
    """Forgets whose permission it was."""

    def is_removed(self, grant: Grant, person: Person, origins: list[str]) -> bool:
        return grant.origin in origins


@DEFECTS.breaks("BC-REVOKE-03")
class RemovesTheNewest(Ledger):
    """Ends one grant of the site, and forgets that there may be more."""

    def remove(self, person: Person, origins: list[str]) -> None:
        newest = [g for g in self.refreshes.values() if self.is_removed(g, person, origins)][-1]
        self.accesses = {k: held for k, held in self.accesses.items() if held[0] is not newest}
        self.refreshes = {k: grant for k, grant in self.refreshes.items() if grant is not newest}


class Refreshed(Grant):
    """A grant whose tokens are in another table than those of new ones."""


@DEFECTS.breaks("BC-REVOKE-02", "BC-TOKEN-14")
class RemovesFirstTokens(Ledger):
    """Removes the tokens that it gave at the callback, and none that was refreshed since."""

    def trade(self, token: str, origin: str | None) -> Pair:
        pair = super().trade(token, origin)
        old = self.refreshes[digest(pair.refresh)]
        grant = Refreshed(old.person, old.origin)
        self.accesses[digest(pair.access)] = grant, self.clock() + self.seconds
        self.refreshes[digest(pair.refresh)] = grant
        return pair

    def is_removed(self, grant: Grant, person: Person, origins: list[str]) -> bool:
        return not isinstance(grant, Refreshed) and super().is_removed(grant, person, origins)


@DEFECTS.breaks("BC-TOKEN-03", "BC-TOKEN-18", "BC-REVOKE-02", "BC-TOKEN-14")
class ForgetsTheOrigin(Ledger):
    """After a refresh nobody knows any more whose token it is."""

    def trade(self, token: str, origin: str | None) -> Pair:
        person = self.refreshes[digest(token)].person if digest(token) in self.refreshes else None
        super().trade(token, origin)
        return self.tokens_for(Grant(person, "https://unknown.example"))


@DEFECTS.breaks("BC-TOKEN-05")
class KeepsOldAccess(Ledger):
    """A refresh leaves the old access token alone."""

    def retire(self, token: str, grant: Grant) -> None:
        del self.refreshes[digest(token)]


@DEFECTS.breaks("BC-TOKEN-17")
class LetsAnyPageRefresh(Ledger):
    """Never looks at the Origin."""

    def trade(self, token: str, origin: str | None) -> Pair:
        return super().trade(token, None)


@DEFECTS.breaks("BC-TOKEN-09")
class RefreshesWithAccess(Ledger):
    """Both tokens lie in one table, and either opens the door."""

    def trade(self, token: str, origin: str | None) -> Pair:
        if digest(token) in self.accesses:
            return self.tokens_for(self.accesses[digest(token)][0])
        return super().trade(token, origin)


@DEFECTS.breaks("BC-TOKEN-09")
class TrimsTokens(Ledger):
    """Forgives blanks around a refresh token."""

    def trade(self, token: str, origin: str | None) -> Pair:
        return super().trade(token.strip(), origin)


@DEFECTS.breaks("BC-CONNECT-15")
class KeepsOneRefreshToken(Ledger):
    """A second grant of the same site leaves the first one nothing to refresh with."""

    def grant(self, person: Person, origin: str) -> Pair:
        kept = {k: g for k, g in self.refreshes.items() if (g.person, g.origin) != (person, origin)}
        self.refreshes = kept
        return super().grant(person, origin)


@DEFECTS.breaks("BC-TOKEN-10")
class RefreshesTheLiving(Ledger):
    """Sweeps out whole grants as soon as their access token is over."""

    def trade(self, token: str, origin: str | None) -> Pair:
        grant = self.refreshes.get(digest(token))
        if not any(held is grant and not self.is_over(t) for held, t in self.accesses.values()):
            raise Refused(400, "This refresh token is worth nothing.")
        return super().trade(token, origin)


@DEFECTS.breaks("BC-AUTH-12")
class KnowsOnePersonPerSite(Ledger):
    """Takes the last one who connected a site for everybody who did."""

    def who_bears(self, token: str) -> Grant:
        grant = super().who_bears(token)
        return [held for held, _ in self.accesses.values() if held.origin == grant.origin][-1]


@DEFECTS.breaks("BC-CONNECT-15")
class DrawsFewTokens(Ledger):
    """Numbers its tokens."""

    numbers = count(1000000)

    def new_access(self) -> str:
        return f"access-{next(self.numbers)}"


@DEFECTS.breaks("BC-TOKEN-01")
class TellsExpiresAsText(Token):
    """What the callback is told as text, this tells as text."""

    def told(self, pair: Pair) -> dict[str, Any]:
        return super().told(pair) | {"expires": str(self.ledger.seconds)}


@DEFECTS.breaks("BC-TOKEN-08")
class NeedsNoGrantType(Token):
    """Looks at the grant_type when there is one."""

    def is_refresh(self, wanted: dict[str, Any]) -> bool:
        return "grant_type" not in wanted or super().is_refresh(wanted)


@DEFECTS.breaks("BC-TOKEN-13")
class UnpacksLists(Token):
    """Takes a list with one token in it for the token, as a parser of forms makes it."""

    def wanted(self) -> dict[str, Any]:
        wanted = super().wanted()
        token = wanted.get("refresh_token")
        return wanted | {"refresh_token": token[0]} if isinstance(token, list) and token else wanted


@DEFECTS.breaks("BC-TOKEN-08", "BC-TOKEN-13")
class TakesAnyGrantType(Token):
    """There is one grant_type, so why look at it?"""

    def is_refresh(self, wanted: dict[str, Any]) -> bool:
        return True
