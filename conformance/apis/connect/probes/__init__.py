"""Checks before a run: whether target, network and configuration fit together."""
