"""The documents of as many badges as somebody asks for, and the site that serves them."""

from hashlib import sha256
from typing import Any

from aiohttp import web

EARNER = "ada@example.org"
PNG = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de")


def documents_app() -> web.Application:
    """The documents of as many 1.0 badges as somebody asks for."""

    async def assertion(asked: web.Request) -> web.Response:
        return web.json_response(an_assertion(f"http://{asked.host}", asked.match_info["uid"]))

    async def badge_class(asked: web.Request) -> web.Response:
        return web.json_response(a_class(f"http://{asked.host}"))

    async def issuer(asked: web.Request) -> web.Response:
        return web.json_response({"name": "Society", "url": f"http://{asked.host}/"})

    async def image(_asked: web.Request) -> web.Response:
        return web.Response(body=PNG, content_type="image/png")

    app = web.Application()
    app.router.add_get("/assertion/{uid}", assertion)
    app.router.add_get("/class", badge_class)
    app.router.add_get("/issuer", issuer)
    app.router.add_get("/image.png", image)
    return app


def an_assertion(root: str, uid: str) -> dict[str, Any]:
    """An assertion for the one earner."""
    digest = sha256(f"{EARNER}deadsea".encode()).hexdigest()
    return {
        "uid": uid,
        "recipient": {
            "identity": f"sha256${digest}",
            "type": "email",
            "hashed": True,
            "salt": "deadsea",
        },
        "badge": f"{root}/class",
        "verify": {"type": "hosted", "url": f"{root}/assertion/{uid}"},
        "issuedOn": 1403784577,
    }


def a_class(root: str) -> dict[str, Any]:
    """The badge class of all assertions."""
    return {
        "name": "Difference engineer",
        "description": "Drew up a table of differences.",
        "image": f"{root}/image.png",
        "criteria": f"{root}/criteria",
        "issuer": f"{root}/issuer",
    }
