"""Mistakes in the pages, and in what the earner is asked."""

from collections.abc import Mapping
from typing import NoReturn

from tests.miniatures.modern.defects.table import DEFECTS
from tests.miniatures.modern.messages import Answer, Request, redirect, single
from tests.miniatures.modern.pages import ASKED, Authorization, Permissions
from tests.miniatures.modern.store import Client, Permission, Session


@DEFECTS.breaks("BC21-AUTHZ-05")
class TakesLongerCallbacks(Authorization):
    """Compares the beginning only."""

    def is_registered(self, client: Client, uri: str) -> bool:
        return bool(uri) and uri.startswith(tuple(client.metadata["redirect_uris"]))


@DEFECTS.breaks("BC21-AUTHZ-07")
class NeedsNoChallenge(Authorization):
    """Checks a challenge only where there is one."""

    def required(self) -> tuple[str, ...]:
        return tuple(name for name in ASKED if name != "code_challenge")

    def is_challenge(self, asked: Mapping[str, str]) -> bool:
        return "code_challenge" not in asked or super().is_challenge(asked)


@DEFECTS.breaks("BC21-AUTHZ-08")
class TakesAnyMethod(Authorization):
    """Does not look at the method of the challenge."""

    def is_challenge(self, asked: Mapping[str, str]) -> bool:
        return True


@DEFECTS.breaks("BC21-AUTHZ-03", "BC21-AUTHZ-04", "BC21-AUTHZ-10")
class LosesTheState(Authorization):
    """Returns without it."""

    def back(self, asked: Mapping[str, str], parameters: Mapping[str, str]) -> NoReturn:
        without = {name: value for name, value in asked.items() if name != "state"}
        super().back(without, parameters)


@DEFECTS.breaks("BC21-AUTHZ-14")
class ShowsNamesAsTheyAre(Authorization):
    """A name is markup where it likes to be."""

    def shown(self, text: str) -> str:
        return text


@DEFECTS.breaks("BC-SAFE-13")
class ListsNamesAsTheyAre(Permissions):
    """The list of clients is markup where a name likes to be."""

    def named(self, text: str) -> str:
        return text


@DEFECTS.breaks("BC-SAFE-03")
class AllowsForms(Authorization):
    """Takes a form from anywhere, as long as the browser is logged in."""

    def submitted(self, request: Request) -> tuple[Session, dict[str, str]]:
        session = self.session(request)
        return (session, single(request.form())) if session else super().submitted(request)


@DEFECTS.breaks("BC-SAFE-14")
class LetsScriptsReadTheCookie(Permissions):
    """The cookie of a login has no HttpOnly."""

    def with_cookie(self, answer: Answer, session: Session) -> Answer:
        whole = super().with_cookie(answer, session)
        cookie = whole.headers["Set-Cookie"].replace("; HttpOnly", "")
        return Answer(whole.status, whole.content, {**whole.headers, "Set-Cookie": cookie})


@DEFECTS.breaks("BC-SAFE-14")
class GoesAnywhereAfterLogin(Permissions):
    """Follows the address in its form to any site."""

    def is_here(self, address: str) -> bool:
        return bool(address)


@DEFECTS.breaks("BC21-REV-02")
class OnlyHidesClients(Permissions):
    """Takes a client from the page, and leaves its tokens."""

    def end(self, request: Request) -> Answer:
        session, fields = self.submitted(request)
        for permission in self.mine(session):
            permission.is_hidden |= permission.client.id == fields.get("client")
        return redirect("/permissions")


@DEFECTS.breaks("BC21-REV-03")
class EndsThemForEverybody(Permissions):
    """Ends what others have allowed, too."""

    def mine(self, session: Session) -> list[Permission]:
        return [one for one in self.store.live() if not one.is_hidden]
