"""Tests mirror the package; golden cases lie in cases/."""
