"""Facts x law packs -> who must be told, by when, with what."""
