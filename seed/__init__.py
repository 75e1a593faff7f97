"""Reference rows and the demo organisation: data files and what loads them."""
