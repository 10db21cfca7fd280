"""Tests of the SQL seam."""
