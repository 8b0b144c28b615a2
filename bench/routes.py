"""How long each route takes to prove the same claim, depth by depth.

    python bench/routes.py [--fractal cantor-dust] [--deepest 8] [--limit 60]

Prints a Markdown table of seconds; a route that reaches the limit is not tried any deeper.
"""

import argparse
import sys

import exactnet as en

ROUTES = ("induction", "regions", "z3")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="seconds a proof, by route and depth")
    parser.add_argument("--fractal", default="cantor-dust", choices=en.gallery.names())
    parser.add_argument("--deepest", type=int, default=8)
    parser.add_argument("--limit", type=float, default=60.0)
    options = parser.parse_args(arguments)
    ifs = en.gallery.get(options.fractal)
    alive = set(ROUTES)
    print(f"| n | depth | width | {' | '.join(ROUTES)} |\n|---|---|---|---|---|---|")
    for n in range(1, options.deepest + 1):
        net = en.compile_ifs(ifs, n)
        claim = en.realizes(net, ifs, n)
        cells = []
        for route in ROUTES:
            if route not in alive:
                cells.append("-")
                continue
            result = en.prove(claim, route, en.Limits(seconds=options.limit, cells=10**12))
            if result.verdict is en.Proved:
                cells.append(f"{result.seconds:.2f}")
            else:
                in_time = result.seconds < options.limit  # then something else stopped it
                cells.append("stopped" if in_time else f"> {options.limit:g}")
                alive.discard(route)
        print(f"| {n} | {net.depth} | {net.width} | {' | '.join(cells)} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
