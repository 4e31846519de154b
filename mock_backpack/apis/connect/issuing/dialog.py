"""The dialog of the Issuer API: in a frame of the issuer's page, in a window, or by itself.

A frame cannot be trusted: the page around it may cover it or make it invisible (clickjacking). So
the earner logs in only in a window of the Backpack; the buttons of a frame work only while the
browser vouches that they are seen, which ``dialog.js`` asks it; and only the page that called may
frame the dialog at all.
"""

import json
from urllib.parse import urlencode

from aiohttp import hdrs, web
from attrs import frozen

from mock_backpack.apis.answers import page_headers
from mock_backpack.apis.connect.handlers import badge_body
from mock_backpack.apis.connect.issuing.judging import denied_reason, judge_all
from mock_backpack.apis.connect.issuing.offer import MOST_BADGES, Added, Offer, Offers, Reason
from mock_backpack.apis.pages import EarnerPages, form_of, see_other
from mock_backpack.core.assets import asset
from mock_backpack.core.backpack import Backpack, Badge
from mock_backpack.core.consent import Consent
from mock_backpack.core.errors import PageError
from mock_backpack.core.exchange import exchange_of
from mock_backpack.core.observer import Judging
from mock_backpack.core.origin import web_url
from mock_backpack.core.seams import seam
from mock_backpack.core.sessions import Session, check_csrf
from mock_backpack.core.strict_json import NotJson, json_bytes, strict_json
from mock_backpack.openbadges.award import Award

PAGE = "/issuer/dialog"
IN_FRAME, IN_WINDOW, ALONE = "frame", "window", "page"
"""Where the dialog is: in a frame of the issuer's page, in a window that this frame has opened, or
in place of the issuer's page."""
NO_ORIGIN = "null"
"""What browsers send as the origin of a page that does not want to tell it."""


@frozen
class Dialog:
    """The handlers of one Backpack's dialog."""

    backpack: Backpack
    judge: Judging
    offers: Offers
    shared: EarnerPages
    consent: Consent

    async def script(self, _request: web.Request) -> web.Response:
        """``GET /dialog.js``: tells the page that called, and guards the buttons of a frame."""
        return web.Response(text=asset("dialog.js"), content_type="text/javascript")

    async def offer(self, request: web.Request) -> web.Response:
        """``POST /issuer/offer``: a page calls ``OpenBadges.issue``; nothing is added by it."""
        sent = form_of(request)
        seen = request.headers.get(hdrs.ORIGIN, NO_ORIGIN)
        origin = called_from(sent.get("origin", ""), seen)
        assertions = read_assertions(sent.get("assertions", ""))
        seen_origin = "" if seen == NO_ORIGIN else seen
        is_framed = sent.get("view") == IN_FRAME
        offer = self.offers.make(origin, seen_origin, assertions, is_framed=is_framed)
        return see_other(f"{self.shared.prefix}{page_of(offer)}")

    async def note(self, request: web.Request) -> web.Response:
        """``POST /issuer/note``: what ``issuer.js`` sees of the page; the journal keeps it."""
        form_of(request)
        return web.Response(status=204)

    async def dialog(self, request: web.Request) -> web.Response:
        """``GET /issuer/dialog``: show the next badge, or that there is none left."""
        offer = self._find(request.query.get("offer", ""), request)
        view = view_of(offer, request.query.get("view", ""))
        session = self.shared.session(request)
        if word_at_once(offer, view):
            return self._page(request, "dialog.html", session, offer, view)
        if (earner := self.consent.choice.earner or session.earner) and not offer.judgements:
            await self._open(offer, earner, request)
        is_open = offer.earner is None or bool(offer.undecided())
        if is_open and session.earner is None:
            if view == IN_FRAME:
                return self._page(request, "dialog-login.html", session, offer, view)
            return self.shared.to_login(session, after_login(offer, view))
        if is_open and offer.earner != session.earner:
            raise PageError(403, "this dialog belongs to another earner")
        template = "dialog-badge.html" if is_open else "dialog-done.html"
        return self._page(request, template, session, offer, view)

    async def answer(self, request: web.Request) -> web.Response:
        """``POST /issuer/answer``: the earner accepts a badge, or refuses it."""
        sent = form_of(request)
        session = self.shared.session(request)
        if session.earner is None:
            raise PageError(403, "log in first")
        check_csrf(session, sent.get("csrf", ""), "answer")
        offer = self._find(sent.get("offer", ""), request)
        if offer.earner != session.earner:
            raise PageError(403, "this dialog belongs to another earner")
        for number, pushed, award in offer.undecided():
            if str(number) == sent.get("number"):
                self._decide(offer, pushed, award, is_accepted=sent.get("answer") == "accept")
        return see_other(f"{self.shared.prefix}{page_of(offer, sent.get('view', ''))}")

    def _find(self, identifier: str, request: web.Request) -> Offer:
        offer = self.offers.find(identifier)
        if offer is None:
            raise PageError(404, "this dialog has ended: go back to the page that opened it")
        exchange_of(request).origin = offer.origin
        return offer

    async def _open(self, offer: Offer, earner: str, request: web.Request) -> None:
        """Judge the badges; where consent is answered without a page, decide about them, too."""
        offer.earner = exchange_of(request).earner = earner
        await judge_all(self.judge, offer, self.backpack, earner)
        answer = self.consent.take()
        if answer == "page" and not answers_itself(self.backpack, offer):
            return
        for _, pushed, award in offer.undecided():
            self._decide(offer, pushed, award, is_accepted=answer != "deny")

    def _decide(self, offer: Offer, pushed: str, award: Award, *, is_accepted: bool) -> None:
        if not offer.earner:
            return
        if not is_accepted:
            refuse(self.backpack, offer, pushed, award)
            return
        is_new = add(self.backpack, offer.earner, award)
        offer.settle(pushed, Added if is_new else Reason.EXISTS)

    def _page(
        self, request: web.Request, template: str, session: Session, offer: Offer, view: str
    ) -> web.Response:
        left = offer.undecided() if offer.judgements else []
        number, _, award = next(iter(left), (0, "", None))
        badge = None if award is None else shown_badge(award)
        response = self.shared.page(
            request,
            template,
            session,
            offer=offer,
            view=view,
            word=word_at_once(offer, view),
            number=number,
            badge=badge,
            issuer_origin=award.origin if award else "",
            names=offer.names(),
            caller=caller_origin(offer),
            outcome=json.dumps(reported(offer)),
            window=f"{self.shared.prefix}{page_of(offer, IN_WINDOW)}",
        )
        del response.headers["X-Frame-Options"], response.headers["Content-Security-Policy"]
        response.headers.update(dialog_headers(offer, view))
        return response


