"""How a Backpack is reached: configuration, HTTP, an earner's browser, adapters, issuer site."""
