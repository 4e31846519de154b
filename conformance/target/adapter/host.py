"""Run a Python adapter in its own process.

It is started by ``python -m conformance.target.adapter.host module:Class``.

It uses the same protocol as an adapter in any other language. Output of the adapter goes to
standard error, so that it is not mistaken for a message.
"""

import asyncio
import importlib
import inspect
import json
import os
import sys
import sysconfig
import traceback
from collections.abc import Mapping
from importlib.metadata import entry_points
from typing import Any, TextIO

GROUP = "backpack_conformance.adapters"
"""The group of entry points for adapters."""
METHODS = ("start", "stop", "reset", "earner", "grant", "advance", "badges", "revoke")
"""All methods of an adapter; a test compares them with ``schemas/adapter.json``."""


def main() -> None:
    """Answer calls until standard input is closed."""
    sys.path.insert(0, os.getcwd())  # noqa: PTH109 - a string, as Python itself adds it
    output = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    adapter = _create(sys.argv[1])
    known = [name for name in METHODS if callable(getattr(adapter, name, None))]
    _send(output, {"protocol": 1, "methods": known})
    with asyncio.Runner() as runner:
        for line in sys.stdin:
            message = json.loads(line)
            reply = runner.run(_reply(adapter, message["call"], message["arguments"]))
            _send(output, {"id": message["id"], **reply})


def _create(name: str) -> Any:
    """Create an adapter; an exception ends the process with one line of text."""
    try:
        return _class(name)()
    except Exception as error:  # noqa: BLE001 - third-party code may raise anything
        sys.exit(_described(error))


def _class(named: str) -> Any:
    module, colon, name = named.partition(":")
    if colon:
        return getattr(importlib.import_module(module), name)
    matches = entry_points(group=GROUP, name=named)
    if not matches:
        known = ", ".join(sorted(entry_points(group=GROUP).names)) or "there is none"
        sys.exit(f"no entry point of {GROUP} is called {named!r}: {known}")
    return next(iter(matches)).load()


async def _reply(adapter: Any, method: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    try:
        result = getattr(adapter, method)(**arguments)
        result = await result if inspect.isawaitable(result) else result
        json.dumps(result)
    except Exception as error:  # noqa: BLE001 - third-party code may raise anything
        return {"error": _described(error, _file_of(adapter))}
    return {"result": result}


def _described(error: Exception, adapter_file: str = "") -> str:
    """An error as one line: the exception, and its location in the code of the adapter.

    ``adapter_file`` is the file of the adapter, which may be installed among the libraries.
    """
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename != __file__ and "importlib" not in frame.filename
    ]
    paths = sysconfig.get_paths()
    libraries = tuple(paths[name] for name in ("stdlib", "platstdlib", "purelib", "platlib"))
    outside = [frame for frame in frames if not frame.filename.startswith(libraries)]
    of_adapter = [frame for frame in frames if frame.filename == adapter_file]
    location = (of_adapter or outside or frames)[-1:]
    at = "".join(f" ({frame.filename}:{frame.lineno}: {frame.line})" for frame in location)
    return f"{type(error).__name__}: {error}{at}"


def _file_of(adapter: Any) -> str:
    return str(getattr(sys.modules.get(type(adapter).__module__), "__file__", ""))


def _send(output: TextIO, message: Mapping[str, Any]) -> None:
    output.write(json.dumps(message) + "\n")
    output.flush()


if __name__ == "__main__":
    main()
