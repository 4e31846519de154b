"""Badge Connect: the API of Open Badges 2.1."""
