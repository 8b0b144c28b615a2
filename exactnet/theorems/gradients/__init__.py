"""What the exact gradients and the gradient theorem are made of."""
