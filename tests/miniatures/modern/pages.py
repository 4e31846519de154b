"""What a person sees: login, consent, and the list of who may do what."""

import re
import secrets
from collections.abc import Mapping
from html import escape
from typing import NoReturn
from urllib import parse

from tests.miniatures.modern.messages import HTML, Answer, Refusal, Request, redirect, single
from tests.miniatures.modern.store import CODE_SECONDS, Client, Code, Permission, Session, Store

COOKIE = "modern_session"
ASKED = (
    *("response_type", "client_id", "redirect_uri", "scope", "state"),
    *("code_challenge", "code_challenge_method"),
)
LOGIN_FIELDS = """<label>E-mail <input type="email" name="email"></label>
<label>Password <input type="password" name="password"></label>"""
GUARDED = {"Content-Security-Policy": "frame-ancestors 'none'", "Referrer-Policy": "no-referrer"}


def page(title: str, inside: str, status: int = 200) -> Answer:
    head = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
    return Answer(status, f"{head}<h1>{title}</h1>{inside}</html>".encode(), {**HTML, **GUARDED})


def form(action: str, button: str, hidden: Mapping[str, str], visible: str = "") -> str:
    fields = "".join(
        f'<input type="hidden" name="{name}" value="{escape(value)}">'
        for name, value in hidden.items()
    )
    return (
        f'<form method="post" action="{action}">{fields}{visible}<button>{button}</button></form>'
    )


def stop(why: str, status: int = 400) -> NoReturn:
    raise Refusal(page("This does not work", f"<p>{escape(why)}</p>", status))


def with_query(uri: str, more: Mapping[str, str]) -> str:
    parts = parse.urlsplit(uri)
    query = "&".join(filter(None, [parts.query, parse.urlencode(more)]))
    return parts._replace(query=query).geturl()


