"""Small sites on a socket, made of the answers that a test gives to each path."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

from aiohttp import web
from aiohttp.test_utils import TestServer
from attrs import define, field

Says = str | web.Response | Callable[["Visit"], web.Response | str]


@define
class Visit:
    """A request to a site."""

    method: str
    path: str
    """With its query, as it was sent."""
    headers: Mapping[str, str]
    form: Mapping[str, str]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@define
class Site:
    """A site with pages by path; what is a text is HTML."""

    pages: dict[str, Says] = field(factory=dict)
    visits: list[Visit] = field(factory=list)
    url: str = ""
    otherwise: Says = field(factory=lambda: web.Response(status=404))
    """What is answered where there is no page."""

    async def answer(self, request: web.Request) -> web.Response:
        """Hear a request, and say what its path says."""
        form = {name: str(value) for name, value in (await request.post()).items()}
        visit = Visit(request.method, str(request.rel_url), dict(request.headers), form)
        self.visits.append(visit)
        says = self.pages.get(request.path, self.otherwise)
        response = says(visit) if callable(says) and not isinstance(says, web.Response) else says
        if isinstance(response, str):
            return web.Response(text=response, content_type="text/html")
        return web.Response(
            status=response.status, headers=response.headers.copy(), body=response.body
        )


def sends_to(location: str, status: int = 302) -> web.Response:
    """A redirect."""
    return web.Response(status=status, headers={"Location": location})


@asynccontextmanager
async def open_site() -> AsyncIterator[Site]:
    """A site without pages."""
    site = Site()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", site.answer)
    async with TestServer(app, host="127.0.0.1") as server:
        site.url = f"http://127.0.0.1:{server.port}"
        yield site
