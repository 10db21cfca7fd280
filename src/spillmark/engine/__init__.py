"""The SQL seam: named steps in, tables out; which engine runs them is decided by the command line."""
