"""Judge consumers of Open Badges 2.1 that push badges, or read them."""
