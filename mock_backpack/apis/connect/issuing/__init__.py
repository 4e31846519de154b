"""The Issuer API: a page asks the earner to accept badges, each time anew, without a token."""
