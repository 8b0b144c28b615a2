"""Sign changes and least losses on a line: what shallow networks can do there."""
