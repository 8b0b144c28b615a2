"""What the exact gradients are made of."""
