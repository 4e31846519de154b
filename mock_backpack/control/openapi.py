"""The OpenAPI document of the controls, made from the tables of operations and of their shapes."""

import re
from typing import Any

from aiohttp import web

from mock_backpack.control.call import AdminCall
from mock_backpack.control.shapes import SCHEMAS, USES, Use, ref
from mock_backpack.version import VERSION


async def show_openapi(call: AdminCall) -> web.Response:
    """``GET /_mock/openapi.json``: this document."""
    return web.json_response(document(f"{call.root}{call.sandbox.prefix}/_mock"))


def document(server: str) -> dict[str, Any]:
    """The controls of one sandbox as OpenAPI 3.1; ``server`` is the URL that its paths follow."""
    paths: dict[str, dict[str, Any]] = {}
    for (method, path), use in USES.items():
        paths.setdefault(path, {})[method.lower()] = _operation(method, path, use)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Controls of mock-backpack",
            "version": VERSION,
            "description": "Each sandbox has its own controls, below its own URL.",
        },
        "servers": [{"url": server}],
        "security": [{}, {"adminToken": []}],
        "paths": paths,
        "components": {
            "schemas": dict(SCHEMAS),
            "securitySchemes": {"adminToken": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(method: str, path: str, use: Use) -> dict[str, Any]:
    from mock_backpack.control.operations import OPERATIONS  # noqa: PLC0415 - it lists this module

    handler = OPERATIONS[method, path]
    said = " ".join((handler.__doc__ or "").split("\n\n")[0].split())
    refusals = ("400", "401", "403", "404")
    return {
        "operationId": getattr(handler, "__name__", ""),
        "summary": re.sub(r"^``[^`]*``:?\s*", "", said) or said,
        "parameters": _parameters(path, use),
        **({"requestBody": {"content": _json(use.takes)}} if use.takes else {}),
        "responses": {
            str(use.status): {"description": "done", "content": _json(use.answers)},
            **{code: {"description": "refused", "content": _json("Refusal")} for code in refusals},
        },
    }


def _parameters(path: str, use: Use) -> list[dict[str, Any]]:
    text = {"type": "string"}
    parts = [
        {"name": name, "in": "path", "required": True, "schema": text}
        for name in re.findall(r"\{(\w+)\}", path)
    ]
    return [*parts, *({"name": name, "in": "query", "schema": text} for name in use.query)]


def _json(schema: str) -> dict[str, Any]:
    return {"application/json": {"schema": ref(schema)}}
