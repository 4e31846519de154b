"""What an earner sees: questions of sites, the way in, the way out."""

import re
from typing import Any
from urllib.parse import quote, unquote_plus, urlencode

from tests.miniatures.ornate.addresses import absolute, fields_of, origin_of
from tests.miniatures.ornate.habits import Habits, Login
from tests.miniatures.ornate.handler import Handler
from tests.miniatures.ornate.ledger import Ledger, Pair, Person
from tests.miniatures.ornate.refused import Refused
from tests.miniatures.ornate.sessions import Ask, Session, Sessions
from tests.miniatures.ornate.templates import SCRIPT, TEMPLATES

LONGEST = 4000  # characters of a parameter
TOLD = ("access_token", "refresh_token", "expires", "api_root", "error", "error_description")
COOKIE = "ornate_seat"


class Page(Handler):
    """What the pages share. ``home`` and ``api_root`` are absolute."""

    def initialize(
        self, ledger: Ledger, sessions: Sessions, habits: Habits, home: str, api_root: str
    ) -> None:
        self.ledger, self.sessions, self.habits = ledger, sessions, habits
        self.home, self.api_root = home, api_root
        self.seated: Session | None = None

    def set_default_headers(self) -> None:
        super().set_default_headers()
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header("Content-Security-Policy", self.policy())

    def policy(self) -> str:
        return "default-src 'self'; frame-ancestors 'none'"

    def session(self) -> Session:
        """The browser's session; one is started at the first visit."""
        found = self.seated or self.sessions.open.get(self.get_cookie(COOKIE, ""))
        return found or self.seat(self.sessions.start())

    def seat(self, session: Session) -> Session:
        self.seated, site = session, self.habits.same_site
        self.set_cookie(COOKIE, session.name, httponly=True, samesite=site, path="/")
        self.set_cookie("theme", "baroque", path="/", max_age=3600)
        return session

    def person(self) -> Person:
        person = self.session().person
        if person is None:
            raise Refused(403, "Sign in first.")
        return person

    def person_with(self, fields: dict[str, str]) -> Person:
        """Who is signed in, or signs in with these fields."""
        if "phrase" not in fields:
            return self.person()
        return self.log_in(self.session(), fields.get("login", ""), fields["phrase"])

    def log_in(self, session: Session, email: str, phrase: str) -> Person:
        person = self.ledger.welcome(email, phrase)
        if person is None:
            raise Refused(403, "There is nobody with this e-mail and this pass phrase.")
        self.seat(self.sessions.after_login(session, person))
        return person

    def form(self) -> dict[str, str]:
        """The fields of a form that we made for this session."""
        if self.media_type() != "application/x-www-form-urlencoded":
            raise Refused(415, "This takes a form.")
        fields = fields_of(self.content().decode("latin-1"))
        if not self.is_ours(fields):
            raise Refused(403, "This form was not made for you. Load its page again.")
        return fields

    def is_ours(self, fields: dict[str, str]) -> bool:
        session = self.sessions.open.get(self.get_cookie(COOKIE, ""))
        proof = fields.get("proof", "")
        return session is not None and self.sessions.is_proof(session, proof)

    def show(self, template: str, **told: Any) -> None:
        session = self.session()
        proof = self.sessions.proof(session)
        shared = {"home": self.home, "person": session.person, "proof": proof}
        self.set_header("Content-Type", "text/html;charset=UTF-8")
        self.write(TEMPLATES.load(template).generate(**shared, **told))

    def tell(self, refused: Refused) -> None:
        told = {"home": self.home, "person": None, "sentence": refused.sentence}
        self.finish(TEMPLATES.load("sorry").generate(**told))

    def back_to(self, ask: Ask, told: dict[str, str]) -> str:
        """The callback with our parameters first, then its own; none of its own has our names."""
        address, _, query = absolute(ask.callback).partition("?")
        own = [pair for pair in query.split("&") if pair and name_of(pair) not in TOLD]
        return f"{address}?{'&'.join([self.encoded(told), *own])}"

    def encoded(self, told: dict[str, str]) -> str:
        return urlencode(told, quote_via=quote)

    def granted(self, ask: Ask, pair: Pair) -> str:
        return self.back_to(
            ask,
            {
                "api_root": self.api_root,
                "expires": str(self.ledger.seconds),
                "refresh_token": pair.refresh,
                "access_token": pair.access,
                "shelf_of": "ornate",
            },
        )

    def denied(self, ask: Ask) -> str:
        why = {"error_description": "The earner said no.", "error": "access_denied"}
        return self.back_to(ask, why)


