"""Python adapters, in a process of their own.

It is started by ``python -m conformance.target.adapter.host module:Class``.

It speaks the same lines as an adapter in any other language. What the adapter prints goes to
standard error, so that it cannot be taken for a message.
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
"""The entry points that name adapters."""
METHODS = ("start", "stop", "reset", "earner", "grant", "advance", "badges", "revoke")
"""All that an adapter may be able to do, as ``schemas/adapter.json`` has it; a test holds that."""


def main() -> None:
    """Answer calls until there are no more."""
    sys.path.insert(0, os.getcwd())  # noqa: PTH109 - as Python itself would have it
    output = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    adapter = _made(sys.argv[1])
    known = [name for name in METHODS if callable(getattr(adapter, name, None))]
    _say(output, {"protocol": 1, "methods": known})
    with asyncio.Runner() as runner:
        for line in sys.stdin:
            asked = json.loads(line)
            reply = runner.run(_replied(adapter, asked["call"], asked["arguments"]))
            _say(output, {"id": asked["id"], **reply})


def _made(named: str) -> Any:
    """An adapter; what hinders it is said in a line."""
    try:
        return _class(named)()
    except Exception as error:  # noqa: BLE001 - code of somebody else
        sys.exit(_told(error))


def _class(named: str) -> Any:
    module, colon, name = named.partition(":")
    if colon:
        return getattr(importlib.import_module(module), name)
    found = entry_points(group=GROUP, name=named)
    if not found:
        known = ", ".join(sorted(entry_points(group=GROUP).names)) or "there is none"
        sys.exit(f"no entry point of {GROUP} is called {named!r}: {known}")
    return next(iter(found)).load()


async def _replied(adapter: Any, method: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    try:
        result = getattr(adapter, method)(**arguments)
        result = await result if inspect.isawaitable(result) else result
        json.dumps(result)
    except Exception as error:  # noqa: BLE001 - code of somebody else
        return {"error": _told(error, _file_of(adapter))}
    return {"result": result}


def _told(error: Exception, own: str = "") -> str:
    """An error in a line: what, and where in the adapter's own code, with that line.

    ``own`` is the file of the adapter, which may lie among the libraries.
    """
    frames = [
        one
        for one in traceback.extract_tb(error.__traceback__)
        if one.filename != __file__ and "importlib" not in one.filename
    ]
    paths = sysconfig.get_paths()
    libraries = tuple(paths[name] for name in ("stdlib", "platstdlib", "purelib", "platlib"))
    outside = [one for one in frames if not one.filename.startswith(libraries)]
    of_adapter = [one for one in frames if one.filename == own]
    shown = (of_adapter or outside or frames)[-1:]
    at = "".join(f" ({one.filename}:{one.lineno}: {one.line})" for one in shown)
    return f"{type(error).__name__}: {error}{at}"


def _file_of(adapter: Any) -> str:
    return str(getattr(sys.modules.get(type(adapter).__module__), "__file__", ""))


def _say(output: TextIO, message: Mapping[str, Any]) -> None:
    output.write(json.dumps(message) + "\n")
    output.flush()


if __name__ == "__main__":
    main()
