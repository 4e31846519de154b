"""The verbs of attacks in an earner's browser, which a secure Backpack prevents."""

from collections.abc import Iterator

from attrs import asdict, evolve

from conformance.core.errors import NotProvoked
from conformance.engine.state import State, StepFailed
from conformance.engine.step_result import StepResult, exchange_result
from conformance.scenario.verb import NAME, REFERENCE, Actor, Arguments, about, always, verb
from conformance.target.browser.browser import Browser
from conformance.target.browser.cookies import session_cookies
from conformance.target.browser.forging import logged_in_towards, without_secrets
from conformance.target.browser.onward import page_of
from conformance.target.browser.revocation import pressed_to_revoke
from conformance.target.issuer_site import FIRST, SECOND
from conformance.target.pages.forms import Act, Control
from conformance.target.pages.reader import DeadEnd


def of_form(arguments: Arguments) -> Iterator[str]:
    """The capability that the form of the settings page needs."""
    if arguments.get("form") == "revoke":
        yield "revoke"


@verb(
    arguments={
        "title": (
            "a form of one earner, submitted by the page of an attacker with their own session"
        ),
        "required": ["earner", "by", "form", "token"],
        "properties": {
            "earner": about("The earner whose browser is used.", NAME),
            "by": about("The attacker, who has their own session.", NAME),
            "form": about(
                "The form of the consent page, or of the settings page.",
                {"enum": ["accept", "revoke"]},
            ),
            "token": about(
                (
                    "The form's CSRF token is `missing` or `of-another` session, or the "
                    "form is sent as a link: `get`."
                ),
                {"anyOf": [REFERENCE, {"enum": ["missing", "of-another", "get"]}]},
            ),
        },
    },
    needs=of_form,
    actor=Actor.PAGES,
)
async def forge(state: State, arguments: Arguments) -> StepResult:
    """A page of another site submits a form in the browser of an earner (CSRF).

    With ``missing`` the form has only values that every earner's page has, with ``of-another`` the
    CSRF token of the attacker's session, and with ``get`` the earner's own form becomes a link.
    """
    callback = _callback(state)
    if arguments["form"] == "accept":
        # of one request: two would differ in more than what a page knows of its earner
        link = (await state.session.api.invite(state.session, callback)).link
        own, browser = await _accepting(state, arguments["earner"], link)
        stranger, _ = await _accepting(state, arguments["by"], link)
    else:
        own, browser = await _revoking(state, arguments["earner"])
        stranger, _ = await _revoking(state, arguments["by"])
    match arguments["token"]:
        case "missing":
            control = without_secrets(own, stranger)
        case "of-another":
            control = stranger
        case _:
            control = evolve(own, method="GET")
    pressed = await browser.press(control, state.session.site.origins[SECOND].url)
    exchange = await browser.follow(pressed, callback, acted=True)
    parameters = exchange.landing.parameters if exchange.landing else {}
    state.secrets.add(parameters.get("code"), "code")
    return exchange_result(exchange, good=True)


def _callback(state: State) -> str:
    return f"{state.session.site.origins[FIRST].url}/callback/forged"


async def _accepting(state: State, role: str, link: str) -> tuple[Control, Browser]:
    browser = state.browser(role)
    opened = (await browser.consent(link, _callback(state), Act.LOOK)).exchange
    page = page_of(opened)
    control = browser.reader.answer(page, Act.GRANT, _callback(state)) if page else None
    if control is None:
        raise StepFailed(f"the page of {role} has no form to accept", opened)
    return control, browser


async def _revoking(state: State, role: str) -> tuple[Control, Browser]:
    browser, target = state.browser(role), state.session.target
    opened = await browser.page(target.page("settings"))
    page = page_of(opened)
    origin = state.session.site.origins[FIRST].url
    revoking = pressed_to_revoke(page, origin, target.revoking, browser) if page else DeadEnd()
    if isinstance(revoking, DeadEnd):
        reason = revoking.why or "the response is not a page"
        message = f"the page of {role} has no form to revoke: {reason}"
        raise StepFailed(message, opened)
    return revoking, browser


@verb(
    arguments={
        "required": ["earner"],
        "properties": {"earner": about("The earner who opens it.", NAME)},
    },
    needs=always("revoke"),
    actor=Actor.PAGES,
)
async def settings(state: State, arguments: Arguments) -> StepResult:
    """The earner opens the page that lists permissions."""
    page = state.session.target.page("settings")
    return exchange_result(await state.browser(arguments["earner"]).page(page))


@verb(
    arguments={
        "required": ["earner"],
        "properties": {"earner": about("The earner who logs in.", NAME)},
    },
    actor=Actor.PAGES,
)
async def session(state: State, arguments: Arguments) -> StepResult:
    """The earner logs in with a new browser. The body lists the cookies of that login."""
    browser = state.session.fresh_browser(state.wire, state.earner(arguments["earner"]))
    cookies = await session_cookies(browser, state.session.target.page("settings"))
    if not cookies:
        raise NotProvoked("no single cookie contains the session")
    body = {"cookies": [asdict(cookie) for cookie in cookies]}
    response = {"status": 200, "headers": {}, "body": body, "landed": None}
    return StepResult(state.wire.exchanges[-1], response)


@verb(
    arguments={
        "required": ["earner", "towards"],
        "properties": {
            "earner": about("The earner who logs in.", NAME),
            "towards": about(
                "A URL to which the login must not redirect.",
                {
                    "title": "a URL to which the login must not redirect",
                    "type": "string",
                    "minLength": 1,
                },
            ),
        },
    },
    actor=Actor.PAGES,
)
async def login(state: State, arguments: Arguments) -> StepResult:
    """The earner logs in while every redirect parameter points to another site."""
    browser = state.session.fresh_browser(state.wire, state.earner(arguments["earner"]))
    link = (await state.session.api.invite(state.session, _callback(state))).link
    ended = await logged_in_towards(browser, link, arguments["towards"])
    if ended is None:
        raise NotProvoked("the login page has no redirect parameter")
    return exchange_result(ended, good=True)
