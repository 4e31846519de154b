"""Entries of a collection are found whatever the names of the members that have them."""

from collections.abc import Mapping
from typing import Any

import anyio
import pytest

from conformance.apis.oauth.collecting import Kinds, all_pages, entries_in
from conformance.engine.step_result import StepResult

KINDS = Kinds("assertions", "signedAssertions", "assertions")
FIRST, SECOND = {"id": "https://i.example/1"}, {"id": "https://i.example/2"}
SIGNED = "aA0_-.b.c"


@pytest.mark.parametrize(
    ("body", "plain", "signed"),
    [
        pytest.param(
            {"assertions": [FIRST], "signedAssertions": [SIGNED]},
            [FIRST],
            [SIGNED],
            id="as documented",
        ),
        pytest.param({"assertions": [FIRST]}, [FIRST], [], id="one kind"),
        pytest.param({"assertions": None, "signedAssertions": None}, [], [], id="null"),
        pytest.param({"assertions": "", "signedAssertions": {}}, [], [], id="no arrays"),
        pytest.param(
            {"results": [FIRST, SECOND], "signedAssertions": []},
            [FIRST, SECOND],
            [],
            id="another name",
        ),
        pytest.param({"results": [FIRST, SIGNED]}, [FIRST], [SIGNED], id="both under another name"),
        pytest.param(
            {"assertions": [FIRST], "signed": [SIGNED]}, [FIRST], [SIGNED], id="another name of one"
        ),
        pytest.param([FIRST, SIGNED], [FIRST], [SIGNED], id="an array"),
        pytest.param({"assertions": [], "results": [FIRST]}, [], [], id="an empty array counts"),
        pytest.param({"assertions": [FIRST, SIGNED]}, [FIRST, SIGNED], [], id="mixed"),
        pytest.param(
            {
                "status": {"error": [FIRST]},
                "links": ["https://i.example/?a.b.c"],
                "pages": [{"n": 1}],
                "count": 2,
            },
            [],
            [],
            id="no entries",
        ),
        pytest.param("text", [], [], id="text"),
        pytest.param(None, [], [], id="nothing"),
    ],
)
def test_entries_are_found(body, plain, signed):
    """Under their names, and under others where these are missing."""
    assert entries_in(body, KINDS) == {"assertions": plain, "signedAssertions": signed}


@pytest.mark.parametrize(
    ("sizes", "ends", "read"),
    [
        ((2, 1), True, 2),
        ((2, 0), True, 2),
        ((0,), True, 1),
        ((2, 0, 1), True, 3),  # one page whose entries are gone meanwhile
        ((2, 0, 0, 0), False, 3),
        ((0, 0, 0), False, 2),
    ],
)
def test_next_links_from_one_empty_page_to_the_next_do_not_end(sizes, ends, read):
    """Reading stops there, and what was listed stays."""

    async def get(_state: object, arguments: Mapping[str, Any]) -> StepResult:
        number = int(arguments.get("url", "0"))
        listed = [{"id": f"{number}-{count}"} for count in range(sizes[number])]
        links = {"next": str(number + 1)} if number + 1 < len(sizes) else {}
        return StepResult(None, {"body": {"assertions": listed}, "links": links})

    state: Any = None
    body = anyio.run(all_pages, state, {"token": "t"}, get, KINDS).saved
    assert (body["ends"], body["pages"], body["total"]) == (ends, read, str(sum(sizes)))
