"""All APIs that the suite tests, by name."""

from collections.abc import Mapping
from types import MappingProxyType

from conformance.apis.badge_connect.api import BADGE_CONNECT
from conformance.apis.connect.api import CONNECT
from conformance.apis.credentials.api import CREDENTIALS
from conformance.engine.api import Api

APIS: Mapping[str, Api] = MappingProxyType(
    {api.name: api for api in (CONNECT, BADGE_CONNECT, CREDENTIALS)}
)
DEFAULT = CONNECT
"""The API of a run that names none, where nobody can look which there are."""
