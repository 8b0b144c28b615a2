"""The depth separations that the talk cites: proved, counted, and drawn for docs/separations.md.

Each picture shows the deep network; those with more than two inputs are cut by a plane.
"""

from pathlib import Path

import exactnet as en
from exactnet.constructions.separations.record import Separation
from exactnet.viewing.picture import save_regions, save_slice
from exactnet.viewing.tensor import save_matricisations


def plane(n: int) -> tuple[list[int | str], list[int], list[int]]:
    """Where a tree over n inputs is drawn: through a point, along two differences of inputs."""
    origin = [0, 0, "1/2", 0, 0, 0, "1/2", 0][:n] if n == 8 else [0, 0, "1/4", "-1/2"]
    first = [1, -1, *[0] * (n - 2)] if n == 8 else [1, 0, 0, 0]
    second = [*[0] * 4, 1, -1, 0, 0] if n == 8 else [0, 1, 0, 0]
    return origin, first, second


def draw(entry: Separation, path: Path) -> int:
    net, box = entry.network, entry.target.domain
    if not isinstance(net, en.ReluNetwork):
        return save_matricisations(net, path)[0]
    if entry.counted is not None:  # the sine, as a function of x + x'
        return save_regions(entry.counted[0], path, entry.counted[1])
    if entry.name in ("parity", "fizzbuzz"):  # along one bit, which may be any number
        axis = [[int(k == 0) for k in range(net.inputs)]]
        line = en.restrict_to_plane(net, [0] * net.inputs, axis)
        low = 0 if entry.name == "parity" else -net.inputs
        return save_regions(line, path, [(low, net.inputs)])
    if net.inputs > 2:
        side = 1 if net.inputs == 8 else "3/4"
        return save_slice(net, path, *plane(net.inputs), [(f"-{side}", side)] * 2)
    return save_regions(net, path, box)


def main(folder: str = "demo-out") -> dict[str, tuple[str, int]]:
    out = Path(folder)
    out.mkdir(exist_ok=True)
    sizes = {
        "tree-product": {"n": 2}, "tree-distance": {"n": 8},
        "sphere-sine": {"pieces": 16, "knots": 2}, "parity": {"bits": 8},
    }  # fmt: skip
    facts = {}
    for name in en.separations.names():
        entry = en.separations.get(name, **sizes.get(name, {}))
        verdict = en.prove_separation(entry).verdict.value
        path = out / f"separation-{name}.png"
        facts[name] = verdict, draw(entry, path)
        print(f"{entry.title}: {verdict}, {path}")
    return facts


if __name__ == "__main__":
    main()