def read_assertions(text: str) -> tuple[str, ...]:
    """The assertions of a call, each once, in their order.

    Raises:
        PageError: 400 when they are no JSON array of texts, or too many.
    """
    try:
        value = strict_json(text.encode())
    except NotJson as error:
        raise PageError(400, f"assertions: {error}") from error
    if not isinstance(value, list) or not all(isinstance(assertion, str) for assertion in value):
        raise PageError(400, "assertions: expected a JSON array of URLs or signed assertions")
    if len(value) > MOST_BADGES:
        raise PageError(400, f"assertions: expected at most {MOST_BADGES}, saw {len(value)}")
    return tuple(dict.fromkeys(value))


def called_from(origin: str, seen: str) -> str:
    """The origin that called, which the browser confirms unless the page forbids it.

    Raises:
        PageError: 400 when it is no origin, 403 when the browser says another one.
    """
    url = web_url(origin)
    if url is None or url.origin != origin:
        raise PageError(400, "origin: expected the origin of the page that calls")
    if seen not in (NO_ORIGIN, origin):
        raise PageError(403, "origin: expected the origin that the browser sends")
    return origin


def page_of(offer: Offer, view: str = "") -> str:
    """The path and query of an offer's page; ``view`` where it is not in the frame."""
    query = {"offer": offer.id, **({"view": view} if view else {})}
    return f"{PAGE}?{urlencode(query)}"


@seam
def after_login(offer: Offer, view: str) -> str:
    """Where an earner goes on who had to log in first: to the same badges."""
    return page_of(offer, view)


def view_of(offer: Offer, asked: str) -> str:
    """Where the dialog is."""
    if not offer.is_framed:
        return ALONE
    return IN_WINDOW if asked == IN_WINDOW else IN_FRAME


@seam
def caller_origin(offer: Offer) -> str:
    """The origin that may frame the dialog, and that receives the outcome."""
    return offer.origin


@seam
def reported(offer: Offer) -> dict[str, object]:
    """What the callback of the issuer's page receives."""
    return offer.to_wire()


@seam
def word_at_once(_offer: Offer, _view: str) -> str:
    """What the dialog tells the calling page instead of asking: ``close``, or ``blocked``."""
    return ""


def dialog_headers(offer: Offer, view: str) -> dict[str, str]:
    """The headers of the dialog: only the page that called may frame it, and only if it asked so.

    In a window and by itself the dialog cannot be framed, like all other pages.
    """
    headers = page_headers()
    policy = headers["Content-Security-Policy"].replace("; ", "; script-src 'self'; ", 1)
    if view == IN_FRAME:
        policy = policy.replace("frame-ancestors 'none'", f"frame-ancestors {caller_origin(offer)}")
        del headers["X-Frame-Options"]
    return {**headers, "Content-Security-Policy": policy}


@seam
def answers_itself(_backpack: Backpack, _offer: Offer) -> bool:
    """Whether badges are accepted without the earner; no permission outlives a dialog."""
    return False


@seam
def shown_badge(award: Award) -> dict[str, object]:
    """What the earner is shown of a badge."""
    badge_class: dict[str, object] = badge_body(award)["badge"]
    return badge_class


@seam
def add(backpack: Backpack, earner: str, award: Award) -> bool:
    """Put an accepted badge into the collection; ``False`` when it is there already."""
    badge = Badge(award.key, json_bytes(badge_body(award)))
    return backpack.add(backpack.earner(earner), badge)


@seam
def refuse(_backpack: Backpack, offer: Offer, pushed: str, _award: Award) -> None:
    """Note that the earner refused a badge."""
    offer.settle(pushed, denied_reason())
