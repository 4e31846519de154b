"""The defects of Badge Connect."""

AREAS: tuple[str, ...] = ()
