"""The members of Open Badges documents: values that are right, and values that are not.

Older schemas of others refused hashes of other algorithms, ``data:`` images, paths and times with
fractions, which are all right.
"""

import hashlib
from collections.abc import Mapping
from typing import Any, TypeAlias

Path: TypeAlias = tuple[str, ...]
Values: TypeAlias = tuple[list[Any], list[Any]]

HTTP = "https://example.org/a?b=c#d"
PNG = "data:image/png;base64,iVBORw0KGgo="
URLS = [
    "http://localhost",
    "http://127.0.0.1:8080/",
    "HTTPS://Example.org/é?x=[1]",
    "https://example.org?query",
]
NO_URLS = [7, None, "", "example.org", "/path", "ftp://example.org/", "http://", "https:///a"]
NO_URLS += ["http://a b/", "http://example.org/ ", "http://example.org/\n", "mailto:a@example.org"]
NO_TEXTS = [7, None, True, ["text"], {"en": "text"}]
DIGITS = {name: hashlib.new(name, b"").hexdigest() for name in ("md5", "sha1", "sha256", "sha512")}
HASHES = [f"{name}${digits}" for name, digits in DIGITS.items()]
HASHES += [f"sha256${DIGITS['sha256'].upper()}"]
NO_HASHES = [
    f"sha256${DIGITS['md5']}",
    f"sha256${DIGITS['sha256'][:-1]}g",
    f"sha256${DIGITS['sha256']}\n",
    f"sha384${DIGITS['sha256']}",
    f"SHA256${DIGITS['sha256']}",
    DIGITS["sha256"],
]
SECONDS = [1403784577, 1000000000, 9999999999, "1403784577"]
NO_SECONDS = [0, -1, 140378457, 14037845770, 1403784577.5, "0403784577", "14037845770", True]
DATES = ["2014-06-26", "2016-02-29"]
NO_DATES = ["2014-13-26", "2014-06-32", "26.6.2014", "2014-6-26", "", "the other day", None, [2014]]
TIMES = [
    *DATES,
    "2014-06-26T14:22:57Z",
    "2014-06-26T14:22:57.123456Z",
    "2014-06-26T14:22:57.123456+02:00",
    "2014-06-26T14:22:57-0500",
    "2014-06-26T14:22:57",
    "2014-06-26T14:22Z",
    "2014-06-26t14:22:57z",
    "2014-06-26 14:22:57",
    "2016-12-31T23:59:60Z",
]
NO_TIMES = [*NO_DATES, "2014-06-26T", "2014-06-26T25:00:00Z", "2014-06-26T14:61:00Z"]
NO_TIMES += ["2014-06-26T14:22:57+25:00", "14:22:57", "2014-06-26T14:22:57Z\n"]
EMAILS = ["ada@example.org", "ada+badges@localhost", "ädä@exämple.org"]
NO_EMAILS = [7, None, "", "ada", "@example.org", "ada@", "ada lovelace@example.org", "a@b@c"]
DATA_IMAGES = [
    PNG,
    "data:image/svg+xml,%3Csvg/%3E",
    "data:image/svg+xml;charset=utf-8;base64,PHN2Zy8+",
]
NO_DATA_IMAGES = ["data:,", "data:text/html,hello", "data:image/png", "image/png;base64,AAAA"]
NO_ORIGINS = [7, None, "", "example.org", "ftp://example.org", "http://ada@example.org"]
NO_ORIGINS += [f"http://example.org{rest}" for rest in ("/a", "//", "?a", "#a", "\n")]
PATHS = ["/badge.png", "/", "/a/b?c=d"]
NO_PATHS = ["badge.png", "//example.org/badge.png", "/a b", "", None, 7, "/a\n"]
ALIGNMENTS = [
    [],
    [{"name": "A standard", "url": HTTP}],
    [{"name": "", "url": HTTP, "description": "long", "own": 1}],
]
NO_ALIGNMENTS = [
    "straight",
    {},
    ["standard"],
    [{"name": "A standard"}],
    [{"url": HTTP}],
    [{"name": 7, "url": HTTP}],
    [{"name": "A standard", "url": "here"}],
    [{"name": "A standard", "url": HTTP, "description": 7}],
]

TEXT = (["Any text", "", "☃ é \u202e", "long " * 500], NO_TEXTS)
URL = (URLS, NO_URLS)
TIME = ([*TIMES, *SECONDS], [*NO_TIMES, *NO_SECONDS])
DATE = ([*DATES, *SECONDS], [*NO_DATES, *NO_SECONDS, "2014-06-26T14:22:57Z"])
EMAIL = (EMAILS, NO_EMAILS)
URL_OR_PATH = ([*URLS, *PATHS], [*NO_PATHS, "ftp://example.org/", PNG])
BADGE_IMAGE = (
    [*URLS, *DATA_IMAGES],
    [*NO_URLS, *NO_DATA_IMAGES, "data:image/jpeg;base64,AAAA"],
)

