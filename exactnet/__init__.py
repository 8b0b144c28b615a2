"""exactnet: exact, machine-checked analysis of ReLU networks."""
