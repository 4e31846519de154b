"""The OpenAPI document of the admin API, made from the tables of operations and their shapes."""

import re
from collections.abc import Mapping
from typing import Any

from mock_backpack.control.call import AdminCall, Operation
from mock_backpack.control.shapes import USES, Use, ref, schemas
from mock_backpack.version import VERSION


def document(call: AdminCall, operations: Mapping[tuple[str, str], Operation]) -> dict[str, Any]:
    """The admin API of one sandbox as OpenAPI 3.1."""
    paths: dict[str, dict[str, Any]] = {}
    for (method, path), use in USES.items():
        paths.setdefault(path, {})[method.lower()] = _operation(operations[method, path], path, use)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Admin API of mock-backpack",
            "version": VERSION,
            "description": "Each sandbox has its own admin API, below its own URL.",
        },
        "servers": [{"url": f"{call.root}{call.sandbox.prefix}/_mock"}],
        "security": [{}, {"adminToken": []}],
        "paths": paths,
        "components": {
            "schemas": schemas(call.sandboxes.shared.misbehaviours.endpoints),
            "securitySchemes": {"adminToken": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(handler: Operation, path: str, use: Use) -> dict[str, Any]:
    first = " ".join((handler.__doc__ or "").split("\n\n")[0].split())
    summary = re.sub(r"^``[^`]*``: ", "", first)
    refusals = ("400", "401", "403", "404")
    return {
        "operationId": getattr(handler, "__name__", ""),
        "summary": summary[:1].upper() + summary[1:],
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
