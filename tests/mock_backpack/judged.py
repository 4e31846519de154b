"""``mock-backpack validate`` in this process, which is quicker than one of its own."""

from click.testing import CliRunner

from mock_backpack.cli.validate import validate as command


def judged(*words: str, stdin: bytes | None = None) -> tuple[int, str]:
    """Exit code and output."""
    ended = CliRunner().invoke(command, words, input=stdin)
    assert ended.exception is None or isinstance(ended.exception, SystemExit), ended.exception
    return ended.exit_code, ended.output


def lines(output: str) -> list[str]:
    """Lines with single blanks."""
    return [" ".join(line.split()) for line in output.splitlines()]
