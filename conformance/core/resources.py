"""Find what is shipped beside the code: data folders, and the version."""

from functools import cache
from importlib.metadata import metadata, version
from pathlib import Path

INSTALLED = Path(__file__).parents[1] / "data"
CHECKOUT = Path(__file__).parents[2]
SCENARIO = ".backpack.yaml"
"""How the name of a scenario file ends."""
DISTRIBUTION = "backpack-conformance"
NOBODY = "OWNER"
"""Stands in the address of the repository until there is one."""


@cache
def folder(name: str) -> Path:
    """The folder ``schemas``, ``scenarios`` or ``reports``.

    In a checkout it lies beside the packages, in an installation inside this one.
    """
    return (INSTALLED if INSTALLED.is_dir() else CHECKOUT) / name


def shipped_scenarios() -> list[Path]:
    """The scenario files of this distribution, in a stable order."""
    return sorted(folder("scenarios").rglob(f"*{SCENARIO}"))


def suite_version() -> str:
    """The version of this distribution."""
    return version(DISTRIBUTION)


def schema_url(name: str) -> str:
    """Where editors find a schema, for files that we write.

    In the repository of a release, so that the file can be shared; else on this machine.
    """
    urls = metadata(DISTRIBUTION).get_all("Project-URL") or []
    homes = [url for label, _, url in (text.partition(", ") for text in urls) if label == "Source"]
    return schema_at(name, homes[0] if homes else NOBODY, suite_version())


def schema_at(name: str, home: str, release: str) -> str:
    """The same for a repository and a version."""
    if NOBODY in home or ".dev" in release:
        return (folder("schemas") / f"{name}.json").resolve().as_uri()
    return f"{home}/raw/v{release}/schemas/{name}.json"


def shown(path: Path) -> str:
    """A path as it is shown to a person: among what is shipped, or below the working directory."""
    for above in (folder("scenarios").parent, Path.cwd()):
        if path.is_relative_to(above):
            return str(path.relative_to(above))
    return str(path)
