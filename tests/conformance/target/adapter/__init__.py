"""Tests of `conformance.target.adapter`."""
