"""Mapping files x raw records -> events in one common form."""
