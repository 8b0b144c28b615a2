"""Rational numbers, integer rows, linear algebra, linear programmes, strict JSON."""
