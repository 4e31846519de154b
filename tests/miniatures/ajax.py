"""The plain Backpack behind pages that log in, and take permissions back, by script.

The access page holds login and consent, and shows one of them. The login is posted by a script and
answered with JSON. The settings page has no forms: its buttons ask ``confirm()`` and post.
"""

import json
from dataclasses import replace
from html import escape

from tests.miniatures.plain.answer import Answer, redirect
from tests.miniatures.plain.pages import Pages, page, requested, with_cookie
from tests.miniatures.plain.urls import parameters

ENTRY = """<div id=out style="display: {out}"><form id=login action=/connect/ask>
<input type=email name=email><input type=password name=password><button>Enter</button></form></div>
<div id=in style="display: {inside}"><form id=permission method=post action=/connect/allow>
<input type=hidden name=callback value="{callback}"><input type=hidden name=scope value=issue>
<input type=hidden name=csrf value="{csrf}"><button class=yes>A</button>
<button class=no formaction=/connect/deny>B</button></form></div>
<script>
document.getElementById("login").onsubmit = async event => {
  event.preventDefault();
  const sent = new URLSearchParams(new FormData(event.target));
  const answer = await (await fetch("/login", {method: "POST", body: sent})).json();
  if (!answer.csrf) { alert("No"); return; }
  document.querySelector("#permission [name=csrf]").value = answer.csrf;
  document.getElementById("out").style.display = "none";
  document.getElementById("in").style.display = "block";
};
</script>"""
GRANTS = """<ul>{items}</ul><script>
for (const button of document.querySelectorAll("button")) button.onclick = async () => {
  if (!confirm("Sure?")) return;
  await fetch("/settings/revoke", {method: "POST", body: new URLSearchParams(button.dataset)});
  location.reload();
};
</script>"""


def scripted(answer: Answer) -> Answer:
    """A page whose own scripts may run, and talk to its server."""
    allowed = "script-src 'unsafe-inline'; connect-src 'self'; frame-ancestors 'none'"
    return replace(answer, headers=answer.headers | {"Content-Security-Policy": allowed})


class AjaxPages(Pages):
    """One connection of a browser."""

    def ask(self) -> Answer:
        callback, _ = requested(parameters(self.query))
        session = self.session()
        is_in = session is not None and session.earner is not None
        shown = {
            "out": "none" if is_in else "block",
            "inside": "block" if is_in else "none",
            "callback": escape(callback),
            "csrf": session.csrf if session and is_in else "",
        }
        html = ENTRY
        for name, value in shown.items():
            html = html.replace("{" + name + "}", value)
        return scripted(page("Connect", html))

    def login(self) -> Answer:
        fields = parameters(self.body.decode())
        earner = self.vault.log_in(fields.get("email", ""), fields.get("password", ""))
        kind = {"Content-Type": "application/json"}
        if earner is None:
            return Answer(403, b'{"error": "wrong"}', kind)
        session = self.vault.open_session(earner)
        return with_cookie(Answer(200, json.dumps({"csrf": session.csrf}).encode(), kind), session)

    def settings(self) -> Answer:
        session = self.session()
        if session is None or session.earner is None:
            return redirect(302, "/connect/ask?callback=http%3A%2F%2Fa.example%2F&scope=issue")
        items = "".join(
            f'<li>{origin} <button type=button data-origin="{origin}" '
            f'data-csrf="{session.csrf}">C</button></li>'
            for origin in self.vault.origins(session.earner)
        )
        return scripted(page("Settings", GRANTS.replace("{items}", items)))
