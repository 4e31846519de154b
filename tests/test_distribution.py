"""Built distributions are complete: wheel and sdist work from any folder."""

import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from email import message_from_bytes
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from mock_backpack.client import MockClient
from tests.waiting import eventually

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
HIDDEN = ("__pycache__", ".pytest_cache", ".hypothesis", "samples")
"""Folders that are no part of what is installed."""
LIGHT = {f"mock_backpack/{name}" for name in ("LICENSE", "README.md", "pyproject.toml")}
"""What only the distribution of the mock alone needs."""
DATA = ("schemas", "scenarios", "reports")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A wheel and an sdist of this checkout."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return {
        "wheel": next(folder.glob("*.whl")),
        "sdist": next(folder.glob("*.tar.gz")),
    }


@pytest.fixture(scope="module")
def light(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of the mock alone."""
    folder = tmp_path_factory.mktemp("light")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT / "mock_backpack", check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def tracked(*folders: str) -> set[str]:
    """The files of some folders, as paths from the root."""
    found = (file for folder in folders for file in (ROOT / folder).rglob("*") if file.is_file())
    return {str(path.relative_to(ROOT)) for path in found if not set(HIDDEN) & set(path.parts)}


def test_the_wheel_holds_code_and_data_and_nothing_else(built):
    """Each file of the packages and the data folders is in its place; no test, no cache."""
    names = set(zipfile.ZipFile(built["wheel"]).namelist())
    inside = {name for name in names if ".dist-info/" not in name}
    data = {f"conformance/data/{name}" for name in tracked(*DATA)}
    assert inside == (tracked("conformance", "mock_backpack") | data) - LIGHT


def test_the_sdist_holds_what_a_packager_needs(built):
    """Sources, data, tests and documents."""
    with tarfile.open(built["sdist"]) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    wanted = tracked("conformance", "mock_backpack", "tests", *DATA)
    assert wanted <= names
    assert {"README.md", "LICENSE", "CHANGELOG.md", "pyproject.toml", "tox.ini"} <= names


def test_the_sdist_holds_nothing_that_a_run_wrote(built):
    """No record, no log, no cache, wherever a run was started."""
    with tarfile.open(built["sdist"]) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    parts = {part for name in names for part in Path(name).parts}
    assert not parts & {"conformance-report", "issuer-report", ".hypothesis", "logs"}
    assert {name for name in names if name.endswith("record.jsonl")} == {
        str(path.relative_to(ROOT)) for path in (ROOT / "reports" / "samples").rglob("record.jsonl")
    }


@pytest.mark.parametrize("name", ["wheel", "light"])
def test_the_description_works_on_a_package_index(name, built, light):
    """Each link and picture is absolute, and those into the repository lead to a file."""
    with zipfile.ZipFile({**built, "light": light}[name]) as wheel:
        [file] = [name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")]
        metadata = message_from_bytes(wheel.read(file))
    labels = dict(text.split(", ") for text in metadata.get_all("Project-URL"))
    assert {"Source", "Documentation", "Changelog", "Issues"} == set(labels)
    tokens = MarkdownIt().parse(metadata.get_payload())
    inline = [part for token in tokens for part in token.children or ()]
    links = [part.attrs.get("href") or part.attrs["src"] for part in inline if part.attrs]
    assert [link for link in links if not re.match("https?://|#", link)] == []
    paths = [link.removeprefix(labels["Source"]).lstrip("/").split("/", 2) for link in links]
    inside = [path[2] for path in paths if path[:2] in (["blob", "main"], ["raw", "main"])]
    assert [path for path in inside if not (ROOT / path.partition("#")[0]).exists()] == []
    if name == "wheel":
        assert "docs/_static/report.png" in inside
        assert len(inside) > 20


def test_every_python_that_is_named_is_tested():
    """In both distributions: the oldest by the gate, the others by environments of tox."""
    minor = re.compile(r"^Programming Language :: Python :: 3\.(\d+)$")
    for file in (ROOT / "pyproject.toml", ROOT / "mock_backpack" / "pyproject.toml"):
        project = tomllib.loads(file.read_text(encoding="utf-8"))["project"]
        named = [found[1] for text in project["classifiers"] if (found := minor.match(text))]
        assert project["requires-python"] == f">=3.{named[0]}"
        factors = "{" + ",".join(named[1:]) + "}"
        assert f"[testenv:py3{factors}]" in (ROOT / "tox.ini").read_text(encoding="utf-8")


def test_the_ways_of_the_readme_name_what_there_is():
    """Folder, extra and program of each line for uv and pipx."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    ways = re.findall(r"^(?:uvx --from|pipx run --spec) '?([^'\s]+)'? (\S+)", text, re.MULTILINE)
    assert len(ways) == 3
    for source, program in ways:
        folder, _, extra = source.rstrip("]").partition("[")
        project = tomllib.loads((ROOT / folder / "pyproject.toml").read_text())["project"]
        assert program in project["scripts"]
        assert not extra or extra in project["optional-dependencies"]


