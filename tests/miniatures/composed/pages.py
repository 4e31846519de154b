"""What a person sees: signing in, the question whether to allow, and who is allowed what."""

import secrets
from html import escape
from typing import Any

from flask import Flask, abort, redirect, request, session, url_for
from oauthlib.oauth2 import OAuth2Error
from oauthlib.oauth2.rfc6749.errors import AccessDeniedError, FatalClientError

from tests.miniatures.composed.announcing import SCOPES
from tests.miniatures.composed.granting import Granting
from tests.miniatures.composed.keeping import Consent, Keeping, Person

FORM = '<form method="post">{fields}</form>'


def page(title: str, inside: str, status: int = 200) -> tuple[str, int]:
    head = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
    return f"{head}<main><h1>{title}</h1>{inside}</main></html>", status


class Pages:
    def __init__(self, keeping: Keeping, granting: Granting) -> None:
        self.keeping, self.granting = keeping, granting

    def add_to(self, app: Flask, tenant: str) -> None:
        both = ["GET", "POST"]
        for path, name in (("sign-in", "enter"), ("account/apps", "apps")):
            app.add_url_rule(f"{tenant}/{path}", name, getattr(self, name), methods=both)
        app.add_url_rule(f"{tenant}/connect/authorize", "ask", self.ask, methods=both)

    def person(self) -> Person | None:
        return self.keeping.person(session.get("person"))

    def ticket(self) -> str:
        session.setdefault("ticket", secrets.token_hex(16))
        return f'<input type="hidden" name="ticket" value="{session["ticket"]}">'

    def check_ticket(self) -> None:
        known = session.get("ticket", "")
        if not known or not secrets.compare_digest(known, request.form.get("ticket", "")):
            abort(403)

    def enter(self) -> Any:
        if request.method == "GET":
            fields = (
                '<p><label for="mail">E-mail</label> <input id="mail" type="email" name="mail">'
                '<p><label for="word">Password</label> '
                '<input id="word" type="password" name="word">'
                '<p><input type="submit" value="Sign in">'
            )
            return page("Sign in", FORM.format(fields=self.ticket() + fields))
        self.check_ticket()
        person = self.keeping.enter(request.form.get("mail", ""), request.form.get("word", ""))
        if person is None:
            return page("Sign in", "<p>E-mail or password are wrong.", 403)
        after = session.get("after", url_for("apps"))
        session.clear()
        session["person"] = person.number
        return redirect(after, 303)

    def to_sign_in(self) -> Any:
        session["after"] = request.full_path
        return redirect(url_for("enter"))

    def ask(self) -> Any:
        """The query says what is asked for, in both requests."""
        uri = f"https://composed.example/?{request.query_string.decode('latin-1')}"
        try:
            scopes, asked = self.granting.validate_authorization_request(uri)
        except FatalClientError as error:
            return page("This link does not work", f"<p>{escape(str(error.description))}", 400)
        except OAuth2Error as error:
            return redirect(error.in_uri(error.redirect_uri), 303)
        except ValueError:
            return page("This link does not work", "<p>It cannot be read.", 400)
        person = self.person()
        if person is None:
            return self.to_sign_in()
        if request.method == "POST":
            return self.answered(uri, person, asked)
        return page("Connect an app", self.question(asked["request"].client.metadata, scopes))

    def question(self, client: dict[str, Any], scopes: list[str]) -> str:
        links = "".join(
            f' <a href="{escape(client[name])}">{label}</a>'
            for name, label in (("tos_uri", "Terms"), ("policy_uri", "Privacy"))
        )
        boxes = "".join(
            f'<p><label><input type="checkbox" name="scope" value="{escape(name)}" checked> '
            f"{SCOPES[name]}</label>"
            for name in scopes
        )
        who = f"<b>{self.shown(client['client_name'])}</b> at {escape(client['client_uri'])}"
        buttons = (
            '<button name="answer" value="no">Not now</button> '
            '<button name="answer" value="yes">Connect</button>'
        )
        fields = FORM.format(fields=self.ticket() + boxes + buttons)
        return f"<p>{who} would like to:{fields}<p>{links}"

    def shown(self, text: str) -> str:
        return escape(text)

    def answered(self, uri: str, person: Person, asked: dict[str, Any]) -> Any:
        self.check_ticket()
        if request.form.get("answer") != "yes":
            denied = AccessDeniedError(state=asked["state"])
            return redirect(denied.in_uri(asked["redirect_uri"]), 303)
        chosen = [one for one in request.form.getlist("scope") if one in asked["request"].scopes]
        if not chosen:
            return page("Nothing was chosen", "<p>Choose what the app may do.", 400)
        with self.keeping.lock:
            headers, _, _ = self.granting.create_authorization_response(
                uri, scopes=chosen, credentials={"person": person, "chosen": chosen}
            )
        return redirect(headers["Location"], 303)

    def apps(self) -> Any:
        person = self.person()
        if person is None:
            return self.to_sign_in()
        if request.method == "POST":
            self.check_ticket()
            for consent in self.of_client(person, request.form.get("client", "")):
                consent.is_over = True
            return redirect(url_for("apps"), 303)
        clients = {one.client.client_id: one.client for one in self.keeping.of(person)}
        items = "".join(
            f"<li>{escape(client.metadata['client_name'])} "
            f"({escape(client.metadata['client_uri'])}) "
            + FORM.format(
                fields=f'{self.ticket()}<input type="hidden" name="client" value="{name}">'
                '<input type="submit" value="Disconnect">'
            )
            for name, client in clients.items()
        )
        return page("Connected apps", f"<ul>{items}</ul>")

    def of_client(self, person: Person, name: str) -> list[Consent]:
        return [one for one in self.keeping.of(person) if one.client.client_id == name]
