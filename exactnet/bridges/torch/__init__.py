"""PyTorch modules and state_dicts, in and out; ``library`` is the one module that needs torch."""
