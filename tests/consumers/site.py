"""The site of a consumer: documents of Open Badges 2.0 on a socket of this machine."""

import contextlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

CONTEXT = "https://w3id.org/openbadges/v2"
IMAGE = "data:image/svg+xml,%3Csvg%20xmlns='http://www.w3.org/2000/svg'/%3E"


class Site:
    """Documents by path."""

    def __init__(self, url):
        self.url = url
        self.documents = {}

    def host(self, path: str, type_: str, **members: Any) -> dict[str, Any]:
        """Host a document."""
        document = {"@context": CONTEXT, "type": type_, "id": f"{self.url}{path}", **members}
        self.documents[path] = json.dumps(document).encode()
        return document

    def badge(self) -> dict[str, Any]:
        """A badge class with its issuer."""
        issuer = self.host("/issuer", "Issuer", name="A school", url=f"{self.url}/")
        return self.host(
            "/badge",
            "BadgeClass",
            name="Engineer",
            description="Drew up a table of differences.",
            image=IMAGE,
            criteria=f"{self.url}/criteria",
            issuer=issuer,
        )


@contextlib.contextmanager
def hosting():
    """A site that is served while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            found = site.documents.get(self.path)
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(found or b"")))
            self.end_headers()
            self.wfile.write(found or b"")

        def log_message(self, *_args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        site = Site(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield site
        finally:
            server.shutdown()
            thread.join()


def opened(browser, url, callback):
    """The address of the callback to which a page leads the browser; ``""`` for none."""
    while not url.startswith(callback):
        answer = browser.get(url, allow_redirects=False, timeout=20)
        url = answer.headers.get("Location", "")
        if not url:
            return ""
    return url
