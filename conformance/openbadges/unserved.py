"""Flaws of documents that are missing, or served with wrong content or a wrong status."""

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

from attrs import evolve

from conformance.openbadges.bundle import Bundle
from conformance.openbadges.flaw import ALL, LINKED, TITLES, Flaw, slug

VERSIONS_WITH = {"assertion": ALL, "image": ALL}
"""Versions in which a part is a document of its own, if these are more than the linked ones."""
SIGNED_ONLY = ("key", "revocations")
NO_JSON = ("image", "key")
REFUSALS = {
    403: "is forbidden: 403, with the correct document",
    410: "is gone: 410, with the correct document",
}
"""Error statuses of a part whose content is served all the same, and their descriptions."""


def of_documents() -> Iterator[Flaw]:
    """Flaws of parts that are missing or are something else."""
    for part in TITLES:
        yield from _unserved(part)
        if part not in NO_JSON:
            yield from _no_object(part)
    yield from _others()


def _unserved(part: str) -> Iterator[Flaw]:
    title, of = TITLES[part], _kinds_with(part)
    serve = partial(Bundle.with_part, name=part)
    not_found = partial(serve, content=b"Not found", type="text/plain", status=404)
    yield Flaw(f"{slug(part)}-404", f"the {title} is not found", not_found, **of)
    if part != "assertion":
        fails = partial(serve, status=500)
        yield Flaw(f"{slug(part)}-500", f"the {title}'s server fails", fails, **of)
    for status, words in REFUSALS.items():
        refused = partial(serve, status=status)
        yield Flaw(f"{slug(part)}-{status}", f"the {title} {words}", refused, **of)
    empty = partial(serve, content=b"")
    yield Flaw(f"{slug(part)}-empty", f"the {title} is empty", empty, **of)


def _no_object(part: str) -> Iterator[Flaw]:
    title, of = TITLES[part], _kinds_with(part)
    serve = partial(Bundle.with_part, name=part)
    html = partial(serve, content=b"<!doctype html><p>Hello", type="text/html")
    yield Flaw(f"{slug(part)}-html", f"the {title} is a web page", html, **of)
    of["structural"] = part != "revocations"
    array = partial(serve, content=[1, 2])
    yield Flaw(f"{slug(part)}-array", f"the {title} is a JSON array", array, **of)
    null = partial(serve, content=None)
    yield Flaw(f"{slug(part)}-null", f"the {title} is the JSON value null", null, **of)
    wrapped = partial(_in_an_array, part=part)
    yield Flaw(f"{slug(part)}-wrapped", f"the {title} is in a JSON array", wrapped, **of)
    of["structural"] = False
    cut = partial(serve, content=b'{"name": "cut o')
    yield Flaw(f"{slug(part)}-cut", f"the {title} is truncated", cut, **of)
    longer = partial(_with_words_behind, part=part)
    yield Flaw(f"{slug(part)}-with-words-behind", f"text follows the {title}", longer, **of)


def _in_an_array(bundle: Bundle, part: str) -> Bundle:
    return bundle.with_part(part, content=[bundle.parts[part].content])


def _with_words_behind(bundle: Bundle, part: str) -> Bundle:
    content = json.dumps(bundle.parts[part].content).encode()
    return bundle.with_part(part, content=content + b" and more")


def _kinds_with(part: str) -> dict[str, Any]:
    """The fields of a flaw that say which badges have a part."""
    return {
        "hosted": part not in SIGNED_ONLY,
        "signed": part != "assertion",
        "versions": VERSIONS_WITH.get(part, LINKED),
    }


def _others() -> Iterator[Flaw]:
    yield Flaw(
        "assertion-500",
        "the assertion's server fails",
        partial(Bundle.with_part, name="assertion", status=500),
        signed=False,
        versions=ALL,
    )
    yield Flaw(
        "assertion-gone",
        "the assertion is revoked: 410",
        partial(Bundle.with_part, name="assertion", content={"revoked": True}, status=410),
        signed=False,
        versions=ALL,
        structural=True,
    )
    yield Flaw(
        "assertion-unreachable",
        "nothing listens where the assertion should be",
        lambda bundle: evolve(bundle, urls={**bundle.urls, "assertion": bundle.urls["nowhere"]}),
        signed=False,
        versions=ALL,
    )
    yield Flaw(
        "verify-url-other-copy",
        "the assertion at verify.url is a different one",
        lambda bundle: _with_changed_copy(bundle, "uid", f"{bundle.assertion['uid']}-other"),
        signed=False,
    )
    yield Flaw(
        "verify-url-other-date",
        "the assertion at verify.url has the same uid and another date",
        partial(_with_changed_copy, member="issuedOn", value=0),
        signed=False,
    )
    yield Flaw(
        "verify-url-404",
        "no assertion is found at verify.url",
        lambda bundle: bundle.with_copy().with_part("copy", status=404),
        signed=False,
    )
    yield Flaw(
        "image-is-text",
        "the badge class's image is not an image",
        partial(Bundle.with_part, name="image", content=b"not an image", type="text/plain"),
        versions=ALL,
    )


def _with_changed_copy(bundle: Bundle, member: str, value: Any) -> Bundle:
    other = {**bundle.with_copy().assertion, member: value}
    return bundle.with_copy().with_part("copy", content=other)
