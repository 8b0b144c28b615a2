"""The parts of the report on the gradient theorem: seeded networks, each observed exactly."""
