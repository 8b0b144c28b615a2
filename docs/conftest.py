"""Notebooks are run by tests/test_notebooks.py, not by being collected."""

collect_ignore_glob = ["notebooks/*.py"]
