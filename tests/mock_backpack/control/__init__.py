"""Tests of `mock_backpack.control`."""
