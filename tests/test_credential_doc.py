"""The page for issuers of Open Badges 3.0 is complete, and its examples run."""

import re
import shlex
from pathlib import Path

import pytest

from conformance.core.catalogue import of_role
from mock_backpack.issuer.situations import situations_of
from tests.test_consumers_doc import run

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs" / "credential-issuers.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^\$ (backpack-conformance issuer .*)$", TEXT, re.MULTILINE)
SITUATIONS = situations_of("ob3")
ISSUER = f"""
import asyncio, sys
sys.path.insert(0, {str(ROOT / "examples" / "python")!r})
import credential_issuer

def award(told):
    asyncio.run(credential_issuer.main(environment={{**told, "BACKPACK_AWARDS": "1"}}))
"""


def shown(command):
    """What the page shows of a command's output, as a pattern; … stands for anything."""
    text = TEXT.split(f"$ {command}\n")[1].split("```")[0]
    pattern = "".join(".*" if part == "…" else re.escape(part) for part in re.split("(…)", text))
    return pattern.replace("\\ ", " +")


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_page_says_what_the_page_shows(command, tmp_path):
    """Line by line."""
    words = shlex.split(command)
    done = run(*words[:2], "--out", str(tmp_path), *words[2:])
    assert re.match(shown(command), done.stdout, re.DOTALL), done.stdout + done.stderr


def test_the_tests_of_the_page_run(pytester):
    """With a separate issuer, and without settings of this project."""
    (block,) = re.findall(r"^```python\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
    pytester.makepyfile(my_issuer=ISSUER, test_mine=block)
    result = pytester.runpytest_subprocess("-p", "no:asyncio", "-W", "error")
    result.assert_outcomes(passed=2)


def test_every_situation_stands_on_the_page():
    """With what happens, what is seen, and what it tests; and they are counted."""
    for situation in SITUATIONS.values():
        tests = ", ".join(name.removeprefix("OB3-") for name in situation.tests)
        name = situation.id.partition("/")[2]
        assert f"| `{name}` | {situation.does} | {situation.sees} | {tests} |" in TEXT
    assert f"{len(SITUATIONS)} **situations**" in TEXT
    judged = [requirement for requirement in of_role("issuer", "ob3") if not requirement.excluded]
    count = sum(requirement.level == "MUST" for requirement in judged)
    assert f"19 of {count} MUST requirements passed" in TEXT


def test_every_variable_stands_on_the_page():
    """Those that situations tell."""
    variables = {name for situation in SITUATIONS.values() for name in situation.tells}
    assert [name for name in variables if f"| `{name}` |" not in TEXT] == []


def test_what_is_not_judged_stands_on_the_page():
    """By its ids."""
    excluded = [requirement.id for requirement in of_role("issuer", "ob3") if requirement.excluded]
    assert [name for name in excluded if f"({name})" not in TEXT] == []
