"""The API of Open Badges 3.0."""
