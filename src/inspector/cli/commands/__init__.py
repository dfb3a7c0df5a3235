"""One module a command: configure() its parser, run() it, EXAMPLES at the end of its help."""
