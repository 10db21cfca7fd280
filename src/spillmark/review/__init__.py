"""Settings x checks -> weaknesses."""
