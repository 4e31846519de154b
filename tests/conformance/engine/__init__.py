"""Tests of `conformance.engine`."""
