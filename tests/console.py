"""Console examples of a page: a command after ``$``, and what it prints."""

import re


def examples(text: str) -> list[tuple[str, str]]:
    """The commands of a page, each with the output that is shown below it."""
    blocks = re.findall(r"^```console\n\$ (.*)\n((?:(?!```).*\n)*)```", text, re.MULTILINE)
    return [(command, output) for command, output in blocks]


def assert_shown(output: str, printed: str) -> None:
    """What the page shows was printed in this order; … stands for anything, a blank for blanks."""
    printed = " ".join(printed.split())
    place = 0
    for line in output.splitlines():
        for part in filter(None, (" ".join(part.split()) for part in line.split("…"))):
            assert part in printed[place:], printed
            place = printed.index(part, place) + len(part)
