"""Mistakes in scenarios that would otherwise look like failures of a target."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from conformance.apis.registry import DEFAULT
from conformance.core.documents import read_yaml
from conformance.scenario.load import problems as problems_of
from tests.conformance.written import GRACE, changed, check

LEAST = """\
id: mine
title: A refresh works
steps:
  - connect: {earner: ada}
    save: grant
  - host: {assertion: {version: "1.0"}}
    save: badge
  - identity: {token: $grant.access_token}
    save: told
    expect:
      BC-IDENT-01: {absent: nothing}
  - issue: {token: $grant.access_token, badge: $badge.pushed}
    expect:
      BC-ISSUE-01: {status: 2xx}
      BC-IDENT-04: {equals: {recipient: $told.recipient}}
"""
"""A scenario without a mistake; tests put one in place of ``nothing`` or add a step."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A scenario file to be written."""
    return tmp_path / "mine.backpack.yaml"


def with_term(term: str) -> str:
    """The scenario with another term in its first expectation, at 11:21."""
    return LEAST.replace("absent: nothing", term)


def with_step(step: str) -> str:
    """The scenario with one more step at its end, at 16:5."""
    return f"{LEAST}  - {step}\n"


def test_the_scenario_of_these_tests_is_right(file):
    """The valid scenario that the other tests change."""
    assert check(file, LEAST).output == "1 file, 0 problems\n"


@pytest.mark.parametrize(
    ("term", "message"),
    [
        pytest.param(
            "absent: $site.orign",
            "11:21: unknown reference $site.orign: did you mean origin",
            id="site",
        ),
        pytest.param(
            'absent: "at ${site.hots} it"', "11:21: unknown reference $site.hots: did", id="inside"
        ),
        pytest.param(
            "absent: $grant.x-own",
            "11:21: expected a reference such as $name.member, saw '$grant.x-own'",
            id="misspelled",
        ),
        pytest.param(
            "absent: $target.url",
            "11:21: unknown reference $target.url: expected one of root",
            id="target",
        ),
        pytest.param(
            "absent: $earner.adda.email",
            "11:21: no earlier step has an earner 'adda': did you mean ada?",
            id="earner",
        ),
        pytest.param(
            "absent: $earner.ada.mail", "11:21: expected $earner.ada.email", id="of an earner"
        ),
        pytest.param("absent: $earner.ada", "11:21: expected $earner.ada.email", id="person"),
        pytest.param(
            "absent: $badge.pushd",
            "11:21: unknown reference $badge.pushd: did you mean",
            id="badge",
        ),
        pytest.param(
            "absent: $grant.acess_token",
            "11:21: connect returns no $grant.acess_token: did you mean access_token?",
            id="grant",
        ),
        pytest.param(
            "absent: $told.recipent", "11:21: identity returns no $told.recipent", id="told"
        ),
        pytest.param(
            "equals: {a: {b: [$site.orign]}}",
            "11:38: unknown reference $site.orign: did",
            id="deep",
        ),
        pytest.param(
            "matches_hosted: $badge",
            "11:21: matches_hosted: expected $badge.documents, saw $badge",
            id="hosted",
        ),
        pytest.param(
            "matches_hosted: $grant.documents",
            "11:21: matches_hosted: expected a badge that a host step saved, saw $grant.documents",
            id="hosted by nobody",
        ),
        pytest.param(
            "body: {a: {format: emial}}",
            "11:32: body a: no format is called 'emial': expected one of css-selector, date-time, ",
            id="format",
        ),
        pytest.param(
            "body: {a: {nott: {type: string}}}",
            "11:32: body a: no keyword of JSON Schema is called 'nott': did you mean not?",
            id="mistyped keyword",
        ),
        pytest.param(
            "body: {a: {items: {properties: {patern: {patern: x}}}}}",
            "11:62: body a: no keyword of JSON Schema is called 'patern': did you mean pattern?",
            id="keyword inside",
        ),
        pytest.param(
            "body: {a: {format: urii}}",
            "11:32: body a: no format is called 'urii': did you mean uri?",
            id="mistyped format",
        ),
        pytest.param(
            "body: {a: {properties: {b: {items: {anyOf: [{format: email}]}}}}}",
            "11:66: body a: no format is called 'email'",
            id="format inside",
        ),
        pytest.param(
            "when: {properties: {status: {not: {format: email}}}, title: x}, status: 200",
            "11:56: when: no format is called 'email'",
            id="format of when",
        ),
        pytest.param(
            "body: {a: {$ref: nowhere}}", "11:32: body a: $ref: 'nowhere' resolves to no", id="$ref"
        ),
        pytest.param(
            'body: {a: {$ref: "#/$defs/nothing"}}',
            "11:32: body a: $ref: '#/$defs/nothing' resolves to no schema",
            id="$ref inside",
        ),
        pytest.param(
            'body: {a: {$ref: "backpack-conformance:openbadges/1.0/asertion.json"}}',
            "did you mean backpack-conformance:openbadges/1.0/assertion.json",
            id="$ref to ours",
        ),
        pytest.param(
            'body: {a: {$ref: "backpack-conformance:record.json#/$defs/nothing"}}',
            "11:32: body a: $ref: 'backpack-conformance:record.json#/$defs/nothing' resolves to",
            id="$ref to a part",
        ),
        pytest.param(
            "header: {vary: {type: text}}",
            "11:30: header vary: expected a JSON Schema: type: 'text'",
            id="no schema",
        ),
        pytest.param("header: {Vary: null}", "11:21: header: expected 'vary'", id="header"),
        pytest.param(
            "schema: openbadges/1.0/asertion",
            "11:21: no schema is called 'openbadges/1.0/asertion': did you mean openbadges/1.",
            id="schema",
        ),
        pytest.param("schema: nothing", "11:21: no schema is called 'nothing'", id="no such one"),
        pytest.param(
            "exactly: {already-aded: 1}", "11:21: no answer is called 'already-aded'", id="answer"
        ),
    ],
)
def test_a_term_that_could_only_fail_later_is_told_at_once(file, term, message):
    """A mistake in a scenario never looks like a failure of the target, or like a pass."""
    checked = check(file, with_term(term))
    assert message in checked.output
    assert f"{file}:" in checked.output
    assert checked.exit_code == 2


