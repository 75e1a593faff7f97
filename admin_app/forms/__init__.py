"""Forms: what a person may send, field by field."""
