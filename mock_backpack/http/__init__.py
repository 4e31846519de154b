"""Answers as bytes, and the process that sends them: what makes the mock fast."""
