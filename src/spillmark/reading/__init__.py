"""Reports -> facts with quotes -> incidents -> campaigns (claimed, never measured)."""
