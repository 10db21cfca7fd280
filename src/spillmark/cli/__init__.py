"""The command line: the only place that prints, exits, reads the environment and picks an engine.

Heavy libraries load inside the verb that uses them, so that `--help` answers at once.
"""

from spillmark.cli.main import main

__all__ = ["main"]
