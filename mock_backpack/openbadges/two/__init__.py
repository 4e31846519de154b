"""Judging of Open Badges 2.0: hosted assertions by their id, signed ones by their key."""
