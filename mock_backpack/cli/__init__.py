"""The command ``mock-backpack``."""
