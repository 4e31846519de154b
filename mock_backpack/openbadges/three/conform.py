"""A program: compare a value with a JSON Schema, and print where it does not fit.

It reads an object with the members ``schema`` and ``value``, and knows nothing of the mock.
"""

import json
import sys
from contextlib import suppress
from typing import Any

MOST = 10
"""Complaints."""
SHOWN = 160
"""Characters of a value."""
SECONDS, BYTES = 8, 2**30
"""Of the processor, of memory: this process may use no more."""
IN_WORDS = ("additionalProperties", "unevaluatedProperties", "dependentRequired", "propertyNames")
"""Keywords whose mistake is a name in an object, which the whole object would not show."""
NAMED = "a member of this name"
WITHIN = "all that it refers to within itself"


def complaints(schema: Any, value: Any) -> list[dict[str, str]]:
    """What is wrong with a schema, or else with a value."""
    # here, so that a mock without schemas does not load it
    from jsonschema.exceptions import SchemaError, best_match  # noqa: PLC0415
    from jsonschema.validators import Draft202012Validator, validator_for  # noqa: PLC0415
    from referencing import Registry  # noqa: PLC0415
    from referencing.exceptions import Unresolvable  # noqa: PLC0415

    named = schema.get("$schema", "")
    usual: Any = None if named else Draft202012Validator
    dialect = validator_for(schema, default=usual) if isinstance(named, str) else None
    if dialect is None:
        expected = "a dialect of JSON Schema from draft 3 to 2020-12"
        return [_complaint("schema", "$schema", expected, shown(named))]
    try:
        dialect.check_schema(schema)
        errors = dialect(schema, registry=Registry()).iter_errors(value)
        found = [best_match([error]) for error, _ in zip(errors, range(MOST), strict=False)]
    except SchemaError as error:
        return [_complaint("schema", place(error), "a JSON Schema", shown(error.instance))]
    except Unresolvable as error:
        return [_complaint("schema", "", WITHIN, f"a reference to {shown(error.ref)}")]
    except RecursionError:
        return [
            _complaint("schema", "", "a schema that comes to an end", "one that leads into itself")
        ]
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - what no metaschema forbids can break the library anywhere
        return [_complaint("schema", "", "a JSON Schema", "one whose keywords have odd values")]
    return [_misfit(error) for error in found]


def _misfit(error: Any) -> dict[str, str]:
    where, limit = place(error), error.validator_value
    if error.validator == "required" and isinstance(limit, list):
        missing = next(name for name in limit if name not in error.instance)
        return _complaint("credential", f"{where}.{missing}".lstrip("."), NAMED, "no such member")
    expected = f"{error.validator} {shown(limit)}" if error.validator else "nothing"
    saw = error.message[:SHOWN] if error.validator in IN_WORDS else shown(error.instance)
    return _complaint("credential", where, expected, saw)


def place(error: Any) -> str:
    """The dotted path to what is wrong."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.absolute_path)
    return "".join(steps).lstrip(".")


def shown(value: Any) -> str:
    """A value as JSON, shortened."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _complaint(document: str, member: str, expected: str, saw: str) -> dict[str, str]:
    return {"document": document, "member": member, "expected": expected, "saw": saw}


def main() -> None:
    """Read from standard input, write to standard output; nothing where it took too much."""
    with suppress(ImportError, ValueError, OSError):  # not on Windows, nor beyond a lower bound
        import resource  # noqa: PLC0415

        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    given = json.load(sys.stdin.buffer)
    try:
        found = complaints(given["schema"], given["value"])
    except MemoryError:
        sys.exit(1)
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
