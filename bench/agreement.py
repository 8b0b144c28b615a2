"""The compiled kernel against the reference enumerator on many random small networks.

    python bench/agreement.py [--networks 2000] [--first SEED]

Even seeds give integer weights in -2..2 (degenerate in every way), odd ones float32 normal numbers;
d = 1..4, units of every kind. For each network and each arithmetic of the kernel every cell's and
vertex's sign vector, every exact vertex and the vertices of every cell are compared, and counts in
small pieces with counts at once. Exits with 1 and the network's JSON on the first differences.
"""

import argparse
import json
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from agreement import compare, random_case


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="kernel against reference")
    parser.add_argument("--networks", type=int, default=2000)
    parser.add_argument("--first", type=int, default=0)
    options = parser.parse_args(arguments)
    began, compared, cells, spaces, odd = time.perf_counter(), Counter[bool](), 0, 0, 0
    for seed in range(options.first, options.first + options.networks):
        case = random_case(seed)
        try:
            used, count, wrong = compare(case)
        except Exception as error:  # noqa: BLE001 - a crash is a difference to report
            used, count, wrong = set(), 0, [f"{type(error).__name__}: {error}"]
        compared.update(used)
        cells, spaces = cells + count, spaces + (case.box is None)
        if wrong:
            odd += 1
            if odd == 1:
                print(f"seed {seed}, box {case.box}:", *wrong, sep="\n  ")
                print(json.dumps(case.net.document()), flush=True)
    print(
        f"networks: {options.networks}, of which on all of R^d: {spaces}\n"
        f"cells: {cells}\n"
        f"compared in integers: {compared[True]}, in floats: {compared[False]}\n"
        f"networks with differences: {odd}\n"
        f"seconds: {time.perf_counter() - began:.0f}"
    )
    return int(odd > 0)


if __name__ == "__main__":
    sys.exit(main())
