"""The doors through which a rule is armed: at the start, by the controls, for one request."""

import json
import logging

import pytest

from mock_backpack.app import create_app
from mock_backpack.core.orders import BadRule
from mock_backpack.server import served
from tests.mock_backpack.earner import send

pytestmark = pytest.mark.anyio

TEAPOT = {"fault": "http.status", "with": {"status": 418}, "match": {"endpoint": "script"}}
HEADER = "Backpack-Mock-Fault"


@pytest.mark.parametrize("rule", [TEAPOT, json.dumps(TEAPOT), "http.status status=418"])
async def test_a_rule_is_armed_at_the_start(http, rule):
    """As an object, as JSON, or as text."""
    async with served(create_app(rules=[rule])) as mock:
        assert (await send(http, "GET", f"{mock}/issuer.js")).status == 418


async def test_a_rule_that_cannot_be_armed_stops_the_start():
    """The mock does not start as if nothing had been asked."""
    with pytest.raises(BadRule, match=r"did you mean http\.status"):
        create_app(rules=["http.stauts"])


async def test_a_rule_is_armed_by_the_controls(http, mock):
    """And taken back."""
    armed = await send(http, "POST", f"{mock}/_mock/rules", json=TEAPOT)
    assert (await send(http, "GET", f"{mock}/issuer.js")).status == 418
    rule = armed.json["rules"][0]["id"]
    await send(http, "DELETE", f"{mock}/_mock/rules/{rule}")
    assert (await send(http, "GET", f"{mock}/issuer.js")).status == 200


async def test_a_header_troubles_its_own_request_only(http, mock):
    """The next request is right again, and nothing stays armed."""
    headers = {HEADER: "http.status status=418"}
    assert (await send(http, "GET", f"{mock}/issuer.js", headers=headers)).status == 418
    assert (await send(http, "GET", f"{mock}/issuer.js")).status == 200
    assert (await send(http, "GET", f"{mock}/_mock/rules")).json == {"rules": []}


async def test_a_defect_can_stand_in_the_header(http, mock):
    """Both kinds come through this door."""
    headers = {HEADER: "connect.script-as-text"}
    answer = await send(http, "GET", f"{mock}/issuer.js", headers=headers)
    assert answer.headers["Content-Type"].startswith("text/plain")


async def test_a_wrong_header_is_told(http, mock):
    """A 400 with the name of the header and a suggestion."""
    answer = await send(http, "GET", f"{mock}/issuer.js", headers={HEADER: "http.stauts"})
    assert answer.status == 400
    assert answer.message.startswith(f'{HEADER}: no fault or defect is called "http.stauts"')


async def test_the_journal_names_the_header(http, mock):
    """The applied rule is recorded, however it was armed."""
    await send(http, "GET", f"{mock}/issuer.js", headers={HEADER: "http.status status=418"})
    journal = (await send(http, "GET", f"{mock}/_mock/journal")).json
    applied = journal["exchanges"][-1]["applied"]
    assert applied == [{"rule": "header", "name": "http.status"}]


async def test_every_server_error_is_a_line_of_json(http, mock, caplog):
    """One line with what acted, so that a log can be searched."""
    with caplog.at_level(logging.INFO, "mock_backpack"):
        await send(http, "GET", f"{mock}/issuer.js", headers={HEADER: "http.status status=503"})
    line = json.loads(caplog.messages[-1])
    assert line["event"] == "server error"
    assert (line["path"], line["status"]) == ("/issuer.js", 503)
    assert line["applied"] == ["http.status"]
