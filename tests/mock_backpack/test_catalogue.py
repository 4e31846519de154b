"""The catalogue of defects: names, sentences, and mocks that are wrong in one way."""

import re

import pytest

from mock_backpack import defects as written
from mock_backpack.app import create_app
from mock_backpack.catalogue import UnknownDefect, defects, defects_named
from mock_backpack.seams import Defect
from mock_backpack.server import served
from tests.mock_backpack.earner import accept, ask_for_access, connect, log_in, push, send
from tests.mock_backpack.issuer import GRACE, good_badge

NAMES = list(defects())


def all_written():
    """Area and defect, as they stand in the modules."""
    return [
        (area.__name__.rpartition(".")[2], one)
        for area in written.AREAS
        for one in vars(area).values()
        if isinstance(one, Defect)
    ]


def test_every_defect_is_found_by_its_name():
    """No two defects share a name, so that none is lost."""
    assert [one.name for _, one in all_written()] == NAMES
    assert all(defects()[name].name == name for name in NAMES)


def test_a_name_is_area_and_what():
    """``area.what``, in lower case with hyphens, the area being the module's."""
    for area, one in all_written():
        assert re.fullmatch(rf"{area}\.[a-z0-9]+(-[a-z0-9]+)*", one.name), one.name


@pytest.mark.parametrize("name", NAMES)
def test_a_defect_says_what_it_does_in_a_sentence(name):
    """The list of defects can be read without the code."""
    does = defects()[name].does
    assert re.fullmatch(r"[A-Z_a-z].{10,}\.", does), does
    assert "\n" not in does
    assert len(does) <= 120


@pytest.mark.parametrize("name", NAMES)
def test_a_defect_names_the_requirements_that_it_breaks(name):
    """At least one, each in the form of an id, none twice."""
    breaks = defects()[name].breaks
    assert breaks
    assert all(re.fullmatch(r"BC-[A-Z]+-\d{2}", one) for one in breaks)
    assert len(set(breaks)) == len(breaks)


def test_the_catalogue_cannot_be_changed():
    """Everybody who asks gets the same defects."""
    with pytest.raises(TypeError):
        defects()["x"] = None  # type: ignore[index]


def test_defects_are_found_in_the_order_asked_for():
    """The order matters where two wrap one seam."""
    wanted = NAMES[5], NAMES[2], NAMES[5]
    assert tuple(one.name for one in defects_named(wanted)) == wanted
    assert defects_named([]) == ()


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("token.no-rotatoin", "token.no-rotation"),
        ("bearer.accept-raw", "bearer.accepts-raw"),
        ("no-rotation", "token.no-rotation"),
    ],
)
def test_an_unknown_name_suggests_a_close_one(wrong, right):
    """Who mistypes a name or forgets its area is told the right one."""
    with pytest.raises(UnknownDefect, match=re.escape(right)) as caught:
        create_app(defects=[wrong])
    assert repr(wrong) in str(caught.value)


def test_an_unknown_name_like_no_other_leads_to_the_list():
    """Where nothing comes close, the message says where the names are."""
    with pytest.raises(UnknownDefect, match="see mock-backpack defects"):
        create_app(defects=["xyzzy"])


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.anyio
async def test_a_mock_with_any_defect_lives(http, name):
    """Each defect can be armed alone, and the mock says which one it has."""
    async with served(create_app(defects=[name])) as mock:
        health = await send(http, "GET", f"{mock}/_mock/health")
        assert health.json["defects"] == [name]


@pytest.mark.anyio
async def test_a_mock_may_have_several_defects(http, site):
    """Defects of different seams act together."""
    wanted = ["issue.original-recipient-missing", "issue.exists-true"]
    async with served(create_app(defects=wanted)) as mock:
        tokens = await connect(http, mock, f"{site.url}/callback")
        body = (await push(http, tokens, good_badge(site).publish())).json
    assert body["exists"] is True
    assert "_originalRecipient" not in body["badge"]


@pytest.mark.anyio
async def test_two_mocks_in_one_process_do_not_share_defects(http, site):
    """One mock is wrong, the other right, at the same time."""
    async with (
        served(create_app(defects=["issue.skips-recipient"])) as wrong,
        served(create_app()) as right,
    ):
        url = good_badge(site, GRACE).publish()
        lax = await connect(http, wrong, f"{site.url}/callback")
        strict = await connect(http, right, f"{site.url}/callback")
        assert (await push(http, lax, url)).status == 201
        assert (await push(http, strict, url)).status == 403


@pytest.mark.anyio
async def test_two_mocks_in_one_process_share_no_earners(http, site):
    """Tokens and sessions of one mock are worth nothing at another."""
    async with served(create_app()) as one, served(create_app()) as other:
        await log_in(http, one)
        there = await send(http, "GET", f"{other}/settings")
        assert there.status == 303
        tokens = await connect(http, one, f"{site.url}/callback")
        answer = await send(http, "GET", f"{other}/api/identity", headers=tokens.bearer)
        assert answer.status == 401


@pytest.mark.anyio
async def test_a_defect_of_the_pages_acts_on_the_pages(http):
    """A mock that grants without asking does so, and one without the defect does not."""
    callback = "https://issuer.example/callback"
    async with served(create_app(defects=["connect.grants-without-asking"])) as mock:
        await log_in(http, mock)
        assert "access_token=" in (await ask_for_access(http, mock, callback)).headers["Location"]
    async with served(create_app()) as mock:
        await log_in(http, mock)
        assert (await ask_for_access(http, mock, callback)).status == 200
        assert (await accept(http, mock, callback)).status == 303
