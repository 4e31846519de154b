"""Tests of `conformance.apis`."""
