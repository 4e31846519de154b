"""The verb ``dialog``: a page of the issuer calls the Issuer API in a real browser."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from html import escape
from typing import Any

from attrs import evolve
from multidict import MultiDict

from conformance.core.errors import NotOffered, NotProvoked
from conformance.core.exchange import Exchange
from conformance.engine.state import State
from conformance.engine.step_result import StepResult
from conformance.scenario.verb import NAME, REFERENCE, TEXT, Actor, Arguments, about, always, verb
from conformance.target.browser.browser import Browser
from conformance.target.browser.issuing import PAGE, Course, Dialog, Plan
from conformance.target.browser.issuing import dialog as opened
from conformance.target.browser.onward import page_of
from conformance.target.issuer_site import FIRST, SECOND
from conformance.target.pages.dialog import DialogReader, DialogRecipe, Offered
from conformance.target.pages.forms import SCRIPT, Control

NO_FRAMES = {"Content-Security-Policy": "frame-src 'none'; child-src 'none'"}
NOT_OFFERED = "the Backpack does not offer the Issuer API: issuer.js defines no OpenBadges.issue"
ADDED, NO_ANSWER = "added", "no answer"


@verb(
    name="dialog",
    arguments={
        "required": ["earner", "badges"],
        "properties": {
            "earner": about("The name of an earner.", NAME),
            "badges": about(
                "The badges of the call, by a name: saved badges, or texts.",
                {
                    "type": "object",
                    "minProperties": 1,
                    "additionalProperties": {"anyOf": [REFERENCE, TEXT]},
                },
            ),
            "call": about(
                "The function: `issue` (default) or `issue_no_modal`.",
                {"enum": ["issue", "issue_no_modal"]},
            ),
            "refuse": about(
                "Names of the badges that the earner refuses. The earner accepts the others.",
                {"type": "array", "items": TEXT},
            ),
            "login": about(
                "The earner logs in `before` the call (default), or `within` the dialog.",
                {"enum": ["before", "within"]},
            ),
            "frames": about(
                "`blocked`: the issuer's page allows no frames.", {"enum": ["blocked"]}
            ),
            "then": about(
                (
                    "What happens at the first question instead of an answer. `look`: nothing. "
                    "`forge`: another site sends the form of the button that accepts, without "
                    "the CSRF token. `overhear`: a page of another origin frames the dialog, "
                    "and the earner accepts there."
                ),
                {"enum": ["look", "forge", "overhear"]},
            ),
            "smuggled": about(
                "Ids of elements in the texts of the badges, which no page may contain.",
                {"type": "array", "items": TEXT},
            ),
        },
    },
    needs=always("browser"),
    actor=Actor.PAGES,
)
async def issue_in_page(state: State, arguments: Arguments) -> StepResult:
    """A page of the issuer calls ``OpenBadges.issue`` in a real browser; the earner answers.

    The body says which functions are `defined`, the `outcomes` by name of the badge (`added`, a
    reason, or `no answer`), which badges the earner was `asked` about, what was `unseen` of them,
    the `place` of the dialog, how many `calls` of the callback there were.
    """
    memory, badges = state.session.memory, arguments["badges"]
    if memory.get(NOT_OFFERED):
        raise NotOffered(NOT_OFFERED)
    pushed = {label: _pushed(badge) for label, badge in badges.items()}
    refused, then = frozenset(arguments.get("refuse", ())), arguments.get("then")
    named = tuple(_offered(label, badge) for label, badge in badges.items() if "documents" in badge)
    plan = Plan(named, refused, looks=then is not None, needs_button=then in (None, "forge"))
    browser = await _browser(state, arguments)
    headers = NO_FRAMES if arguments.get("frames") == "blocked" else {}
    async with _issuer_page(state, browser, FIRST, headers) as page:
        defined, function = await page.defined(), arguments.get("call", "issue")
        if not any(defined.values()):
            memory[NOT_OFFERED] = True
            raise NotOffered(NOT_OFFERED)
        error, course, more = "", Course(), dict[str, Any]()
        if defined[function]:
            error = await page.call(function, list(pushed.values()))
            course = await page.lead(plan, arguments.get("smuggled", ()))
        if then == "forge":
            await _forge(state, arguments["earner"], browser, course)
        elif then == "overhear":
            more = {"overheard": await _overhear(state, browser, course, named, pushed)}
        calls, exchange = await page.calls(), await page.log()
    body = {
        "defined": defined,
        "outcomes": _outcomes(pushed, calls),
        "asked": course.asked,
        "unseen": course.unseen,
        "smuggled": course.markup,
        "place": course.place,
        "logged_in": course.logged_in,
        "calls": len(calls),
        "error": error,
        **more,
    }
    return StepResult(exchange, {"status": 200, "headers": {}, "body": body, "landed": None})


def _pushed(badge: Any) -> str:
    return str(badge["pushed"]) if isinstance(badge, Mapping) else str(badge)


def _offered(label: str, badge: Mapping[str, Any]) -> Offered:
    """A saved badge; one of Open Badges 0.5 has everything in its assertion."""
    documents = badge["documents"]
    flat = documents["assertion"].get("badge") if "badge" not in documents else {}
    badge_class = documents.get("badge") or flat
    issuer = documents.get("issuer") or badge_class["issuer"]
    return Offered(label, badge_class["name"], issuer["name"])


def _outcomes(pushed: Mapping[str, str], calls: list[Mapping[str, Any]]) -> dict[str, str]:
    """What the callback received about each badge, by its name in the scenario."""
    answers: dict[str, list[str]] = {text: [] for text in pushed.values()}
    for call in calls[:1]:
        for text in _list(call.get("successes")):
            answers.setdefault(str(text), []).append(ADDED)
        for error in _list(call.get("errors")):
            if isinstance(error, Mapping):
                text = str(error.get("assertion", error.get("url")))
                answers.setdefault(text, []).append(str(error.get("reason")))
    return {label: " and ".join(answers[text]) or NO_ANSWER for label, text in pushed.items()}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


async def _browser(state: State, arguments: Arguments) -> Browser:
    """The browser of the earner, logged in or not."""
    role = arguments["earner"]
    if arguments.get("login") == "within":
        return state.session.fresh_browser(state.wire, state.earner(role))
    browser = state.browser(role)
    await browser.page(state.session.target.page("settings"))
    return browser


def _reader(state: State) -> DialogReader:
    return DialogReader(DialogRecipe.read(state.session.target.dialog))


@asynccontextmanager
async def _issuer_page(
    state: State, browser: Browser, origin: str, headers: Mapping[str, str], html: str = ""
) -> AsyncIterator[Dialog]:
    """A page of the issuer with the Backpack's script, or with other contents."""
    session = state.session
    source = escape(session.target.page("script"))
    contents = html or f'<script src="{source}"></script><h1>Issuer</h1>'
    page = session.site.page(PAGE % contents, origin, headers)
    trusts, root = session.options.ca is not None, session.target.root
    reader = _reader(state)
    async with opened(session.chromium, browser, root, page, reader, trusts=trusts) as dialog:
        yield dialog


