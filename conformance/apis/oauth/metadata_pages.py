"""The pages that the metadata of a client names: an authorization server may show or fetch them."""

from collections.abc import Iterator

from conformance.openbadges.bundle import ServedDocument
from conformance.openbadges.images import png
from conformance.target.issuer_site import IssuerSite

PAGES = {
    "": ("The client", "It tests Backpacks, and is run by whoever tests yours."),
    "terms": ("Terms of service", "This site is there for the time of a test run."),
    "privacy": ("Privacy policy", "Test accounts only: nothing is kept but the report of the run."),
}
"""By path: title and text of a page."""
LOGO = "logo.png"
HTML = "text/html; charset=utf-8"


def serve_pages(site: IssuerSite) -> None:
    """Serve what the metadata of clients name, at every origin of the issuer site."""
    for origin in site.origins.values():
        for path, served in _documents():
            site.put_document(f"{origin.url}/{path}", served)


def _documents() -> Iterator[tuple[str, ServedDocument]]:
    yield LOGO, ServedDocument(png(), "image/png")
    for path, (title, text) in PAGES.items():
        page = (
            f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
            f"<h1>{title}</h1><p>{text}</p></html>"
        )
        yield path, ServedDocument(page.encode(), HTML)