ASSERTION_1: Mapping[Path, Values] = {
    ("uid",): (["1", "urn:uuid:1", "☃"], [7, None, "", ["1"]]),
    ("recipient",): (
        [
            {"identity": "ada@example.org", "type": "email", "hashed": False},
            {"identity": HASHES[2], "type": "email", "hashed": True},
            {"identity": HASHES[0], "type": "email", "hashed": False},
        ],
        ["ada@example.org", [], None, {}],
    ),
    ("recipient", "identity"): (HASHES, [*NO_HASHES, "ada@example.org", 7, None, ""]),
    ("recipient", "type"): (["email"], ["telephone", "Email", None, 7, ["email"]]),
    ("recipient", "hashed"): ([True], ["true", "True", 1, None]),
    ("recipient", "salt"): (["deadsea", "", "☃", None], [7, True, ["deadsea"]]),
    ("badge",): URL,
    ("verify",): (
        [{"type": "hosted", "url": HTTP}, {"type": "signed", "url": HTTP, "own": 1}],
        ["hosted", [], None, {}, HTTP],
    ),
    ("verify", "type"): (["hosted", "signed"], ["carved", "Hosted", None, 7]),
    ("verify", "url"): URL,
    ("issuedOn",): TIME,
    ("image",): BADGE_IMAGE,
    ("evidence",): URL,
    ("expires",): TIME,
}
BADGE_1 = {
    ("name",): TEXT,
    ("description",): TEXT,
    ("image",): BADGE_IMAGE,
    ("criteria",): URL,
    ("issuer",): URL,
    ("alignment",): (ALIGNMENTS, NO_ALIGNMENTS),
    ("tags",): ([[], ["one", "two"], [""]], ["one,two", [7], [["one"]], None]),
}
ISSUER_1 = {
    ("name",): TEXT,
    ("url",): URL,
    ("description",): TEXT,
    ("image",): (
        [*URLS, *DATA_IMAGES, "data:image/jpeg;base64,AAAA", "data:image/gif,GIF"],
        [*NO_URLS, *NO_DATA_IMAGES],
    ),
    ("email",): EMAIL,
    ("revocationList",): URL,
}
CONTEXT = "https://w3id.org/openbadges/v1"


def kind(name: str) -> Mapping[Path, Values]:
    """The members that 1.1 adds."""
    return {
        ("@context",): (
            [CONTEXT, [CONTEXT], [CONTEXT, {"own": "https://example.org/own"}]],
            ["https://w3id.org/openbadges/v2", "https://example.org/", None, [], {}],
        ),
        ("type",): ([name, [name, "https://example.org/own"]], ["Badge", name.lower(), [], None]),
        ("id",): ([HTTP, "urn:uuid:1"], ["1", "/assertion", "", None, 7, "urn:a b"]),
    }


MEMBERS: Mapping[str, Mapping[Path, Values]] = {
    "0.5/assertion": {
        ("recipient",): ([*EMAILS, *HASHES], [*NO_HASHES, 7, None, "", {}]),
        ("salt",): TEXT,
        ("evidence",): URL_OR_PATH,
        ("expires",): DATE,
        ("issued_on",): DATE,
        ("badge",): ([], [HTTP, [], None, {}]),
        ("badge", "version"): TEXT,
        ("badge", "name"): TEXT,
        ("badge", "description"): TEXT,
        ("badge", "image"): URL_OR_PATH,
        ("badge", "criteria"): URL_OR_PATH,
        ("badge", "issuer"): ([], [HTTP, [], None, {}]),
        ("badge", "issuer", "origin"): (
            ["http://localhost", "https://example.org:8443", "http://example.org/"],
            NO_ORIGINS,
        ),
        ("badge", "issuer", "name"): TEXT,
        ("badge", "issuer", "org"): TEXT,
        ("badge", "issuer", "contact"): EMAIL,
    },
    "1.0/assertion": ASSERTION_1,
    "1.0/badge": BADGE_1,
    "1.0/issuer": ISSUER_1,
    "1.1/assertion": {**ASSERTION_1, **kind("Assertion")},
    "1.1/badge": {**BADGE_1, **kind("BadgeClass")},
    "1.1/issuer": {**ISSUER_1, **kind("Issuer")},
}
"""By document and member: values that are right, and values that are not."""

REQUIRED = {
    "0.5/assertion": [
        "recipient",
        "badge",
        "badge.name",
        "badge.description",
        "badge.image",
        "badge.criteria",
        "badge.issuer",
        "badge.issuer.origin",
        "badge.issuer.name",
    ],
    "1.0/assertion": [
        "uid",
        "recipient",
        "recipient.identity",
        "recipient.type",
        "recipient.hashed",
        "badge",
        "verify",
        "verify.type",
        "verify.url",
        "issuedOn",
    ],
    "1.0/badge": ["name", "description", "image", "criteria", "issuer"],
    "1.0/issuer": ["name", "url"],
}
for name in ("assertion", "badge", "issuer"):
    REQUIRED[f"1.1/{name}"] = [*REQUIRED[f"1.0/{name}"], "@context", "type", "id"]