async def _overhear(
    state: State,
    browser: Browser,
    course: Course,
    named: tuple[Offered, ...],
    pushed: Mapping[str, str],
) -> int:
    """How many messages about badges a page of another origin gets that frames the dialog."""
    if course.question is None:
        raise NotProvoked("the dialog asked about no badge")
    frame = f'<iframe src="{escape(course.question_url)}" width="700" height="600"></iframe>'
    async with _issuer_page(state, browser, SECOND, {}, frame) as page:
        await page.lead(Plan(named))
        messages = await page.messages()
    return sum(any(text in message for text in pushed.values()) for message in messages)


async def _forge(state: State, role: str, browser: Browser, course: Course) -> Exchange:
    """Send the form of the button that accepts as another site would, without the CSRF token.

    Fields that differ in another session of the same earner are left out: only those can be bound
    to the session.
    """
    action = course.question.action if course.question else None
    control = action.control if action else None
    if control is None or control.method == SCRIPT or control.form is None:
        raise NotProvoked("the dialog has no form that another site could send")
    other = state.session.fresh_browser(state.wire, state.earner(role))
    await other.page(state.session.target.page("settings"))
    seen = await other.follow(await other.get(course.question_url), "about:blank", acted=False)
    page = page_of(seen)
    forms = (
        [dict(candidate.fields) for candidate in page.controls() if candidate.url == control.url]
        if page
        else []
    )
    if not forms:
        raise NotProvoked("the dialog cannot be opened in another session to compare its form")
    return await browser.press(_known(control, forms[0]), state.session.site.origins[SECOND].url)


def _known(control: Control, other: Mapping[str, str]) -> Control:
    fields = [pair for pair in control.fields.items() if other.get(pair[0], pair[1]) == pair[1]]
    return evolve(control, fields=MultiDict(fields))
