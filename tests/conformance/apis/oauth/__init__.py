"""Tests of `conformance.apis.oauth`."""
