"""The verbs that every API has: issuer site, blocks, parallel steps, hooks of a target."""
