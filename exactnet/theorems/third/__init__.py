"""The parts of the report on Theorem 3."""
