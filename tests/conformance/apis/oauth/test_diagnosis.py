"""`doctor` uses the younger APIs as an issuer does: it pushes a badge, and looks for it."""

from functools import partial

import pytest
from anyio import to_thread

from mock_backpack.app import create_app
from mock_backpack.server import served
from tests.conformance.command import run_command
from tests.conformance.wire import saying

pytestmark = pytest.mark.anyio


async def diagnosed(api: str, *defects: str, options: tuple[str, ...] = ()) -> str:
    """What is printed about a mock, on one line; a run can start."""
    async with served(create_app(defects=defects)) as root:
        doctor = partial(run_command, "doctor", root, "--api", api, *options)
        ended = await to_thread.run_sync(doctor)
    assert ended.code == 0, ended.out + ended.err
    return " ".join(ended.out.split())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("api", "came_back"),
    [("ob2.1", "200; the target fetched assertion, badge, image, issuer"), ("ob3", "201")],
)
async def test_a_pushed_badge_is_there(api, came_back):
    """On whatever page it stands."""
    text = await diagnosed(api)
    assert f"ok push push a badge {came_back} ok read" in text
    assert "read the badges 1 on all pages, with the pushed badge" in text


@pytest.mark.slow
@pytest.mark.parametrize(
    ("api", "defect"), [("ob2.1", "post.forgets"), ("ob3", "upsert.keeps-nothing")]
)
async def test_a_badge_that_is_lost_is_told(api, defect):
    """A run can start: it judges that."""
    text = await diagnosed(api, defect)
    assert "note read read the badges 0 on all pages, without the pushed badge" in text


@pytest.mark.slow
async def test_a_site_that_the_provider_cannot_reach_is_told():
    """With the options that change where it is."""
    urls = ("--issuer-url", "http://127.0.0.1:9", "--second-issuer-url", "http://127.0.0.1:10")
    text = await diagnosed("ob2.1", options=("--issuer-bind", "127.0.0.2", *urls))
    assert 'note push push a badge 400 {"status": {"error": "' in text
    assert "; the target never reached the issuer site" in text
    assert "reach 127.0.0.1:9? If not, set the listening address" in text


@pytest.mark.slow
@pytest.mark.parametrize(("api", "command"), [("ob2.1", "run"), ("ob3", "doctor")])
async def test_a_server_that_may_expect_tls_is_told(api, command, tmp_path):
    """As for Backpack Connect."""
    async with saying(b"") as server:
        words = (command, server.url, "--api", api)
        ended = await to_thread.run_sync(partial(run_command, *words, cwd=tmp_path))
    assert ended.code == 3
    assert "Does it use TLS on this port?" in " ".join(ended.out.split())
