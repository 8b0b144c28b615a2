"""The talk's theorems on concrete instances: hypotheses checked, both sides computed exactly."""
