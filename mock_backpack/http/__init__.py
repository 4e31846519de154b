"""Answers as bytes, and waiting with a deadline: what makes the mock fast."""
