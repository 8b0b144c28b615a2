"""Iterated function systems, the named gallery, prefractals and what a network must tell apart."""
