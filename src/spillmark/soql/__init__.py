"""SOQL text -> tree -> SQL over a snapshot."""
