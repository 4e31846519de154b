"""A scenario can be told like one of another API."""

from pathlib import Path

import pytest

from conformance.apis.registry import APIS
from conformance.core.errors import AuthoringError
from conformance.scenario.load import load

LANGUAGE = APIS["ob3"].language
LIKE = "badge_connect/exchange/exchange-once"
JUDGES = "{BC21-TOKEN-07: OB3-TOKEN-06}"


def retelling(
    folder: Path, text: str = f"id: tokens-mine\nlike: {LIKE}\njudges: {JUDGES}\n"
) -> Path:
    """A file of this API."""
    file = folder / "credentials" / "tokens-mine.backpack.yaml"
    file.parent.mkdir()
    file.write_text(text)
    return file


def test_its_steps_judge_what_it_says(tmp_path):
    """And nothing else: what judges no more is no prerequisite."""
    scenario = load(retelling(tmp_path), LANGUAGE)
    assert scenario.id == "tokens-mine"
    assert scenario.title == "A code works once"
    assert set(scenario.requirements) == {"OB3-TOKEN-06"}
    assert [step.must for step in scenario.steps][-1] is None


def test_its_words_are_those_of_its_api(tmp_path):
    """Scopes have other names."""
    text = (
        "id: tokens-mine\nlike: badge_connect/get/get-scope\njudges: {BC21-GET-14: OB3-AUTH-03}\n"
    )
    scenario = load(retelling(tmp_path, text), LANGUAGE)
    assert scenario.steps[0].arguments["scope"] == ["credential.upsert"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (LIKE, "badge_connect/nothing", "2:1: no scenario is called 'badge_connect/nothing'"),
        ("BC21-TOKEN-07", "BC21-TOKEN-70", f"3:10: {LIKE} does not judge BC21-TOKEN-70"),
        ("judges: ", "jugdes: ", "1:1: expected id, judges, like, saw id, jugdes, like"),
        ("OB3-TOKEN-06", "OB3-TOKEN-60", "no requirement is called"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path, old, new, message):
    """Line, column, and what is wrong."""
    file = retelling(tmp_path)
    file.write_text(file.read_text().replace(old, new))
    with pytest.raises(AuthoringError) as caught:
        load(file, LANGUAGE)
    assert message in str(caught.value)