def name_of(pair: str) -> str:
    return unquote_plus(pair.partition("=")[0])


class Script(Page):
    def get(self) -> None:
        self.set_header("Content-Type", "application/javascript")
        self.write(SCRIPT.replace("{{ home }}", self.home))


class Start(Page):
    """Where a site sends an earner's browser."""

    def get(self) -> None:
        fields = fields_of(self.request.query)
        ask = self.asked(fields)
        if set(fields.get("scope", "").split(",")) != {"issue"}:
            why = {"error": "invalid_scope", "error_description": "The one scope is issue."}
            return self.redirect(self.back_to(ask, why))
        session = self.session()
        return self.redirect(f"{self.home}/connect/{session.remember(ask)}")

    def asked(self, fields: dict[str, str]) -> Ask:
        callback = fields.get("callback", "")
        if max(map(len, fields.values()), default=0) > LONGEST:
            raise Refused(414, f"No parameter has more than {LONGEST} characters.")
        origin = origin_of(callback)
        if origin is None:
            raise Refused(400, "A site has to name a callback, which is a whole http(s) address.")
        return Ask(callback, origin)


class Question(Page):
    """A site's question and the earner's answer to it."""

    def ask(self, number: str) -> Ask:
        ask = self.session().asks.get(number)
        if ask is None:
            raise Refused(410, "Nobody asks this any more.")
        return ask

    def get(self, number: str, place: str) -> None:
        session, ask = self.session(), self.ask(number)
        if place == "/done" and number in session.answers:
            return self.redirect(session.answers.pop(number), status=self.habits.redirect)
        if session.person is None and self.habits.login is not Login.WITH_THE_ANSWER:
            return self.redirect(f"{self.home}/who/{number}")
        if place == "" and self.habits.waits_before_consent:
            return self.show("wait", number=number)
        if place == "":
            return self.redirect(f"{number}/question")
        return self.show("question", ask=ask, words=self.habits.words)

    def post(self, number: str, place: str) -> None:
        fields, ask = self.form(), self.ask(number)
        answer, person = fields.get("answer"), self.person_with(fields)
        if place != "/answer" or answer not in ("allow", "deny"):
            raise Refused(400, "The answer is allow or deny.")
        if answer == "allow":
            where = self.granted(ask, self.ledger.grant(person, ask.origin))
        else:
            where = self.denied(ask)
        if not self.habits.tells_on_the_way:
            return self.redirect(where, status=self.habits.redirect)
        self.session().answers[number] = where
        return self.redirect("done", status=303)


class Who(Page):
    """The way in, on one page or on two. A path names the question, never where to go next."""

    def get(self, _: str, place: str) -> None:
        both = self.habits.login is not Login.TWO_PAGES
        asks = {"asks_email": place == "" or both, "asks_password": place != "" or both}
        self.show("login", **asks)

    def post(self, number: str, place: str) -> None:
        fields, session = self.form(), self.session()
        if place == "" and self.habits.login is Login.TWO_PAGES:
            session.email = fields.get("login", "")
            return self.redirect(f"{self.home}/who/{number}/phrase", status=303)
        self.log_in(session, fields.get("login", session.email), fields.get("phrase", ""))
        after = f"connect/{number}" if re.fullmatch("[0-9a-f]{16}", number) else "sites"
        return self.redirect(f"{self.home}/{after}", status=303)


class Leave(Page):
    def post(self) -> None:
        self.form()
        self.sessions.open.pop(self.session().name)
        self.redirect(f"{self.home}/sites")


class Nowhere(Page):
    def nowhere(self) -> None:
        raise Refused(404, "This page is not there.")

    get = head = post = put = patch = delete = options = nowhere
