"""What a page of an issuer calls, and what the earner sees of it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from html import escape
from typing import Any, ClassVar
from urllib import parse

from tests.miniatures.plain.answer import Answer, Document, Refusal, redirect
from tests.miniatures.plain.encodings import json_object
from tests.miniatures.plain.handler import Routes
from tests.miniatures.plain.judge import COMPACT_JWS, Judge, Verdict
from tests.miniatures.plain.members import web
from tests.miniatures.plain.pages import LOGIN_FIELDS, Pages, form, page, with_cookie
from tests.miniatures.plain.urls import origin_of, parameters
from tests.miniatures.plain.vault import Earner

CALLS = """(function () {
  var home = new URL(".", document.currentScript.src);
  function ask(assertions, framed) {
    if (!Array.isArray(assertions)) throw new Error("an array of assertions is expected");
    var url = new URL("ask", home), said = {assertions: JSON.stringify(assertions), framed: framed};
    said.origin = location.origin;
    for (var name in said) url.searchParams.set(name, said[name]);
    return url.href;
  }
  OpenBadges.issue = function (assertions, callback) {
    var frame = document.createElement("iframe");
    frame.style.cssText = "position: fixed; inset: 10%; width: 80%; height: 80%; background: white";
    frame.src = ask(assertions, "yes");
    document.body.appendChild(frame);
    window.addEventListener("message", function end(event) {
      if (event.source !== frame.contentWindow || event.origin !== home.origin) return;
      window.removeEventListener("message", end);
      frame.remove();
      var said = JSON.parse(event.data);
      if (callback) callback(said.failed, said.kept);
    });
  };
  OpenBadges.issue_no_modal = function (assertions) { location.href = ask(assertions, ""); };
})();
"""
TELL = """<pre hidden>%s</pre><script>
parent.postMessage(document.currentScript.previousElementSibling.textContent, %s);
</script>"""


class AskingPages(Pages):
    """One connection of a browser, to a Backpack that has the Issuer API."""

    def __init__(self, judge: Callable[[], Judge], *connection: Any) -> None:
        self.judge = judge
        super().__init__(*connection)

    def script(self) -> Answer:
        answer = super().script()
        return replace(answer, content=answer.content + CALLS.encode())

    def asked(self) -> Answer:
        return self.question(parameters(self.query))

    def question(self, fields: Mapping[str, str]) -> Answer:
        session = self.session()
        call = {name: fields.get(name, "") for name in ("assertions", "origin", "framed")}
        if session is None or session.earner is None:
            session = session or self.vault.open_session(None)
            hidden = call | {"csrf": session.csrf}
            asked = page("Who are you?", form("/ask/login", "Log in", hidden, LOGIN_FIELDS))
            return self.in_frame(with_cookie(asked, session), fields)
        judged = self.judged(fields, session.earner)
        rows = "".join(
            f'<li><label><input type="checkbox" name="keep-{number}">{self.row(verdict.badge)}'
            "</label></li>"
            for number, (_, verdict) in enumerate(judged)
            if isinstance(verdict, Verdict)
        )
        if not rows:
            return self.end(fields, judged, set())
        hidden = call | {"csrf": session.csrf}
        asked = page("New badges", form("/ask/answer", "Keep", hidden, f"<ul>{rows}</ul>"))
        return self.in_frame(asked, fields)

    def row(self, badge: Document) -> str:
        inside = badge["badge"]
        texts = (self.shown(inside[name]) for name in ("name", "description"))
        picture, issuer = escape(inside["image"]), self.shown(inside["issuer"]["name"])
        return f'<img src="{picture}" alt=""> {": ".join(texts)}, by {issuer}'

    def log_in_here(self) -> Answer:
        old, fields = self.submitted()
        earner = self.vault.log_in(fields.get("email", ""), fields.get("password", ""))
        if earner is None:
            raise Refusal(403, "the e-mail or the password is wrong")
        return with_cookie(self.after_login(fields), self.vault.renew_session(old, earner))

    def after_login(self, fields: Mapping[str, str]) -> Answer:
        call = {name: fields.get(name, "") for name in ("assertions", "origin", "framed")}
        return redirect(303, f"/ask?{parse.urlencode(call)}")

    def answered(self) -> Answer:
        earner, fields = self.act()
        judged = self.judged(fields, earner)
        kept = set[str]()
        for number, (pushed, verdict) in enumerate(judged):
            if isinstance(verdict, Verdict) and self.is_kept(fields, number):
                self.vault.add(earner, verdict)
                kept.add(pushed)
        return self.end(fields, judged, kept)

    def is_kept(self, fields: Mapping[str, str], number: int) -> bool:
        return f"keep-{number}" in fields

    def end(
        self, fields: Mapping[str, str], judged: list[tuple[str, Verdict | str]], kept: set[str]
    ) -> Answer:
        failed = [
            {"url": pushed, "reason": outcome if isinstance(outcome, str) else "DENIED"}
            for pushed, outcome in judged
            if pushed not in kept
        ]
        said = escape(json.dumps({"kept": sorted(kept), "failed": failed}))
        told = TELL % (said, json.dumps(self.listener(fields))) if fields.get("framed") else ""
        return self.in_frame(page("Thank you", f"<p>That is all.</p>{told}"), fields)

    def listener(self, fields: Mapping[str, str]) -> str:
        """The only origin that may frame the page, and that hears the answer."""
        origin = origin_of(fields.get("origin", ""))
        if origin is None:
            raise Refusal(422, "origin is none")
        return origin

    def in_frame(self, answer: Answer, fields: Mapping[str, str]) -> Answer:
        if not fields.get("framed"):
            return answer
        policy = f"frame-ancestors {self.listener(fields)}"
        headers = {name: one for name, one in answer.headers.items() if name != "X-Frame-Options"}
        return replace(answer, headers=headers | {"Content-Security-Policy": policy})

    def judged(self, fields: Mapping[str, str], earner: Earner) -> list[tuple[str, Verdict | str]]:
        try:
            assertions = [str(one) for one in json.loads(fields.get("assertions", ""))]
        except (ValueError, TypeError):
            raise Refusal(422, "assertions is no JSON array") from None
        return [(pushed, self.verdict(pushed, earner)) for pushed in assertions]

    def verdict(self, pushed: str, earner: Earner) -> Verdict | str:
        """The badge, or the reason why it cannot be kept."""
        judge = self.judge()
        if web(pushed):
            try:
                content = judge.fetch(pushed)
            except Refusal:
                return "INACCESSIBLE"
            try:
                if "recipient" not in json_object(content, pushed):
                    return "MALFORMED"
            except Refusal:
                return "MALFORMED"
        elif not COMPACT_JWS.fullmatch(pushed):
            return "INACCESSIBLE"
        try:
            verdict = judge.judge(pushed)
        except Refusal:
            return "INVALID"
        if not self.vault.is_meant_for(earner, verdict.recipient):
            return "INVALID"
        return "EXISTS" if verdict.key in earner.badges else verdict

    ROUTES: ClassVar[Routes] = {
        **Pages.ROUTES,
        "/ask": {"GET": "asked"},
        "/ask/login": {"POST": "log_in_here"},
        "/ask/answer": {"POST": "answered"},
    }
