"""What all pages for earners share, whatever the API: session, login, templates, redirects."""

from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from aiohttp import web
from attrs import frozen
from multidict import MultiDict, MultiMapping

from mock_backpack.apis.answers import page_headers
from mock_backpack.apis.parameters import FORM, read_form
from mock_backpack.core.errors import ApiError, PageError
from mock_backpack.core.exchange import exchange_of
from mock_backpack.core.seams import seam
from mock_backpack.core.sessions import Session, Sessions, set_cookie

if TYPE_CHECKING:
    from jinja2 import Environment

PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))
"""What may stand in a header as it is."""


@frozen
class EarnerPages:
    """The pages of one Backpack, as far as every API has them."""

    sessions: Sessions
    prefix: str
    """The path below which the Backpack lives as browsers see it, ``""`` at the root."""

    def session(self, request: web.Request) -> Session:
        """The session of a request, or a new one."""
        session = self.sessions.of(request)
        exchange_of(request).earner = session.earner
        return session

    def to_login(self, session: Session, then: str) -> web.Response:
        """Send the browser to the login, and afterwards to one of our own pages."""
        response = see_other(f"{self.prefix}/login?{urlencode({'then': then})}")
        set_cookie(response, session, self.sessions)
        return response

    def page(
        self, request: web.Request, template: str, session: Session, **values: Any
    ) -> web.Response:
        """A page of a template."""
        text = (
            templates()
            .get_template(template)
            .render(session=session, path=request.path, base=self.prefix, **values)
        )
        response = web.Response(text=text, content_type="text/html", headers=page_headers())
        set_cookie(response, session, self.sessions)
        return response


def see_other(location: str) -> web.Response:
    """A redirect that is not cached, and sends no referrer."""
    headers = {"Location": quote(location, safe=PRINTABLE), **redirect_headers()}
    return web.Response(status=303, headers=headers)


@seam
def redirect_headers() -> dict[str, str]:
    """Headers of every redirect (RFC 6749 section 5.1, RFC 9700 section 4.2.4)."""
    return {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


def form_of(request: web.Request) -> MultiMapping[str]:
    """The text fields of a posted form.

    Raises:
        PageError: 400 when the body is no form in UTF-8.
    """
    if request.content_type != FORM:
        raise PageError(415, f"body: expected {FORM}")
    try:
        return MultiDict(read_form(exchange_of(request).body))
    except ApiError as error:
        raise PageError(error.status, error.message) from error


@cache
def templates() -> "Environment":
    """The pages' templates: everything is escaped, a missing value is an error."""
    from jinja2 import (  # noqa: PLC0415 - costs a tenth of a second, and issuers' tests see no page
        Environment,
        PackageLoader,
        StrictUndefined,
    )

    return Environment(
        loader=PackageLoader("mock_backpack"), autoescape=True, undefined=StrictUndefined
    )
