"""The verdict on consumers of Open Badges 2.1."""