@pytest.mark.parametrize(
    ("step", "message"),
    [
        pytest.param(
            "host: {withdraw: $grant}",
            "16:12: withdraw: expected a badge that a host step saved, saw $grant of connect",
            id="withdraw",
        ),
        pytest.param(
            "host: {withdraw: $badge.url}", "16:12: withdraw: expected $badge, saw $badge.url"
        ),
        pytest.param(
            "host: {mend: $told}", "16:12: mend: expected a badge that a host step saved", id="mend"
        ),
        pytest.param(
            "host: {assertion: {signed: true, flaw: assertion-404}}",
            "16:38: a signed badge cannot have the flaw assertion-404",
            id="flaw that does not fit",
        ),
        pytest.param(
            "advance: {seconds: $grant.expire}", "16:15: connect returns no $grant.expire"
        ),
        pytest.param(
            "identity: {token: $earner.grace.email}",
            "no earlier step has an earner 'grace'",
            id="too early",
        ),
    ],
)
def test_a_step_that_could_only_break_later_is_told_at_once(file, step, message):
    """The author does not search for the error in the target."""
    checked = check(file, with_step(step))
    assert message in checked.output
    assert checked.exit_code == 2


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(with_term("absent: $earner.ada.email"), id="earner"),
        pytest.param(with_term("absent: $grant.state"), id="what a callback was told besides"),
        pytest.param(with_term("absent: $told.hashed"), id="what an answer has besides"),
        pytest.param(with_term("absent: $badge.documents.assertion.uid"), id="documents"),
        pytest.param(with_term("matches_hosted: $badge.documents"), id="hosted"),
        pytest.param(with_term("body: {a: {format: date-time}}"), id="format"),
        pytest.param(with_term("body: {a: {const: {format: email}}}"), id="a value, no schema"),
        pytest.param(with_term("body: {a: {properties: {format: {type: string}}}}"), id="member"),
        pytest.param(with_term("body: {format: email}"), id="a member called format"),
        pytest.param(
            with_term('body: {a: {$defs: {b: {type: string}}, $ref: "#/$defs/b"}}'), id="own $ref"
        ),
        pytest.param(
            with_term('body: {a: {$ref: "backpack-conformance:openbadges/0.5/issuer.json"}}'),
            id="our $ref",
        ),
        pytest.param(
            with_term(
                'body: {a: {$ref: "backpack-conformance:openbadges/parts.json#/$defs/email"}}'
            ),
            id="a part of ours",
        ),
        pytest.param(with_term("schema: openbadges/1.1/badge"), id="schema"),
        pytest.param(with_step("host: {withdraw: $badge}"), id="withdraw"),
        pytest.param(with_step("host: {mend: $badge}"), id="mend"),
    ],
)
def test_what_is_right_is_not_complained_of(file, text):
    """Names that there are, and schemas that can be followed."""
    assert check(file, text).output == "1 file, 0 problems\n"


