"""Certificates: a record that conforms, sealed so that anybody can judge it anew."""
