"""Tests of `conformance.scenario.expectations`."""
