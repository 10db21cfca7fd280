"""Views of a case: text, JSON, HTML; they read the case document and nothing else."""
