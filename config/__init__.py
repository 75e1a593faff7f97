"""How the program is set up: typed settings, logging and the web server."""
