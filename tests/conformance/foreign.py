"""The settings that the suite needs for the foreign Backpack."""

from collections.abc import Mapping
from types import MappingProxyType

from tests.miniatures.foreign import ACCOUNTS

TOKEN = '{ from = "meta[name=wache]", field = "_wache" }'
PAGES = """
[pages]
access = "zugang"
settings = "einstellungen"
"""
EARNERS = "".join(
    f'\n[[earners]]\nemail = "{email}"\npassword = "{word}"\n' for email, word in ACCOUNTS.items()
)
LOGIN = f"""
[[consent]]
step = "say who"
form = "#kennung"
fields = {{ "[name=wer]" = "$email" }}
token = {TOKEN}
press = "button.los"

[[consent]]
step = "say the password"
form = "#losung"
fields = {{ "[name=losung]" = "$password", "[name=einverstanden]" = true }}
token = {TOKEN}
"""
ANSWER = """
[[consent]]
step = "answer"
form = "#freigabe"
grant = "[value=x1]"
deny = "[value=x2]"
"""


def written(
    url: str, replaced: Mapping[str, str] = MappingProxyType({}), *, browser: bool = False
) -> str:
    """A ``target.toml`` for it; a wrong one has other texts in place of the right."""
    text = f'url = "{url}"\nbrowser = {str(browser).lower()}\n{PAGES}{EARNERS}{LOGIN}{ANSWER}'
    for old, new in replaced.items():
        assert old in text
        text = text.replace(old, new)
    return text
