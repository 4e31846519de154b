"""Judging Open Badges 3.0 credentials: linked data, proofs, keys, status (own code)."""
