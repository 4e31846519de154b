"""The three endpoints, as a program of an issuer finds them."""

import hashlib
import hmac
import re
import secrets
from base64 import b64decode
from typing import Any

from tests.miniatures.ornate.addresses import fields_of
from tests.miniatures.ornate.examiner import Badge, Examiner
from tests.miniatures.ornate.habits import Already, Habits
from tests.miniatures.ornate.handler import Handler
from tests.miniatures.ornate.ledger import Grant, Ledger, Pair, Person
from tests.miniatures.ornate.refused import Refused
from tests.miniatures.ornate.text import read_object, written

FORM = "application/x-www-form-urlencoded"


class Api(Handler):
    """What the endpoints share."""

    def initialize(self, ledger: Ledger, examiner: Examiner, habits: Habits) -> None:
        self.ledger, self.examiner, self.habits = ledger, examiner, habits

    def set_default_headers(self) -> None:
        super().set_default_headers()
        self.set_header("Vary", "Origin")

    def options(self) -> None:
        asking = self.request.headers.get("Origin", "")
        self.set_header("access-control-allow-origin", self.may_ask(asking))
        self.set_header("access-control-allow-methods", "OPTIONS, GET, POST")
        self.set_header("access-control-allow-headers", "authorization, content-type")
        self.set_header("access-control-expose-headers", "WWW-Authenticate")
        self.set_header("access-control-max-age", "60")
        self.answer(200, {"ask": "away"})

    def may_ask(self, origin: str) -> str:
        return origin if self.ledger.knows_site(origin) else "*"

    def nowhere(self) -> None:
        raise Refused(404, "There is nothing to be had in this way.")

    get = head = post = put = patch = delete = nowhere

    def bearer(self) -> Grant:
        header = self.request.headers.get("Authorization", "")
        found = re.fullmatch(r"bearer +(\S.*)", header.strip(), re.IGNORECASE | re.DOTALL)
        if found is None:
            raise Refused(401, "Who are you? Send a Bearer token.", challenge="-")
        grant = self.ledger.who_bears(self.token_in(found[1]))
        self.set_header("access-control-allow-origin", grant.origin)
        self.set_header("access-control-expose-headers", "WWW-Authenticate")
        return grant

    def token_in(self, credentials: str) -> str:
        """The token of any base64: padded or not, of either alphabet."""
        usual = credentials.strip().rstrip("=").replace("-", "+").replace("_", "/")
        try:
            return b64decode(usual + "=" * (-len(usual) % 4), validate=True).decode("utf-8")
        except ValueError:
            message = "This is no base64 of a token."
            raise Refused(401, message, challenge="invalid_token") from None

    def wanted(self) -> dict[str, Any]:
        """The parameters, from JSON or from a form."""
        if self.media_type() == FORM:
            return dict(fields_of(self.content().decode("latin-1")))
        if self.media_type() != "application/json":
            raise Refused(415, "Parameters come as application/json.")
        return read_object(self.content(), "The body")

    def answer(self, status: int, body: dict[str, Any]) -> None:
        self.set_status(status)
        self.set_header("Content-Type", "application/json")
        self.finish(written(body | {"service": "ornate"}))

    def tell(self, refused: Refused) -> None:
        if refused.challenge:
            told = f'error="{refused.challenge}", ' if refused.challenge != "-" else ""
            self.set_header("www-authenticate", self.habits.challenge.format(error=told))
        body = {"title": self._reason, "status": refused.status_code, "message": refused.sentence}
        self.set_header("Content-Type", self.habits.errors_are)
        self.finish(written(body | {"problems": list(refused.problems)}))


class Issue(Api):
    async def post(self) -> None:
        grant = self.bearer()
        pushed = self.wanted().get("badge")
        if pushed is None or pushed == "":
            raise Refused(400, "Which badge? Its address or its JWS is missing.")
        if not isinstance(pushed, str):
            raise Refused(400, "A badge is pushed as a text.")
        badge = await self.examiner.examine(pushed)
        self.check_whose(badge, grant)
        if not self.ledger.is_alive(grant):
            raise Refused(401, "Nobody knows this token any more.", challenge="invalid_token")
        self.shelve(badge, grant)

    def check_whose(self, badge: Badge, grant: Grant) -> None:
        if not self.is_for(badge, grant.person):
            raise Refused(403, "Somebody else has earned this badge.")
        if badge.issuer != grant.origin:
            raise Refused(409, f"{grant.origin} cannot push what {badge.issuer} has issued.")
        if badge.hosts != {badge.issuer}:
            raise Refused(409, f"Not everything that belongs to it is hosted at {badge.issuer}.")

    def is_for(self, badge: Badge, person: Person) -> bool:
        emails = {person.email, person.email.lower()}
        if not badge.is_hashed:
            return badge.identity.lower() in {email.lower() for email in emails}
        name, _, digits = badge.identity.partition("$")
        hashes = [hashlib.new(name, f"{email}{badge.salt}".encode()) for email in emails]
        return any(hmac.compare_digest(one.hexdigest(), digits.lower()) for one in hashes)

    def shelve(self, badge: Badge, grant: Grant) -> None:
        shelf = self.shelf_of(grant)
        if badge.name not in shelf:
            shelf[badge.name] = badge.shown
            self.answer(201, {"exists": False, "badge": badge.shown, "count": len(shelf)})
        elif self.habits.already is Already.EXISTS:
            self.answer(200, {"exists": True, "badge": shelf[badge.name], "count": len(shelf)})
        else:
            self.set_status(304)
            self.finish()

    def shelf_of(self, grant: Grant) -> dict[str, dict[str, Any]]:
        return grant.person.shelf


class Token(Api):
    def post(self) -> None:
        wanted = self.wanted()
        token = wanted.get("refresh_token")
        if not self.is_refresh(wanted):
            raise Refused(400, "The one grant_type is refresh_token.")
        if not isinstance(token, str):
            raise Refused(400, "A refresh_token is a text.")
        self.answer(200, self.told(self.ledger.trade(token, self.request.headers.get("Origin"))))

    def is_refresh(self, wanted: dict[str, Any]) -> bool:
        return wanted.get("grant_type") == "refresh_token"

    def told(self, pair: Pair) -> dict[str, Any]:
        seconds = self.ledger.seconds
        return {
            "token_type": "Bearer",
            "access_token": pair.access,
            "expires": float(seconds) if self.habits.fractional_expires else seconds,
            "refresh_token": pair.refresh,
            "scope": "issue",
        }


class Identity(Api):
    def get(self) -> None:
        person = self.bearer().person
        self.set_header("Cache-Control", "private, max-age=0")
        self.answer(200, self.hidden(person.email, self.salt()))

    def salt(self) -> str:
        """A salt for this one time."""
        return f"_{secrets.token_hex(12)}"

    def hidden(self, email: str, salt: str) -> dict[str, Any]:
        digits = self.hash(email, salt)
        digits = digits.upper() if self.habits.upper_case_hash else digits
        return {"type": "email", "recipient": f"sha256${digits}", "salt": salt, "hashed": True}

    def hash(self, email: str, salt: str) -> str:
        return hashlib.sha256(f"{email}{salt}".encode()).hexdigest()


class Nowhere(Api):
    """Any other path."""
