"""The command line against hostile evidence, clumsy users and machines that fail."""