def test_people_of_rows_are_spoken_of(file):
    """A row may contain a recipient."""
    rows = "each: {a: {who: {earner: grace}}}\nneeds: [second-earner]\nsteps:"
    text = with_term("absent: $earner.grace.email").replace("steps:", rows)
    text = text.replace('{version: "1.0"}', "{recipient: $each.who}")
    assert "speaks of" not in check(file, text).output


def test_a_requirement_of_issuers_is_told(file):
    """A scenario cannot judge an issuer."""
    checked = check(file, changed("BC-TOKEN-03", "BC-CLIENT-01"))
    assert "BC-CLIENT-01 is a requirement of the role issuer" in checked.output
    assert checked.exit_code == 2


@pytest.mark.parametrize("value", ["null", "7", "[a]"])
def test_a_row_with_a_name_that_is_no_text_is_refused(file, value):
    """It is reported, and nothing crashes; the name of a flaw is a text."""
    text = changed(GRACE, "host: {assertion: {flaw: $each.code}}").replace("200", value)
    text = text.replace("201", "issuer-404").replace("needs: [second-earner]\n", "")
    assert check(file, text).exit_code == 2


def problems(output: str) -> list[str]:
    """The messages, without the file and the last line."""
    lines = output.splitlines()[:-1]
    return [line.partition(".yaml:")[2] for line in lines]


def test_mistakes_of_all_kinds_are_told_in_one_round(file):
    """An unknown key hides neither a misspelled name nor a wrong reference elsewhere."""
    text = LEAST.replace("title:", "titel:").replace("save: told", "save: told\n    mst: succeed")
    text = text.replace("BC-ISSUE-01", "BC-ISSUE-91").replace("$told.recipient", "$tld.recipient")
    text = text.replace("{status: 2xx}", "{answer: endpont}")
    found = problems(check(file, text).output)
    assert len(found) == 6, found
    for complaint in (
        "2:1: titel: expected one of id, title",
        "1:1: title: expected",
        "10:5: steps.2.mst: expected one of",
        "15:7: no requirement is called 'BC-ISSUE-91'",
        "15:21: no answer is called 'endpont'",
        "16:30: $tld is not saved by any earlier step",
    ):
        assert any(line.startswith(complaint) for line in found), complaint


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("save: grant", "sav: grant", id="the name of a result"),
        pytest.param("connect: {earner: ada}", "conect: {earner: ada}", id="a verb"),
        pytest.param("host: {assertion", "host: {asertion", id="an argument"),
        pytest.param("{equals:", "{eqals:", id="a term that uses a name"),
        pytest.param("{status: 2xx}", "{status: twice}", id="a value"),
        pytest.param("title: A refresh works", "title: 7", id="a title"),
        pytest.param("id: mine", "id: Mine", id="an id"),
        pytest.param("id: mine", "ID: mine", id="the key of an id"),
        pytest.param("steps:\n  - connect", "needs: clock\nsteps:\n  - connect", id="needs"),
    ],
)
def test_one_mistake_is_told_once(file, old, new):
    """Nothing is concluded from what cannot be read."""
    assert old in LEAST
    found = problems(check(file, LEAST.replace(old, new, 1)).output)
    missing = [line for line in found if line.endswith("saw no such member")]
    assert len(found) - len(missing) == 1, found


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param("needs: [second-earner]", "nedes: [second-earner]", "nedes", id="needs"),
        pytest.param("each:", "eahc:", "eahc", id="each"),
        pytest.param("steps:", "stps:", "stps", id="steps"),
    ],
)
def test_a_mistyped_key_of_the_whole_is_told_once(file, old, new, message):
    """Members that would only be missing because of it are not reported."""
    found = problems(check(file, changed(old, new)).output)
    assert len([line for line in found if message in line]) == 1
    assert len(found) == (2 if message == "stps" else 1), found


