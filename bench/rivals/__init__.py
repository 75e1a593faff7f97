"""What others would have built over the same tables, as their manuals show it."""
