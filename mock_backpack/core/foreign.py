"""The address of a mock that simulates a server of somebody else."""

FOREIGN = "/elsewhere"
"""A path of the root; its journal records what comes there."""
