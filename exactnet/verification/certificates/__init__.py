"""Writing certificates: multipliers, trees, levels and covers, for the checker in ``check``."""
