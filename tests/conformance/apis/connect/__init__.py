"""Tests of `conformance.apis.connect`."""
