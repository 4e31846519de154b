"""What the earner's browser sees."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from html import escape
from typing import Any, ClassVar
from urllib import parse

from tests.miniatures.plain.answer import HTML, Answer, Refusal, invalid, redirect
from tests.miniatures.plain.handler import Handler, Routes
from tests.miniatures.plain.urls import origin_of, parameters
from tests.miniatures.plain.vault import Earner, Session, same

LONGEST = 8192  # characters of a callback
OURS = {"access_token", "refresh_token", "expires", "api_root", "error"}
SCRIPT = """(function () {
  var me = document.currentScript;
  var ask = new URL("connect/ask", me && me.src ? me.src : HOME).href;
  window.OpenBadges = window.OpenBadges || {};
  window.OpenBadges.connect = function (options) {
    var callback = new URL(options.callback, document.baseURI || window.location.href).href;
    var scope = [].concat(options.scope || []).join(",");
    window.location.href = ask + "?callback=" + encodeURIComponent(callback) +
      "&scope=" + encodeURIComponent(scope);
  };
})();
"""
LOGIN_FIELDS = """<label>E-mail <input type="email" name="email"></label>
<label>Password <input type="password" name="password"></label>"""


def requested(fields: Mapping[str, str]) -> tuple[str, str]:
    """The callback and its origin, once both parameters of a connect are good."""
    callback = fields.get("callback", "")
    origin = origin_of(callback)
    if len(callback) > LONGEST:
        raise Refusal(414, f"callback must not be longer than {LONGEST} characters")
    if origin is None:
        raise invalid("callback must be an absolute http(s) URL with a host")
    if set(fields.get("scope", "").split(",")) != {"issue"}:
        raise invalid("scope must be: issue")
    return callback, origin


def page(title: str, inside: str) -> Answer:
    head = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
    return Answer(200, f"{head}<h1>{title}</h1>{inside}</html>".encode(), HTML)


def form(action: str, button: str, hidden: Mapping[str, str], visible: str = "") -> str:
    fields = (
        f'<input type="hidden" name="{name}" value="{escape(value)}">'
        for name, value in hidden.items()
    )
    inside = f"{''.join(fields)}{visible}<button>{button}</button>"
    return f'<form method="post" action="{action}">{inside}</form>'


def with_cookie(answer: Answer, session: Session) -> Answer:
    cookie = f"plain_session={session.name}; Path=/; HttpOnly; SameSite=Lax"
    return replace(answer, headers=answer.headers | {"Set-Cookie": cookie})


class Pages(Handler):
    """One connection of a browser."""

    def __init__(self, api_root: str, *connection: Any) -> None:
        self.api_root = api_root
        super().__init__(*connection)

    def script(self) -> Answer:
        home = f"http://127.0.0.1:{self.server.server_port}/"
        script = SCRIPT.replace("HOME", json.dumps(home))
        return Answer(200, script.encode(), {"Content-Type": "text/javascript"})

    def access(self) -> Answer:
        requested(parameters(self.query))
        return redirect(302, f"/connect/ask?{self.query}")

    def ask(self) -> Answer:
        callback, origin = requested(parameters(self.query))
        session = self.session()
        if session is None or session.earner is None:
            after = {"next": f"/connect/ask?{self.query}"}
            return redirect(302, f"/login?{parse.urlencode(after)}")
        hidden = {"callback": callback, "scope": "issue", "csrf": session.csrf}
        who, whose = self.shown(origin), self.shown(session.earner.email)
        question = f"<p><b>{who}</b> asks to push badges to the Backpack of {whose}.</p>"
        allow = form("/connect/allow", "Allow", hidden)
        return page("Connect", question + allow + form("/connect/deny", "No, thanks", hidden))

    def allow(self) -> Answer:
        earner, fields = self.act()
        callback, origin = requested(fields)
        grant = self.vault.open_grant(earner, origin)
        tokens = {"refresh_token": grant.refresh, "access_token": grant.access}
        where = {"api_root": self.api_root, "expires": str(self.vault.expires)}
        return self.return_to(callback, where | tokens)

    def deny(self) -> Answer:
        callback, _ = requested(self.act()[1])
        return self.return_to(callback, {"error": "access_denied"})

    def return_to(self, callback: str, ours: Mapping[str, str]) -> Answer:
        """To the callback, our parameters behind its own, and nothing planted under our names."""
        parts = parse.urlsplit(callback)
        own = (pair for pair in parts.query.split("&") if pair)
        kept = [pair for pair in own if parse.unquote_plus(pair.partition("=")[0]) not in OURS]
        query = "&".join([*kept, parse.urlencode(ours)])
        return redirect(302, parts._replace(path=parts.path or "/", query=query).geturl())

    def shown(self, text: str) -> str:
        return escape(text)

    def login_page(self) -> Answer:
        session = self.session() or self.vault.open_session(None)
        after = parameters(self.query).get("next", "")
        hidden = {"next": after, "csrf": session.csrf}
        return with_cookie(page("Log in", form("/login", "Log in", hidden, LOGIN_FIELDS)), session)

    def login(self) -> Answer:
        old, fields = self.submitted()
        earner = self.vault.log_in(fields.get("email", ""), fields.get("password", ""))
        if earner is None:
            raise Refusal(403, "the e-mail or the password is wrong")
        after = fields.get("next", "")
        answer = redirect(303, after if self.is_here(after) else "/settings")
        return with_cookie(answer, self.vault.renew_session(old, earner))

    def is_here(self, after: str) -> bool:
        return re.match(r"/(?![/\\])", after) is not None

    def settings(self) -> Answer:
        session = self.session()
        if session is None or session.earner is None:
            return redirect(302, "/login?next=/settings")
        items = ""
        for origin in self.vault.origins(session.earner):
            hidden = {"origin": origin, "csrf": session.csrf}
            items += f"<li>{escape(origin)} {form('/settings/revoke', 'Revoke', hidden)}</li>"
        return page("Settings", f"<p>These sites may push badges:</p><ul>{items}</ul>")

    def revoke(self) -> Answer:
        earner, fields = self.act()
        self.vault.revoke(earner, fields.get("origin", ""))
        return redirect(303, "/settings")

    def session(self) -> Session | None:
        found = re.search(r"(?:^|;)\s*plain_session=([\w-]+)", self.headers.get("Cookie", ""))
        return self.vault.sessions.get(found[1]) if found else None

    def submitted(self) -> tuple[Session, dict[str, str]]:
        if self.media_type() != "application/x-www-form-urlencoded":
            raise Refusal(415, "a form is expected")
        fields = parameters(self.body.decode("latin-1"))
        session = self.session()
        if session is None or not self.belongs(fields, session):
            raise Refusal(403, "the form does not belong to this session")
        return session, fields

    def belongs(self, fields: Mapping[str, str], session: Session) -> bool:
        return same(fields.get("csrf", ""), session.csrf)

    def act(self) -> tuple[Earner, dict[str, str]]:
        session, fields = self.submitted()
        if session.earner is None:
            raise Refusal(403, "nobody is logged in")
        return session.earner, fields

    ROUTES: ClassVar[Routes] = {
        "/": {"GET": "settings"},
        "/issuer.js": {"GET": "script"},
        "/access": {"GET": "access"},
        "/connect/ask": {"GET": "ask"},
        "/connect/allow": {"POST": "allow"},
        "/connect/deny": {"POST": "deny"},
        "/login": {"GET": "login_page", "POST": "login"},
        "/settings": {"GET": "settings"},
        "/settings/revoke": {"POST": "revoke"},
    }
