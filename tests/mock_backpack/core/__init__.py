"""Tests of `mock_backpack.core`."""