def test_git_ignores_what_a_run_writes():
    """A run in a checkout leads to no committed record."""
    lines = (ROOT / ".gitignore").read_text().splitlines()
    assert {"conformance-report/", "issuer-report/", ".hypothesis/"} <= set(lines)


@pytest.mark.parametrize("kind", ["wheel", "sdist"])
def test_an_installation_works_from_any_folder(kind, built, tmp_path):
    """Installed from wheel or sdist, the suite finds its data and judges the mock."""
    site = tmp_path / "site"
    _unpack(built[kind], kind, site)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(site)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    assert done.returncode == 4, done.stdout + done.stderr
    assert "Incomplete: " in done.stdout
    assert done.stdout.splitlines()[0].startswith(str(site))


def test_the_mock_alone_has_no_other_code(light):
    """Neither the suite nor its data."""
    names = {name for name in zipfile.ZipFile(light).namelist() if ".dist-info/" not in name}
    assert names == tracked("mock_backpack") - LIGHT
    with zipfile.ZipFile(light) as wheel:
        (licence,) = [name for name in wheel.namelist() if name.endswith("/licenses/LICENSE")]
        assert wheel.read(licence) == (ROOT / "LICENSE").read_bytes()


def test_the_mock_alone_needs_no_tools_for_tests(light, tmp_path):
    """It serves where they cannot be imported; its dependencies are some of the whole."""
    project, whole = (
        tomllib.loads(file.read_text(encoding="utf-8"))["project"]
        for file in (ROOT / "mock_backpack" / "pyproject.toml", ROOT / "pyproject.toml")
    )
    assert set(project["dependencies"]) <= set(whole["dependencies"])
    assert project["optional-dependencies"]["speed"] == whole["optional-dependencies"]["speed"]
    others = {re.match(r"[\w-]+", each)[0] for each in whole["dependencies"]} - {
        re.match(r"[\w-]+", each)[0] for each in project["dependencies"]
    }
    assert {"pytest", "hypothesis", "faker"} <= others
    _unpack(light, "wheel", tmp_path / "site")
    command = [sys.executable, "-c", MOCK_ALONE, str(tmp_path / "site"), str(tmp_path / "ready")]
    with subprocess.Popen([*command, *sorted(others)], cwd=tmp_path) as mock:
        try:
            eventually(lambda: (tmp_path / "ready").is_file() or mock.poll() is not None)
            with MockClient((tmp_path / "ready").read_text().strip()) as client:
                assert client.health()["name"] == "mock-backpack"
        finally:
            mock.terminate()


MOCK_ALONE = """
import sys
site, ready, *others = sys.argv[1:]
sys.path.insert(0, site)
sys.modules.update(dict.fromkeys(["conformance", *(name.replace("-", "_") for name in others)]))
from mock_backpack.cli import cli
assert cli.__file__.startswith(site)
cli.main(["serve", "--port", "0", "--ready-file", ready])
"""
PROGRAM = """
import sys
sys.path.insert(0, sys.argv[1])
import conformance
print(conformance.__file__)
sys.argv = ["backpack-conformance", "run", "--select", "token-refresh", "--out", "out"]
from conformance.cli import main
main()
"""


def _unpack(archive: Path, kind: str, site: Path) -> None:
    if kind == "wheel":
        zipfile.ZipFile(archive).extractall(site)
        return
    with tarfile.open(archive) as packed:
        packed.extractall(site, filter="data")
    (inner,) = site.iterdir()
    for file in inner.iterdir():
        file.rename(site / file.name)
