"""Events x Sigma rules -> findings."""
