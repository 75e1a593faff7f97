"""Measurements with bulk data; README.md says how to run them and what to read."""
