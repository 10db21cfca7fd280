"""Properties of a whole build that must hold for any evidence."""
