"""``wire.har`` can be opened in what people look at HTTP with."""

import base64
import json
from typing import Any

import pytest
from haralyzer import HarParser

from conformance.core.exchange import Exchange, Request
from conformance.report.har import to_har
from tests.conformance.records import exchange, line_of, record
from tests.conformance.runs import HOSTILE, RECORDS, failing, hostile

POSTED = Request(
    "POST",
    "http://backpack.example/api/token?a=1&b=&a=2",
    (("Content-Type", "application/json"),),
    b'{"a": "\xc3\xa9"}',
)


def log(made: Any) -> Any:
    """The content of the archive."""
    return json.loads(to_har(made))["log"]


def entries(*exchanges: Exchange) -> Any:
    """The entries for these exchanges."""
    return log(record(line_of(exchanges=exchanges)))["entries"]


@pytest.mark.parametrize("made", [failing, lambda: hostile("<b>")], ids=["failing", "hostile"])
def test_a_third_partys_reader_finds_a_page_for_each_scenario(made):
    """With its exchanges in their order."""
    found = HarParser(json.loads(to_har(made())))
    assert [len(page.entries) for page in found.pages] == [
        len(scenario.exchanges) for scenario in made().scenarios
    ]
    assert [page.title for page in found.pages] == [
        f"{scenario.name}: {scenario.title}" for scenario in made().scenarios
    ]


@pytest.mark.parametrize("made", RECORDS.values(), ids=RECORDS)
def test_every_member_that_har_asks_for_is_there(made):
    """HAR 1.2: also those that a record knows nothing of."""
    found = log(made())
    assert (found["version"], found["creator"]["name"]) == ("1.2", "backpack-conformance")
    pages = [page["id"] for page in found["pages"]]
    assert len(set(pages)) == len(pages)
    for entry in found["entries"]:
        assert entry["pageref"] in pages
        assert set(entry) >= {"startedDateTime", "time", "cache", "timings"}
        assert set(entry["timings"]) == {"send", "wait", "receive"}
        both = {"httpVersion", "cookies", "headers", "headersSize", "bodySize"}
        assert set(entry["request"]) >= both | {"method", "url", "queryString"}
        assert set(entry["response"]) >= both | {"status", "statusText", "content", "redirectURL"}


def test_requests_are_told_with_parameters_and_body():
    """Query and body, each with what they are."""
    [entry] = entries(Exchange(1, POSTED, None, 0.5, "closed"))
    query = [(each["name"], each["value"]) for each in entry["request"]["queryString"]]
    assert query == [("a", "1"), ("b", ""), ("a", "2")]
    assert entry["request"]["postData"] == {"mimeType": "application/json", "text": '{"a": "é"}'}


def test_no_answer_is_status_0_with_the_reason():
    """As browsers write it."""
    [entry] = entries(Exchange(1, POSTED, None, 0.5, "closed"))
    assert (entry["response"]["status"], entry["_error"]) == (0, "closed")


def test_bytes_that_are_no_text_are_told_in_base64():
    """In an answer the format has a word for it."""
    [entry] = entries(exchange(1, b"\xff\x00", ("Content-Type", "image/png")))
    content = entry["response"]["content"]
    assert base64.b64decode(content["text"]) == b"\xff\x00"
    assert (content["encoding"], content["mimeType"], content["size"]) == ("base64", "image/png", 2)


def test_times_do_not_run_backwards():
    """Entries are laid end to end, each as long as it took."""
    times = [entry["startedDateTime"] for entry in log(failing())["entries"]]
    assert times == sorted(times)
    assert log(failing())["entries"][0]["time"] == 250


@pytest.mark.parametrize("text", [*HOSTILE.values(), "http://[::1"], ids=[*HOSTILE, "no address"])
def test_a_hostile_text_stays_in_its_place(text):
    """As a value, in as many entries as there were exchanges."""
    assert len(log(hostile(text))["entries"]) == 3
