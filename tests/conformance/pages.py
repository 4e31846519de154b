"""Pages of a Backpack for tests, and what an earner presses on them."""

from conformance.target.pages.forms import Act, Control, Page

URL = "http://backpack.example/oauth/access?callback=x&scope=issue"
HERE = "http://backpack.example"
CALLBACK = "https://issuer.example/callback/1?state=a"


def page(html: str, url: str = URL) -> Page:
    """A page of a Backpack."""
    return Page.parse(url, html.encode())


def pressed(html: str, act: Act) -> Control:
    """The control of a page that grants or denies access."""
    control = page(html).consent_control(act, CALLBACK)
    assert control is not None
    return control


SETTINGS = """
<form method=post action=/logout><button>Log out</button></form>
<ul><li><form method=post action=/revoke><input type=hidden name=origin value="{0}">
<button>Revoke</button></form></li><li><form method=post action=/revoke>
<input type=hidden name=origin value="{1}"><button>Revoke</button></form></li></ul>
"""
"""A settings page that two origins stand on."""
