"""Tests of the rehearsed thefts."""
