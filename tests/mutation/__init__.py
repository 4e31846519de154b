"""Mutation testing of the conformance suite: change the miniatures, see whether the suite notices.

A miniature is a small correct Backpack. A mutant is a miniature with one change that nobody chose;
the suite is run against it as against any live target.
"""
