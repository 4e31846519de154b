"""The plain Backpack behind pages in German, with odd names: nobody can guess their way.

The login is in two steps, the second wants a box to be ticked, a token stands in the head of the
page, and nothing on the consent page says which button is which. ``scripted`` pages are made by a
script, and show nothing without one.
"""

import functools
import json
from collections.abc import Mapping
from html import escape
from typing import ClassVar

from tests.miniatures.plain import PlainBackpack
from tests.miniatures.plain.answer import HTML, Answer, redirect
from tests.miniatures.plain.handler import Routes
from tests.miniatures.plain.pages import Pages, requested, with_cookie
from tests.miniatures.plain.urls import parameters
from tests.miniatures.plain.vault import Session, same

ACCOUNTS = {"ada@example.org": "difference engine", "grace@example.org": "first bug"}
POLICY = {"Content-Security-Policy": "script-src 'unsafe-inline'; frame-ancestors 'none'"}
WHO = '<label>Kennung <input name="wer"></label> <button class="los">Weiter</button>'
WORD = """<label>Losung <input name="losung" autocomplete="off"></label>
<label><input type="checkbox" name="einverstanden" value="ja"> Einverstanden</label>
<button>Hinein</button>"""
JUDGE = """<select name="dauer"><option value="1">kurz</option></select>
<button name="urteil" value="x1">Nur zu</button>
<button name="urteil" value="x2">Lieber so lassen</button>"""


def form(name: str, action: str, hidden: Mapping[str, str], inside: str) -> str:
    kept = "".join(
        f'<input type="hidden" name="{name}" value="{escape(value)}">'
        for name, value in hidden.items()
    )
    return f'<form id="{name}" method="post" action="{action}">{kept}{inside}</form>'


class GermanPages(Pages):
    """One connection of a browser."""

    scripted = False
    asks_forever = False
    """Whether the consent page comes again whatever is pressed."""

    def page(self, title: str, session: Session, inside: str, message: str = "") -> Answer:
        head = f'<title>{title}</title><meta name="wache" content="{session.csrf}">'
        body = f"<h1>{title}</h1><p>{message}</p>{inside}"
        if self.scripted:
            body = (
                f"<script>setTimeout(() => document.body.innerHTML = {json.dumps(body)})</script>"
            )
        html = f'<!doctype html><html lang="de"><meta charset="utf-8">{head}<body>{body}</html>'
        policy = HTML | (POLICY if self.scripted else {})
        return with_cookie(Answer(200, html.encode(), policy), session)

    def ask(self) -> Answer:
        callback, origin = requested(parameters(self.query))
        session = self.session()
        if session is None or session.earner is None:
            return self.who(session or self.vault.open_session(None), f"/zugang?{self.query}")
        hidden = {"callback": callback, "scope": "issue", "_wache": session.csrf}
        inside = form("freigabe", "/freigabe", hidden, JUDGE)
        return self.page("Freigabe", session, inside, f"{self.shown(origin)} bittet.")

    def who(self, session: Session, after: str, message: str = "") -> Answer:
        hidden = {"weiter": after, **self.token(session)}
        return self.page("Anmeldung", session, form("kennung", "/anmeldung", hidden, WHO), message)

    def token(self, session: Session) -> dict[str, str]:
        """What a script of the page would add."""
        return {"_wache": session.csrf} if self.scripted else {}

    def log_in_somehow(self) -> Answer:
        session, fields = self.submitted()
        hidden = {**fields, **self.token(session)}
        if not self.scripted:
            hidden.pop("_wache")
        if "einverstanden" not in fields:
            hidden.pop("losung", None)
            return self.page("Losung", session, form("losung", "/anmeldung", hidden, WORD))
        earner = self.vault.log_in(fields.get("wer", ""), fields.get("losung", ""))
        if earner is None:
            return self.who(session, fields.get("weiter", ""), "Das passt nicht zusammen.")
        after = fields.get("weiter", "")
        answer = redirect(303, after if self.is_here(after) else "/einstellungen")
        return with_cookie(answer, self.vault.renew_session(session, earner))

    def judged(self) -> Answer:
        fields = self.act()[1]
        if self.asks_forever:
            return redirect(303, f"/zugang?scope=issue&callback={fields['callback']}")
        return self.allow() if fields.get("urteil") == "x1" else self.deny()

    def belongs(self, fields: Mapping[str, str], session: Session) -> bool:
        return same(fields.get("_wache", ""), session.csrf)

    def settings(self) -> Answer:
        session = self.session()
        if session is None or session.earner is None:
            return self.who(session or self.vault.open_session(None), "/einstellungen")
        inside = "".join(
            form(
                "weg", "/widerruf", {"origin": origin, "_wache": session.csrf}, "<button>X</button>"
            )
            for origin in self.vault.origins(session.earner)
        )
        return self.page("Einstellungen", session, inside)

    def revoke(self) -> Answer:
        super().revoke()
        return redirect(303, "/einstellungen")

    ROUTES: ClassVar[Routes] = {
        "/issuer.js": {"GET": "script"},
        "/zugang": {"GET": "ask"},
        "/anmeldung": {"POST": "log_in_somehow"},
        "/freigabe": {"POST": "judged"},
        "/einstellungen": {"GET": "settings"},
        "/widerruf": {"POST": "revoke"},
    }


class ScriptedPages(GermanPages):
    scripted = True


class EndlessPages(GermanPages):
    asks_forever = True


class ForeignBackpack(PlainBackpack):
    """A Backpack that serves while it is entered."""

    def __init__(self, pages: type[Pages] = GermanPages, expires: int = 3600) -> None:
        super().__init__(ACCOUNTS, expires)
        made = self.servers[0].RequestHandlerClass
        assert isinstance(made, functools.partial)
        self.servers[0].RequestHandlerClass = functools.partial(pages, *made.args)
