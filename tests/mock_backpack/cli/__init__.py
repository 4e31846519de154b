"""Tests of `mock_backpack.cli`."""
