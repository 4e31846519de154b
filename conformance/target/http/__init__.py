"""HTTP requests as an issuer sends them: unchanged, throttled, with every exchange stored."""
