"""Tests of `mock_backpack.http`."""
