"""Affine maps, boxes and exact polyhedra."""
