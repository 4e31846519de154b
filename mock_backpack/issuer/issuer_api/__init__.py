"""Judging issuers whose page uses the Issuer API: situations, evidence, judges."""
