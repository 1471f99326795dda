"""The command line: parses, calls the library, prints. `python -m ganlib --help` lists the commands."""

from ganlib.cli.main import main

__all__ = ["main"]
