"""Linear regions: the exact reference enumerator and the bounds."""
