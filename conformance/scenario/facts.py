"""The variables of target and issuer site, which every scenario has before its first step."""

from urllib.parse import urlsplit


def facts(root: str, first: str, second: str, pages: str) -> dict[str, dict[str, str]]:
    """``$target`` and ``$site``: from the target's root and, of the issuer site, the two origins
    and the folder of its pages.
    """
    parts = urlsplit(first)
    port = f":{parts.port}" if parts.port else ""
    other_scheme = {"http": "https", "https": "http"}[parts.scheme]
    return {
        "target": {"root": root.rstrip("/")},
        "site": {
            "origin": first,
            "second_origin": second,
            "other_scheme": f"{other_scheme}://{parts.netloc}",
            "other_host": f"{parts.scheme}://other.example{port}",
            "subdomain": f"{parts.scheme}://badges.{parts.netloc}",
            "as_user": f"{first}@other.example{port}",
            "pages": pages,
            "host": parts.netloc,
            "second_host": urlsplit(second).netloc,
            "second_hostname": urlsplit(second).hostname or "",
        },
    }