def test_steps_that_are_none_break_nothing(file):
    """For any value in place of a step."""
    for step in ("7", "null", "[]", "words", "{}"):
        checked = check(file, f"id: mine\ntitle: T\nsteps:\n  - {step}\n")
        assert checked.exit_code == 2
        assert f"{file}:4:5: " in checked.output


RICH = """\
id: mine
title: All that there is
story: One of each.
needs: [clock]
each: {one: {flaw: issuer-404}}
for_all: {drawn: {strategy: valid-assertion, signed: false}}
examples: {quick: 1, ci: 1, soak: 1}
steps:
  - connect: {earner: ada, callback: {query: a=b}}
    save: grant
    must: succeed
  - host: {assertion: {flaw: $each.flaw, recipient: {earner: ada}}}
    save: badge
  - host: {withdraw: $badge}
  - host: {assertion: $drawn}
  - advance: {seconds: $grant.expires, plus: 1}
  - derive: {from: $grant.access_token, change: double}
    save: other
  - parallel: {times: 2, step: {issue: {token: $other.text, badge: $badge.pushed}}}
    expect:
      BC-ISSUE-11: {exactly: {token-invalid: rest}, when: {properties: {status: {const: 200}}}}
      BC-ISSUE-07: {answer: token-invalid, header: {vary: null}, status: [4xx, 200]}
"""
JUNK: tuple[Any, ...] = (None, True, 7, "", "$", "$x.y", [], [7], {}, {"a": None}, {"$ref": 7})


def spoiled(value: Any) -> Iterator[Any]:
    """The value with one part after the other put aside for junk."""
    yield from JUNK
    if isinstance(value, dict):
        for name, member in value.items():
            yield {**{key: value[key] for key in value if key != name}, f"{name}x": member}
            yield from ({**value, name: other} for other in spoiled(member))
    elif isinstance(value, list):
        for number, member in enumerate(value):
            for other in spoiled(member):
                yield [*value[:number], other, *value[number + 1 :]]


@pytest.mark.slow
def test_no_junk_breaks_the_check(file):
    """Any value anywhere is either reported or valid."""
    file.write_text(RICH)
    whole = read_yaml(file)
    assert list(problems_of(whole, DEFAULT.language)) == []
    tried = list(spoiled(whole.value))
    assert len(tried) > 500
    wrong = sum(
        1 for value in tried if list(problems_of(evolve(whole, value=value), DEFAULT.language))
    )
    assert wrong > len(tried) * 0.8


def test_two_mistakes_of_one_expectation_are_both_told(file):
    """Each with its place."""
    text = with_term("absent: $site.orign, schema: nothing")
    assert problems(check(file, text).output) == [
        "11:21: unknown reference $site.orign: did you mean origin?",
        "11:42: no schema is called 'nothing'",
    ]
