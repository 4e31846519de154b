"""Tests of `conformance.target.http`."""
