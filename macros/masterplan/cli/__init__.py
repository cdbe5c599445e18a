"""The command line: the only package that prints, and the only one that turns errors into exit codes."""
