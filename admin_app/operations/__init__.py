"""Verbs that write; the caller commits."""
