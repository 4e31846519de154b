"""Secrets: which values are secret, how to find them in a text, and what is shown instead."""
