"""Words on the buttons of a settings page, which decide only between several buttons."""

import re
import tomllib
from importlib.resources import files
from types import MappingProxyType

_LISTS = tomllib.loads(files(__package__).joinpath("words.toml").read_text(encoding="utf-8"))
_PATTERNS = MappingProxyType(
    {name: re.compile("|".join(words), re.IGNORECASE) for name, words in _LISTS.items()}
)
REVOKES = _PATTERNS["revokes"]
REMOVES = _PATTERNS["removes"]
CONFIRMS = _PATTERNS["confirms"]
KEEPS = _PATTERNS["keeps"]
OTHER = _PATTERNS["other"]
