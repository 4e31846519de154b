"""Tests of `conformance.certificates`."""
