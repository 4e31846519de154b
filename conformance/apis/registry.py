"""All APIs that the suite tests, by name."""

from collections.abc import Mapping
from types import MappingProxyType

from conformance.apis.connect.api import CONNECT
from conformance.engine.api import Api
from conformance.target.configuration.configuration import Configuration

APIS: Mapping[str, Api] = MappingProxyType({api.name: api for api in (CONNECT,)})
DEFAULT = CONNECT
"""The API of a run that names none."""


def api_of(configuration: Configuration) -> Api:
    """The API that a configuration names."""
    return APIS[configuration["api"]]
