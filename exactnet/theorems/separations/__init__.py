"""Depth separations, proved: the deep network, and what a shallow one cannot do."""
