"""Findings + snapshot -> records that left -> individuals with data classes and residence."""
