"""All APIs that the suite tests, by name."""

from collections.abc import Mapping
from types import MappingProxyType

from conformance.apis.badge_connect.api import BADGE_CONNECT
from conformance.apis.connect.api import CONNECT
from conformance.apis.credentials.api import CREDENTIALS
from conformance.core.api import api_facts
from conformance.core.errors import AuthoringError
from conformance.engine.api import Api
from conformance.target.configuration.configuration import Configuration

APIS: Mapping[str, Api] = MappingProxyType(
    {api.name: api for api in (CONNECT, BADGE_CONNECT, CREDENTIALS)}
)
DEFAULT = CONNECT
"""The API of a run that names none."""


def api_of(configuration: Configuration) -> Api:
    """The API that a configuration names.

    Raises:
        AuthoringError: when the profile is one of another API.
    """
    api, profile = APIS[configuration["api"]], configuration["profile"]
    profiles = api_facts(api.name).profiles
    if profile not in profiles:
        message = f"profile: expected {' or '.join(profiles)} with the API {api.name}"
        raise AuthoringError(f"{message}, saw {profile!r}")
    return api
