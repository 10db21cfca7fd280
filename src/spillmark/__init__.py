"""Spillmark shows how far a theft of customer data reached, with a reference to the evidence behind each sentence."""

__version__ = "0.1.0"
