"""The exact ReLU network: evaluation, patterns, affine pieces, composition, files."""
