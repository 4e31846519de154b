"""Requests of a client to the API of a provider."""

from urllib.parse import urlencode

from conformance.apis.oauth.server import server_of
from conformance.apis.verbs.contents import content
from conformance.engine.state import State
from conformance.engine.step_result import StepResult, exchange_result
from conformance.scenario.verb import NAMED, TEXT, Arguments, about

TOKEN = about("The access token. Without it there is no Authorization header.", {})
QUERY = about("Parameters of the query, by name.", NAMED)
HEADERS = about("Headers, by name.", NAMED)
URL = about("A complete URL instead of the usual one.", TEXT)


async def send(state: State, method: str, url: str, arguments: Arguments) -> StepResult:
    """Send a request with the query, the headers, the body and the token of a step."""
    if "query" in arguments:
        url = f"{url}{'&' if '?' in url else '?'}{urlencode(arguments['query'], doseq=True)}"
    headers, body = content(arguments)
    if arguments.get("token") is not None:
        headers.append(("Authorization", f"Bearer {arguments['token']}"))
    headers += [(name, str(value)) for name, value in arguments.get("headers", {}).items()]
    return exchange_result(await state.wire.send(method, url, headers, body))


def resource(state: State, name: str, arguments: Arguments) -> str:
    """The URL of a resource of the API, unless a step names another."""
    written = arguments.get("url")
    return str(written) if written else f"{server_of(state.session).resources}/{name}"
