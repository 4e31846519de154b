"""Tests of `conformance.target.browser`."""
