"""Invented thefts with known truth: scenarios, for the bundled example, for tests and for drills."""
