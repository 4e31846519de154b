"""Settings pages of Backpacks that nobody of us wrote: many layouts, in many languages.

A layout is one grant as HTML. ``{o}`` is its origin, ``{bare}`` the origin without scheme, ``{n}``
a number that says nothing of it, ``{quoted}`` the origin percent-encoded, ``{t}`` a hidden token.
"""

import re
from collections.abc import Callable, Sequence
from urllib.parse import parse_qs, quote, urlsplit

from attrs import define, field, frozen

from tests.conformance.sites import Says, Site, Visit, sends_to

TOKEN = "<input type=hidden name=sicherung value=zq81>"
BUTTON = "<form method=post action=/ajustes/revocar>{t}<input type=hidden name=id value={n}>"


@frozen
class Layout:
    """How a page lists its grants."""

    item: str
    around: str = "{items}"
    """What stands around all of them."""
    asks: str = ""
    """What a page says after something was pressed, before it does it."""


LAYOUTS = {
    "text in the form": Layout(BUTTON + "{o} <button>Revocar</button></form>"),
    "card": Layout(
        f"<div><h3>{{o}}</h3><p>seit 2014</p>{BUTTON}<button>Entziehen</button></form></div>"
    ),
    "section": Layout(f"<section><b>{{o}}</b>{BUTTON}<button>Révoquer</button></form></section>"),
    "article": Layout(f"<article><p>{{o}}{BUTTON}<button>取り消す</button></form></article>"),
    "list": Layout(f"<li>{{o}} {BUTTON}<button>Отозвать</button></form></li>", "<ul>{items}</ul>"),
    "definitions": Layout(
        f"<dt>{{o}}</dt><dd>12.3.2014 {BUTTON}<button>Intrekken</button></form></dd>",
        "<dl>{items}</dl>",
    ),
    "table": Layout(
        f"<tr><td>7</td><td>{{o}}</td><td>{BUTTON}<button>X</button></form></td></tr>",
        "<table><tr><th>Nr</th><th>Ort</th><th></th></tr>{items}</table>",
    ),
    "row after row": Layout(
        f"<tr><td>{{o}}</td></tr><tr><td>{BUTTON}<button>Usuń</button></form></td></tr>",
        "<table><tbody>{items}</tbody></table>",
    ),
    "link": Layout("<li>{o} <a href=/ajustes/borrar/{n}>Quitar</a></li>", "<ul>{items}</ul>"),
    "link with the origin": Layout("<p><a href='/weg?ort={quoted}&id={n}'>Weg damit</a></p>"),
    "link to a page": Layout(
        "<li><a href=/freigabe/{n}>{o}</a></li>",
        "<ul>{items}</ul>",
        f"<h1>{{o}}</h1><p>Badges: 3</p>{BUTTON}<button>Recht entziehen</button></form>"
        "<a href=/einstellungen>Zurück</a>",
    ),
    "formaction": Layout(
        "<li>{o} <button formaction=/retirer/{n}>Retirer</button></li>",
        "<form method=post>{t}<ul>{items}</ul></form>",
    ),
    "named buttons": Layout(
        "<p>{o} <button name=id value={n}>撤销</button></p>",
        "<form method=post action=/weg>{t}{items}</form>",
    ),
    "buttons with the origin": Layout(
        "<button name=ort value='{o}'>Beenden</button>",
        "<form method=post action=/weg>{t}{items}</form>",
    ),
    "headings": Layout(f"<h2>{{o}}</h2><p>Seit Mai.</p>{BUTTON}<button>Remover</button></form>"),
    "lines": Layout(f"<p>{{o}}</p>{BUTTON}<button>Fjern</button></form>", "<div>{items}</div>"),
    "plain lines": Layout(
        f"{{o}} {BUTTON}<button>Remove</button></form><br>", "<div>{items}</div>"
    ),
    "button first": Layout(
        f"{BUTTON}<button>Ta bort</button></form> {{o}}<br>", "<div>{items}</div>"
    ),
    "without scheme": Layout(f"<li>{{bare}} {BUTTON}<button>Poista</button></form></li>"),
    "capitals": Layout(f"<li>{{upper}} {BUTTON}<button>Geri al</button></form></li>"),
    "title": Layout(f"<li title='{{o}}'>Site {{n}} {BUTTON}<button>Odebrat</button></form></li>"),
    "data": Layout(
        f"<tr data-issuer='{{o}}'><td>v2.1</td><td>{BUTTON}<button>✕</button></form></td></tr>",
        "<table>{items}</table>",
    ),
    "picture": Layout(
        f"<div><img src=/i.png alt='{{o}}'>{BUTTON}<button>Elimina</button></form></div>"
    ),
    "in pieces": Layout(f"<li>{{pieces}} {BUTTON}<button>Radera</button></form></li>"),
    "broken lines": Layout(f"<li>{{broken}} {BUTTON}<button>Slett</button></form></li>"),
    "callback": Layout(f"<li>{{o}}/callback/1?x=y {BUTTON}<button>Revoke</button></form></li>"),
    "link to the issuer": Layout(
        f"<li><a href='{{o}}/'>A site</a> {BUTTON}<button>Revoke</button></form></li>"
    ),
    "label": Layout(
        f"<li>{BUTTON}<button aria-label='Zugriff von {{o}} beenden'>✕</button></form></li>"
    ),
    "fieldset": Layout(
        f"<fieldset><legend>{{o}}</legend>{BUTTON}<button>Весь</button></form></fieldset>"
    ),
    "folded": Layout(
        f"<details><summary>{{o}}</summary>{BUTTON}<button>Anular</button></form></details>"
    ),
    "several buttons": Layout(
        f"<li>{{o}} <a href=/badges/{{n}}>Badges</a> <form method=post action=/umbenennen>"
        f"<button>Umbenennen</button></form>{BUTTON}<button>Widerrufen</button></form></li>"
    ),
    "e-mail and time": Layout(
        f"<li>{{o}}, granted by ada@example.org on 26.11.2026 at 12:30. Fin.Ok "
        f"{BUTTON}<button>Revoke</button></form></li>"
    ),
    "submit": Layout(f"<p>{{o}} {BUTTON}<input type=submit value='해제'></form></p>"),
    "image": Layout(f"<p>{{o}} {BUTTON}<input type=image src=/x.png alt='حذف'></form></p>"),
    "boxes": Layout(
        "<li><label><input type=checkbox name=grant-{n}> {o}</label></li>",
        "<form method=post action=/weg>{t}<ul>{items}</ul><button>Entziehen</button></form>",
    ),
    "boxes with the origin": Layout(
        "<tr><td><input type=checkbox name=grant-{n} value='{o}'></td><td>Seit Mai</td></tr>",
        "<form method=post action=/weg>{t}<table>{items}</table>"
        "<button>Remove access</button><button formaction=/umbenennen>Umbenennen</button></form>",
    ),
    "asks": Layout(
        f"<li>{{o}} {BUTTON}<button>Entziehen</button></form></li>",
        asks=f"<h1>Sicher?</h1>{BUTTON}<input type=hidden name=sicher value=1>"
        "<button>Ja</button></form><a href=/einstellungen>Abbrechen</a>",
    ),
    "asks by two buttons": Layout(
        f"<li>{{o}} {BUTTON}<button>Retirar</button></form></li>",
        asks=f"<p>¿Quitar {{o}}?</p>{BUTTON}<button name=no value=1>No</button>"
        "<button name=sicher value=1>Sí, quitar</button></form>",
    ),
    "asks by links": Layout(
        "<li>{o} <a href=/weg/{n}>Wegnehmen</a></li>",
        asks="<p>Wirklich?</p><a href='/weg/{n}?sicher=1'>Ja</a> <a href=/einstellungen>Nein</a>",
    ),
}
PAGE = """<!doctype html><meta charset=utf-8><title>Einstellungen</title>
<header><nav><a href=/>Start</a> <a href=/badges>Badges</a> <a href=https://docs.example/>?</a></nav>
<form action=/suche><input name=q type=search><button>Suchen</button></form>
<form method=post action=/logout><button>Log out</button></form></header><main>
<form method=post action=/profil>{token}<input name=name value=Ada><button>Speichern</button></form>
{around}
<form method=post action=/konto-loeschen>{token}<button>Konto löschen</button></form></main>
<footer><a href=/impressum>Impressum</a></footer>"""
BARE_PAGE = "<!doctype html><meta charset=utf-8><title>Settings</title>{around}"


