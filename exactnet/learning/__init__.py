"""Training runs of many seeds at once, experiments made of them, and exact readings of both."""
