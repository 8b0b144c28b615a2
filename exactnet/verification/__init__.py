"""Claims about networks, three independent routes to decide them, and what a verdict rests on."""