class Doors:
    """Sessions and logins."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def session(self, request: Request) -> Session | None:
        return self.store.sessions.get(request.cookie(COOKIE) or "")

    def enter(self, request: Request) -> Answer:
        session = self.session(request) or self.store.open_session(None)
        hidden = {"next": single(request.parameters()).get("next", ""), "csrf": session.csrf}
        return self.with_cookie(
            page("Log in", form("/enter", "Log in", hidden, LOGIN_FIELDS)), session
        )

    def entered(self, request: Request) -> Answer:
        old, fields = self.submitted(request)
        person = self.store.log_in(fields.get("email", ""), fields.get("password", ""))
        if person is None:
            stop("the e-mail or the password is wrong", 403)
        after = fields.get("next", "")
        self.store.sessions.pop(old.name, None)
        answer = redirect(after if self.is_here(after) else "/permissions")
        return self.with_cookie(answer, self.store.open_session(person))

    def is_here(self, address: str) -> bool:
        return re.match(r"/(?![/\\])", address) is not None

    def with_cookie(self, answer: Answer, session: Session) -> Answer:
        cookie = f"{COOKIE}={session.name}; Path=/; HttpOnly; SameSite=Lax"
        return Answer(answer.status, answer.content, {**answer.headers, "Set-Cookie": cookie})

    def submitted(self, request: Request) -> tuple[Session, dict[str, str]]:
        fields, session = single(request.form()), self.session(request)
        if session is None or fields.get("csrf") != session.csrf:
            stop("the form does not belong to this session", 403)
        return session, fields


class Permissions(Doors):
    """The page on which a person takes permissions back."""

    def listed(self, request: Request) -> Answer:
        session = self.session(request)
        if session is None or session.person is None:
            return redirect("/enter?next=/permissions")
        items = ""
        for client in dict.fromkeys(one.client.id for one in self.mine(session)):
            hidden = {"client": client, "csrf": session.csrf}
            metadata = self.store.clients[client].metadata
            name = f"{self.named(metadata['client_name'])} at {escape(metadata['client_uri'])}"
            items += f"<li>{name} {form('/permissions/end', 'Revoke', hidden)}</li>"
        return page("Who may use your badges", f"<ul>{items}</ul>")

    def named(self, text: str) -> str:
        return escape(text)

    def mine(self, session: Session) -> list[Permission]:
        live = (one for one in self.store.live() if one.person is session.person)
        return [one for one in live if not one.is_hidden]

    def end(self, request: Request) -> Answer:
        session, fields = self.submitted(request)
        for permission in self.mine(session):
            if permission.client.id == fields.get("client"):
                permission.is_over = True
        return redirect("/permissions")


class Authorization(Doors):
    """Where a client sends a person (RFC 6749, 4.1.1)."""

    def ask(self, request: Request) -> Answer:
        pairs = request.parameters()
        client, asked = self.checked(pairs)
        self.store.heard.append(asked.get("state", ""))
        session = self.session(request)
        if session is None or session.person is None:
            after = {"next": f"{request.path}?{request.query}"}
            return redirect(f"/enter?{parse.urlencode(after)}")
        name, uri = (self.shown(client.metadata[key]) for key in ("client_name", "client_uri"))
        scopes = "".join(f"<li>{escape(scope)}</li>" for scope in asked["scope"].split())
        question = f"<p><b>{name}</b> ({uri}) asks for:</p><ul>{scopes}</ul>"
        hidden = {**asked, "csrf": session.csrf}
        buttons = form("/allow", "Allow", hidden) + form("/refuse", "Deny", hidden)
        return page("May it use your badges?", question + buttons)

    def shown(self, text: str) -> str:
        return escape(text)

    def checked(self, pairs: list[tuple[str, str]]) -> tuple[Client, dict[str, str]]:
        asked = single([pair for pair in pairs if pair[0] in ASKED])
        client = self.store.clients.get(asked.get("client_id", ""))
        if client is None:
            stop("the client is not known")
        if not self.is_registered(client, asked.get("redirect_uri", "")):
            stop("the redirect_uri is not one of the client's")
        names = [name for name, _ in pairs]
        if any(names.count(name) > 1 for name in ASKED):
            self.back(asked, {"error": "invalid_request"})
        if error := self.error_of(client, asked):
            self.back(asked, {"error": error})
        return client, asked

    def is_registered(self, client: Client, uri: str) -> bool:
        return uri in client.metadata["redirect_uris"]

    def error_of(self, client: Client, asked: Mapping[str, str]) -> str:
        if "response_type" in asked and asked["response_type"] != "code":
            return "unsupported_response_type"
        if not set(self.required()) <= set(asked):
            return "invalid_request"
        if not set(asked["scope"].split()) <= client.scopes:
            return "invalid_scope"
        return "" if self.is_challenge(asked) else "invalid_request"

    def required(self) -> tuple[str, ...]:
        return ASKED

    def is_challenge(self, asked: Mapping[str, str]) -> bool:
        is_right = re.fullmatch(r"[\w-]{43}", asked["code_challenge"], re.ASCII) is not None
        return is_right and asked["code_challenge_method"] == "S256"

    def back(self, asked: Mapping[str, str], parameters: Mapping[str, str]) -> NoReturn:
        state = {"state": asked["state"]} if "state" in asked else {}
        raise Refusal(redirect(with_query(asked["redirect_uri"], {**parameters, **state})))

    def allow(self, request: Request) -> Answer:
        session, fields = self.submitted(request)
        client, asked = self.checked([pair for pair in fields.items() if pair[0] in ASKED])
        if session.person is None:
            stop("nobody is logged in", 403)
        granted = frozenset(asked["scope"].split())
        permission = self.store.allow(session.person, client, granted)
        code = self.new_code()
        until = self.store.clock() + CODE_SECONDS
        challenge = asked.get("code_challenge", "")
        self.store.codes[code] = Code(permission, asked["redirect_uri"], challenge, until)
        self.back(asked, self.given(code))

    def new_code(self) -> str:
        return secrets.token_urlsafe(24)

    def given(self, code: str) -> dict[str, str]:
        return {"code": code}

    def refuse(self, request: Request) -> Answer:
        _, fields = self.submitted(request)
        _, asked = self.checked([pair for pair in fields.items() if pair[0] in ASKED])
        self.back(asked, {"error": "access_denied"})
