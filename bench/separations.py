"""The tables of docs/separations.md: every number is proved or counted when this runs.

python bench/separations.py overview | NAME
"""

import sys

import exactnet as en
from exactnet.constructions.separations.circuits import hierarchical, matricisation
from exactnet.constructions.separations.record import Separation
from exactnet.exact import linalg
from exactnet.theorems.report import TheoremReport
from exactnet.theorems.separations.disc import ball_error, fewest_error
from exactnet.theorems.separations.search import points_of, worst_of
from exactnet.theorems.separations.waves import allowed_nodes, label_optimum
from exactnet.theorems.values import shown


def table(heads: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
    print("| " + " | ".join(heads) + " |")
    print("|" + "---|" * len(heads))
    for row in rows:
        print("| " + " | ".join(shown(cell) for cell in row) + " |")


def overview() -> None:
    rows = []
    for name in en.separations.names():
        entry = en.separations.get(name)
        report = en.examine_separation(entry)
        sizes = report.sizes
        deep = f"{sizes['hidden layers']} x {sizes['width']}" if "width" in sizes else "-"
        units = sizes.get("units", sizes.get("products"))
        counted = sizes.get("regions", f"rank {sizes['rank']}" if "rank" in sizes else None)
        exact = "equal" if entry.norm in ("equal", "labels") else f"{entry.norm} {entry.error}"
        rows.append((
            f"`{entry.title}`", deep, units, exact, counted,
            _shallow(entry), _least(report),
        ))  # fmt: skip
    table(
        ("entry", "layers x width", "units", "error at most", "regions", "shallow, exhibited",
         "one hidden layer needs"), rows,
    )  # fmt: skip


def _shallow(entry: Separation) -> object:
    rival = entry.shallow
    if rival is None:
        return None
    return rival.units if rival.error <= entry.error else f"{rival.units}, error {rival.error}"


def _least(report: TheoremReport) -> object:
    if any("no network with one hidden layer equals" in note for note in report.notes):
        return "no width is enough"
    return report.sizes.get("shallow at least")


def telgarsky() -> None:
    rows = []
    for k in (4, 6, 8, 10):
        entry = en.separations.get("telgarsky", k=k)
        for layers in (1, 2, 3):
            nodes = allowed_nodes(k, layers)
            if nodes:
                found = label_optimum(entry, layers, nodes)
                rows.append((k, 2 * k, layers, nodes, found.changes, found.share, found.attained))
    table(
        ("k", "units, deep", "layers l", "nodes m", "sign changes at most", "least share wrong",
         "attained"), rows,
    )  # fmt: skip


def ball() -> None:
    rows = []
    for pieces in (4, 8, 16, 32):
        entry = en.separations.get("ball", d=2, pieces=pieces)
        found = ball_error(entry.relu, entry.target.domain)
        affine = en.enumerate_regions(entry.relu, entry.target.domain).counts()["affine"]
        low, high = found.interval
        rows.append((pieces, entry.relu.neurons, found.cells, affine, (low, high),
                     fewest_error(affine), entry.error))  # fmt: skip
    table(
        ("pieces", "units", "regions", "affine pieces R", "L1 error, enclosed",
         "(pi - 2)/(R^2 + 2)", "claimed"), rows,
    )  # fmt: skip


def circuit() -> None:
    rows = []
    for order, dim, width, upper in (
        (4, 2, 2, 1), (4, 2, 2, 2), (4, 3, 3, 1), (8, 2, 2, 1), (8, 2, 2, 2), (8, 2, 3, 1),
    ):  # fmt: skip
        nets = [hierarchical(order, dim, width, seed, upper) for seed in range(10)]
        ranks = {linalg.rank(matricisation(net)) for net in nets}
        rows.append((
            order, dim, width, upper, nets[0].numbers, min(width, dim) ** (order // 2),
            min(ranks), max(ranks), nets[0].flattened().products,
        ))  # fmt: skip
    table(
        ("N", "M", "r", "upper", "parameters, deep", "r^(N/2)", "least rank of 10", "largest",
         "products, multiplied out"), rows,
    )  # fmt: skip


def sphere() -> None:
    rows = []
    for d, pieces, knots in ((2, 16, 2), (2, 32, 4), (2, 64, 8), (3, 64, 4)):
        entry = en.separations.get("sphere-sine", d=d, pieces=pieces, knots=knots)
        verdict = en.prove_separation(entry).verdict.value
        worst, _ = worst_of(entry, entry.relu, points_of(entry, 150))
        net, box = entry.counted or (entry.relu, entry.target.domain)
        regions = en.count_regions(net, box) if d == 2 else None
        rows.append((d, pieces, knots, entry.relu.neurons, regions, entry.error, verdict, worst))
    table(
        ("d", "pieces", "knots", "units", "regions", "error at most", "verdict", "worst found"),
        rows,
    )


def product() -> None:
    rows = []
    for n in (2, 4, 8):
        for pieces in (8, 32):
            entry = en.separations.get("tree-product", n=n, pieces=pieces)
            rival = entry.shallow
            if rival is not None and rival.units <= 30_000:
                verdict = en.prove_separation(entry).verdict.value
                rows.append((n, entry.error, verdict, entry.relu.depth, entry.relu.neurons,
                             rival.units, rival.error))  # fmt: skip
    table(
        ("inputs", "error at most", "verdict", "layers", "units", "units, one layer",
         "its error at most"), rows,
    )  # fmt: skip


TABLES = {
    "overview": overview, "telgarsky": telgarsky, "ball": ball, "circuit": circuit,
    "sphere": sphere, "product": product,
}  # fmt: skip

if __name__ == "__main__":
    for wanted in sys.argv[1:] or TABLES:
        TABLES[wanted]()
