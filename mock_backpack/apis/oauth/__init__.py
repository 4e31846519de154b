"""The authorization server that the younger APIs share (RFC 6749, 7009, 7591, 7636)."""
