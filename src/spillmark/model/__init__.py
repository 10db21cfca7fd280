"""Values that pass between the rooms of Spillmark: frozen dataclasses, no engine, no file."""
