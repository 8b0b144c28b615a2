"""IFS -> exact ReLU network: margin-free, with a margin, by folding, and the literal union."""