@define
class SettingsSite:
    """A settings page with a layout, and the grants that are left on it."""

    site: Site
    layout: Layout
    grants: dict[int, str]
    """From a number to an origin."""
    page: str = PAGE
    harm: list[str] = field(factory=list)
    """What was pressed that has nothing to do with a grant."""

    def __attrs_post_init__(self) -> None:
        known: Callable[[Visit], Says] = self.pressed
        self.site.pages = {"/einstellungen": lambda _: self.shown()}
        self.site.otherwise = known

    @property
    def url(self) -> str:
        """The settings page."""
        return f"{self.site.url}/einstellungen"

    def shown(self) -> str:
        """The page by now."""
        items = "".join(self.written(self.layout.item, number) for number in self.grants)
        around = self.layout.around.replace("{items}", items).replace("{t}", TOKEN)
        return self.page.replace("{token}", TOKEN).replace("{around}", around)

    def written(self, text: str, number: int) -> str:
        """A text about a grant."""
        origin = self.grants[number]
        parts = urlsplit(origin)
        scheme, host = parts.scheme, parts.hostname or ""
        port = f":{parts.port}" if parts.port else ""
        half = len(host) // 2
        written = {
            "o": origin,
            "bare": parts.netloc,
            "upper": origin.upper(),
            "quoted": quote(origin, safe=""),
            "n": str(number),
            "t": TOKEN,
            "pieces": f"<i>{scheme}://</i><b>{host[:half]}<wbr>{host[half:]}</b><span>{port}</span>",
            "broken": f"{scheme}://\n   {host}<br>\n{port}",
        }
        return re.sub(r"\{(\w+)\}", lambda found: written[found[1]], text)

    def pressed(self, visit: Visit) -> Says:
        """A grant is taken back, perhaps after a question; or something else is done."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(visit.path).query).items()}
        sent = {**query, **visit.form}
        last = urlsplit(visit.path).path.rpartition("/")[2]
        of_origin = [n for n, origin in self.grants.items() if origin == sent.get("ort")]
        number = int(sent.get("id") or (last if last.isdigit() else 0)) or next(iter(of_origin), 0)
        ticked = [int(name.removeprefix("grant-")) for name in sent if name.startswith("grant-")]
        if ticked and visit.path == "/weg":
            for chosen in ticked:
                del self.grants[chosen]
            return sends_to("/einstellungen", 303)
        if number not in self.grants or "umbenennen" in visit.path or "badges" in visit.path:
            self.harm.append(str(visit))
            return sends_to("/einstellungen", 303)
        if "no" in sent:
            return sends_to("/einstellungen", 303)
        asks_first = self.layout.asks and "sicher" not in sent
        if asks_first and not (visit.method == "POST" and "sicher" not in self.layout.asks):
            return f"<!doctype html><title>?</title>{self.written(self.layout.asks, number)}"
        del self.grants[number]
        return sends_to("/einstellungen", 303)


def numbered(origins: Sequence[str]) -> dict[int, str]:
    """Grants of these origins, with random numbers."""
    return {8100 + 17 * at: origin for at, origin in enumerate(origins)}
