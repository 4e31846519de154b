"""Faults and defects: names, sentences, and mocks that are wrong in one way."""

import re
from importlib import import_module
from pkgutil import iter_modules

import pytest

from mock_backpack import faults
from mock_backpack.apis.all import APIS
from mock_backpack.apis.connect import defects
from mock_backpack.app import create_app
from mock_backpack.core.orders import BadRule
from mock_backpack.faults.all import MISBEHAVIOURS, misbehaviours_of
from mock_backpack.server import served
from tests.mock_backpack.earner import accept, ask_for_access, connect, log_in, push, send
from tests.mock_backpack.hand_issuer import GRACE, good_badge

NAMES = list(MISBEHAVIOURS.entries_of("defect"))
ENTRIES = MISBEHAVIOURS.entries.values()


def test_there_are_enough_of_them():
    """At least 120 defects and 30 faults."""
    assert len(MISBEHAVIOURS.entries_of("defect")) >= 120
    assert len(MISBEHAVIOURS.entries_of("fault")) >= 30


def test_faults_are_listed_before_defects_and_each_once():
    """Lists begin with what a correct Backpack shows as well."""
    kinds = [entry.kind for entry in ENTRIES]
    assert kinds == sorted(kinds, reverse=True)
    assert all(name == entry.name for name, entry in MISBEHAVIOURS.entries.items())


def test_mocks_with_the_same_apis_share_what_is_known_of_them():
    """Hundreds of entries are made once; a mock with other APIs has entries of its own."""
    assert misbehaviours_of(list(APIS)) is MISBEHAVIOURS
    alone = misbehaviours_of(APIS[:1])
    assert alone is misbehaviours_of(APIS[:1])
    assert alone.entries.keys() < MISBEHAVIOURS.entries.keys()


def test_every_area_is_listed():
    """A module that is not listed would never be loaded."""
    packages = [faults, defects]
    for package in packages:
        modules = [module for module in iter_modules(package.__path__) if module.name != "all"]
        assert {module.name for module in modules} == set(package.AREAS)
        packages += [
            import_module(f"{package.__name__}.{module.name}") for module in modules if module.ispkg
        ]
    assert len(packages) > 2


def test_a_name_is_area_and_what():
    """``area.what``, in lower case, the area being the module or the package of the code."""
    for name, entry in MISBEHAVIOURS.entries.items():
        area = re.split(r"\.(?:defects|faults)\.", entry.behave.__module__)[1].partition(".")[0]
        assert re.fullmatch(rf"{area}\.[a-z0-9]+([-_][a-z0-9]+)*", name), name


def test_an_entry_says_what_it_does_in_a_sentence():
    """The lists can be read without the code."""
    for entry in ENTRIES:
        assert re.fullmatch(r"[A-Z_a-z].{10,118}\.", entry.does), entry.name


def test_an_entry_names_requirements():
    """At least one, each in the form of an id, none twice; faults name those of issuers.

    No document says how fast a Backpack is, so one that is only slow under load breaks none.
    """
    api = r"(?:BC|BC21|OB3)"
    forms = {
        "fault": rf"{api}-(?:CLIENT|PAGE)-\d{{2}}",
        "defect": rf"{api}-(?!CLIENT|PAGE)[A-Z]+-\d{{2}}",
    }
    for entry in ENTRIES:
        assert entry.requirements or entry.needs_load, entry.name
        for requirement in entry.requirements:
            assert re.fullmatch(forms[entry.kind], requirement), entry.name
        assert len(set(entry.requirements)) == len(entry.requirements), entry.name


def test_an_entry_says_where_it_shows_and_since_when():
    """Endpoints that there are, or all; a version."""
    known = set(MISBEHAVIOURS.endpoints)
    for entry in ENTRIES:
        assert entry.endpoints == ("*",) or set(entry.endpoints) <= known, entry.name
        assert re.fullmatch(r"\d+\.\d+", entry.since), entry.name


def test_what_is_usual_of_a_parameter_is_right():
    """A fault can be armed without saying anything about it."""
    for entry in ENTRIES:
        for parameter in entry.parameters.values():
            assert parameter.is_right(parameter.default), (entry.name, parameter.name)


@pytest.mark.parametrize(
    ("alias", "name"),
    [
        ("CONNECTION_RESET_BY_PEER", "transport.connection_reset"),
        ("MALFORMED_RESPONSE_CHUNK", "transport.malformed_chunk"),
        ("slicer", "timing.dribble"),
        ("bandwidth", "timing.bandwidth"),
    ],
)
def test_the_names_of_other_tools_are_known(alias, name):
    """WireMock's and Toxiproxy's names are accepted."""
    assert MISBEHAVIOURS.entry(alias).name == MISBEHAVIOURS.entry(alias.lower()).name == name


def test_misbehaviours_cannot_be_changed():
    """Everybody who asks gets the same entries."""
    with pytest.raises(TypeError):
        MISBEHAVIOURS.entries["x"] = None  # type: ignore[index]


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("token.no-rotatoin", "token.no-rotation"),
        ("bearer.accept-raw", "bearer.accepts-raw"),
        ("no-rotation", "token.no-rotation"),
    ],
)
def test_an_unknown_name_suggests_a_close_one(wrong, right):
    """A mistyped name, or one without its area, gets a suggestion."""
    with pytest.raises(BadRule, match=re.escape(right)) as caught:
        create_app(defects=[wrong])
    assert f'"{wrong}"' in str(caught.value)


def test_an_unknown_name_like_no_other_leads_to_the_list():
    """If no name is similar, the message says where to find them."""
    with pytest.raises(BadRule, match="see mock-backpack defects"):
        create_app(defects=["xyzzy"])


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.anyio
async def test_a_mock_with_any_defect_lives(http, name):
    """Each defect can be armed alone, and the mock says which one it has."""
    async with served(create_app(defects=[name])) as mock:
        health = await send(http, "GET", f"{mock}/_mock/health")
        assert health.json["defects"] == [name]


@pytest.mark.slow
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
    async with served(create_app()) as first, served(create_app()) as other:
        await log_in(http, first)
        there = await send(http, "GET", f"{other}/settings")
        assert there.status == 303
        tokens = await connect(http, first, f"{site.url}/callback")
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
