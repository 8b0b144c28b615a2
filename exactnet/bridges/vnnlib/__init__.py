"""VNN-LIB queries, written for a claim and read from files."""
