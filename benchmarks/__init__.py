"""Measurements: ratios within one run, and accuracy against reference data that stays outside the project."""
