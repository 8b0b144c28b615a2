"""How wide a network must be to realise K_n: what bounds allow, what is true, what is built."""
