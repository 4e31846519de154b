"""HTTP as an issuer sends it: byte for byte, throttled, every exchange kept."""
