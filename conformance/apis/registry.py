"""All APIs that the suite tests, by name."""

from collections.abc import Mapping
from types import MappingProxyType

from conformance.apis.connect.api import CONNECT
from conformance.engine.api import Api

APIS: Mapping[str, Api] = MappingProxyType({api.name: api for api in (CONNECT,)})
DEFAULT = CONNECT
"""The API of commands that do not name one."""
