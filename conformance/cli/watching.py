"""Run a command again whenever one of its files changes, until Ctrl+C."""

import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from threading import Event
from types import FrameType
from typing import TypeAlias

from attrs import define, field, frozen

from conformance.core.resources import shown
from conformance.core.terminal import counted, line, say
from conformance.scenario.blocks import FOLDER as BLOCKS
from conformance.scenario.blocks import SUFFIX as BLOCK
from conformance.scenario.lint import SUFFIX as SCENARIO
from conformance.target.configuration.configuration import Configuration

PAUSE = 0.3
"""Seconds between two looks; a look at some hundred files takes some milliseconds."""
PROGRAM = "backpack-conformance"
ALONE, ONCE = ("--failed",), ("--watch", "--open")
"""Switches that make no sense when a changed scenario runs; and in a further run."""
State: TypeAlias = Mapping[Path, tuple[int, int]]
"""By file: when it was changed, in nanoseconds, and its size."""


@frozen
class Watched:
    """The files of a run."""

    scenarios: tuple[Path, ...]
    """Files and folders of scenarios and blocks."""
    others: tuple[Path, ...]
    """Files on which every scenario depends."""
    out: Path
    """The folder of the run, which writes scenarios of its own there."""

    @classmethod
    def of(cls, configuration: Configuration, scenarios: Iterable[Path], out: Path) -> "Watched":
        """Those of a configuration: its file, its adapter and its baseline."""
        return cls(tuple(scenarios), tuple(_files_of(configuration)), out.resolve())

    def state(self) -> State:
        """What the files are now; one that is not there is missing."""
        files = [*self.others, *(file for path in self.scenarios for file in self._below(path))]
        return {file: seen for file in files if (seen := _seen(file))}

    def _below(self, path: Path) -> Iterator[Path]:
        if path.is_file():
            yield path
            yield from (path.parent / BLOCKS).glob(f"*{BLOCK}")
            return
        for pattern in (f"*{SCENARIO}", f"*{BLOCK}"):
            for file in path.rglob(pattern):
                if self.out not in file.resolve().parents:
                    yield file


def _files_of(configuration: Configuration) -> Iterator[Path]:
    if configuration.file is not None:
        yield configuration.file
    if configuration["baseline"]:
        yield Path(configuration["baseline"])
    yield from (Path(word) for word in configuration["adapter.command"] or ())
    module, colon, _ = (configuration["adapter.python"] or "").partition(":")
    if colon and (file := _module_file(module)):
        yield file


def _module_file(name: str) -> Path | None:
    """The file of a module below the working directory, or of one that is installed."""
    here = Path(*name.split("."))
    for file in (here.with_suffix(".py"), here / "__init__.py"):
        if file.is_file():
            return file
    try:
        spec = find_spec(name)
    except (ImportError, ValueError):
        return None
    return Path(spec.origin) if spec and spec.origin else None


def _seen(file: Path) -> tuple[int, int] | None:
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


def changed(before: State, after: State) -> list[Path]:
    """The files that are new, gone or different, in a stable order."""
    return sorted(file for file in {*before, *after} if before.get(file) != after.get(file))


def again(words: Sequence[str], files: Sequence[Path]) -> list[str]:
    """The words of the next run: of scenario files only those run, else all as before."""
    words = [word for word in words if word not in ONCE]
    present = [file for file in files if file.is_file()]
    if not present or not all(file.name.endswith(SCENARIO) for file in files):
        return words
    kept = [
        word
        for position, word in enumerate(words)
        if word not in (*ALONE, "--scenarios")
        and not word.startswith("--scenarios=")
        and words[position - 1 : position] != ["--scenarios"]
    ]
    return [*kept, *(part for file in present for part in ("--scenarios", str(file)))]


@define
class Watch:
    """Runs a command now and after each change, each time in a process of its own.

    So nothing of an earlier run is left: neither scenarios that were read nor modules.
    """

    watched: Watched
    words: Sequence[str]
    """The words after the name of the program."""
    code: int = 0
    """How the last run ended."""
    _stopped: Event = field(factory=Event, init=False)
    _running: "subprocess.Popen[bytes] | None" = field(default=None, init=False)

    def until_interrupted(self) -> int:
        """The exit code of the last run, once Ctrl+C was pressed."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        words = [word for word in self.words if word != "--watch"]
        while not self._stopped.is_set():
            before = self.watched.state()
            self._run(words)
            if self._stopped.is_set():
                break
            say(line(f"\nWatching {counted(len(before), 'file')}; Ctrl+C ends."), colour="cyan")
            files = self._changed_since(before)
            for file in files:
                say(line(f"Changed: {shown(file.resolve())}"), colour="cyan")
            words = again(self.words, files)
        return self.code

    def _changed_since(self, before: State) -> Sequence[Path]:
        """The files that changed, once no more change; none when Ctrl+C was pressed."""
        last: Sequence[Path] = ()
        after = before
        while not self._stopped.wait(PAUSE):
            now = self.watched.state()
            if (files := changed(before, now)) and now == after:
                return files
            last, after = files, now
        return last

    def _run(self, words: Sequence[str]) -> None:
        # in a group of its own Ctrl+C reaches it once, by us
        self._running = subprocess.Popen(  # noqa: S603 - this program
            [*_program(), *words], process_group=0
        )
        if self._stopped.is_set():
            self._running.send_signal(signal.SIGINT)
        self.code = self._running.wait()

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopped.set()
        if self._running is not None and self._running.poll() is None:
            self._running.send_signal(signal.SIGINT)


def _program() -> list[str]:
    """How this program is started; without the working directory on its path."""
    started = Path(sys.argv[0])
    if started.name == PROGRAM and started.is_file():
        return [sys.executable, str(started)]
    return [sys.executable, "-P", "-m", "conformance"]
