"""The accepted and the spoiled certificates of proofs/rejected, for tests and benches."""

import sys
from pathlib import Path

REJECTED = Path(__file__).resolve().parent.parent / "proofs" / "rejected"
sys.path.insert(0, str(REJECTED))

import accepted  # noqa: E402
import make  # noqa: E402

__all__ = ["REJECTED", "accepted", "make"]
