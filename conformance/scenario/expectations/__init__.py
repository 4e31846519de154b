"""The terms of expectations: conditions on a response, independent of the client and of pytest."""
