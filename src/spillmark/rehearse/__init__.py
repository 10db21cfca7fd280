"""Rehearsed thefts: scenarios with their truth, to try the whole pipeline on and to train people with."""
