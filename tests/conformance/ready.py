"""What every command imports and reads, in the process from which commands of tests are forked."""

import os
from functools import cache

os.environ.update({"NO_COLOR": "1", "CI": "true"})  # Hypothesis looks for it when it is imported

import conformance.cli.certify
import conformance.cli.check
import conformance.cli.doctor
import conformance.cli.run
import conformance.cli.verify
import conformance.report.html
import conformance.target.mock  # noqa: F401
from conformance.apis.registry import APIS
from conformance.core.catalogue import requirements
from conformance.pytest_plugin import items
from conformance.scenario.load import shipped

requirements()
items.load = cache(items.load)
for api in APIS.values():
    for file in shipped(api.language):
        items.load(file, api.language)
