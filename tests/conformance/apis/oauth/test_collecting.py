"""Entries of a collection are found whatever the names of the members that have them."""

import pytest

from conformance.apis.oauth.collecting import Kinds, entries_in

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
