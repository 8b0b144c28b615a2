"""The experiments: plans, figures, trends."""
