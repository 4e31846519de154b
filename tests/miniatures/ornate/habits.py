"""What the document leaves to a Backpack's taste."""

from dataclasses import dataclass
from enum import StrEnum


class Already(StrEnum):
    """The answer to a badge that is there already."""

    EXISTS = "200 with exists true"
    NOT_MODIFIED = "304 without a body"


class Login(StrEnum):
    """How the earner logs in."""

    ONE_PAGE = "e-mail and password on one page"
    TWO_PAGES = "the e-mail first, the password on the next page"
    WITH_THE_ANSWER = "e-mail and password on the page that asks, beside the answers"


class Removal(StrEnum):
    """How the earner takes permission back."""

    BUTTONS = "a button for each site"
    BUTTONS_AND_QUESTION = "a button for each site, and a question whether it is meant"
    BOXES = "a box to tick for each site"


@dataclass(frozen=True)
class Habits:
    """The habits of one Backpack; all of them are allowed."""

    already: Already = Already.EXISTS
    challenge: str = 'Bearer {error}scope="issue", realm="ornate"'
    words: tuple[str, str] = ("Deny", "Allow access")
    login: Login = Login.TWO_PAGES
    redirect: int = 302  # to the callback
    errors_are: str = "application/problem+json"
    same_site: str = "Lax"
    api_host: str = "localhost"
    api_path: str = "/~ornate/push%20api/v1.0"
    waits_before_consent: bool = False  # a page that reloads itself into the consent page
    tells_on_the_way: bool = True  # a page of ours redirects to the callback, not the form's answer
    removal: Removal = Removal.BUTTONS
    upper_case_hash: bool = True
    fractional_expires: bool = True


TEMPERED = Habits(
    already=Already.NOT_MODIFIED,
    challenge='bearer realm="tempered",{error}charset=UTF-8',
    words=("Not now", "Yes, go ahead"),
    login=Login.ONE_PAGE,
    redirect=303,
    errors_are="application/json",
    same_site="Strict",
    api_host="127.0.0.1",
    api_path="/api/",
    tells_on_the_way=False,
    upper_case_hash=False,
    fractional_expires=False,
)
