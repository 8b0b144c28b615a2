"""Counting and enumerating the regions of a network: exactnet, and every peer that pip installs.

    python bench/regions.py [--quick] [--peers PYTHON] [--tables ours,large,...]
                            [--cases NAME,NAME] [--limit SECONDS] [--json FILE]

Prints Markdown tables (see bench/README.md): ``ours`` (speed and memory by network), ``large``
(memory of large complexes), ``cores``, ``start`` (compiling and loading), ``profile`` (where the
time of a count goes), ``peers`` (the same networks in one run), ``degenerate`` and ``slips`` (who
counts right). A measurement is a process of
its own on one thread. Times are medians of CPU seconds, which other jobs disturb least; on two
cores and for the start they are by the clock. PYTHON is the interpreter that has the peers, this
one by default. Names and prefixes for ``--cases`` are those of ``region_networks.py``.
"""

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import region_networks as networks
from region_processes import Bench

Record = dict[str, Any]
TOOLS = ("regioncam", "relucent")
AIMS = {  # cells a second of a count on one core
    "2-16-16": 0.7,
    "2-32-32-32": 0.5,
    "2-64-64-64": 0.35,
    "2-128-128": 0.2,
    "3-32-32": 0.2,
    "4-16-16": 0.25,
    "5-10-10": 0.15,
}
CONSTRUCTED = 0.5
SLIPPERY = ("2-16-16", "2-32-32-32", "2-64-64-64")


def print_table(title: str, header: str, rows: Iterable[list[str]]) -> None:
    print(f"### {title}\n\n| {header} |\n|{'---|' * (header.count('|') + 1)}")
    for row in rows:
        print(f"| {' | '.join(row)} |", flush=True)
    print()


def rate(cells: int | None, seconds: float | None) -> str:
    """Cells a second in thousands."""
    return "-" if not cells or not seconds else f"{cells / seconds / 1000:.3g}"


def aim(name: str, record: Record) -> str:
    """The aim in thousands of cells a second, if there is one, and whether it was reached."""
    kind, sizes = name.split(":")[:2]
    target = AIMS.get(sizes)
    if kind in (*networks.FRACTALS, *networks.FOLDED) and record["cells"] >= 1000:
        target = CONSTRUCTED
    if target is None:
        return "-"
    reached = record["cells"] / record["count"] >= target * 10**6
    return f"{1000 * target:g} {'yes' if reached else 'no'}"


def ours_row(bench: Bench, table: str, name: str) -> list[str]:
    record = bench.ours(table, name)
    if "failed" in record:
        return [name, record["failed"], *["-"] * 11]
    cells, blas = record["cells"], record["blas"]
    return [
        name,
        f"{cells}{'' if record['agrees'] else ' (runs differ)'}",
        "integers" if record["integers"] else "floats",
        f"{1000 * record['prepare']:.2f}",
        f"{1000 * record['count']:.2f}",
        rate(cells, record["count"]),
        aim(name, record),
        rate(cells, record["engine"]),
        rate(cells, record["complex"]),
        f"{1000 * blas:.2f}",
        f"{record['engine'] / blas:.1f}",
        f"{record['complex'] / blas:.1f}",
        f"{record['count_mib'] - record['base_mib']:.0f}, {record['complex_mib']:.0f}",
    ]


OURS = (
    "network | cells | arithmetic | prepare ms | count ms | count k/s | aim | kernel k/s "
    "| complex k/s | BLAS ms | kernel / BLAS | complex / BLAS | MiB"
)


def ours(bench: Bench, quick: bool) -> None:
    names = bench.chosen(networks.QUICK if quick else networks.OURS)
    rows = (ours_row(bench, "ours", name) for name in names)
    print_table("exactnet, one core, warm", OURS, rows)


def large(bench: Bench, quick: bool) -> None:
    def row(name: str) -> list[str]:
        record = bench.ours("large", name, "--budget", "0.1")
        if "failed" in record:
            return [name, record["failed"], *["-"] * 4]
        cells, peak = record["cells"], record["complex_mib"]
        each = (peak - record["base_mib"]) * 2**20 / cells
        return [
            name,
            str(cells),
            f"{record['complex']:.2f}",
            f"{record['count_mib']:.0f}",
            f"{peak:.0f}",
            f"{each:.0f}",
        ]

    header = "network | cells | complex s | count MiB | complex MiB | bytes a cell"
    names = bench.chosen(["tensor:7"] if quick else networks.LARGE)
    print_table("Peak memory of whole complexes", header, map(row, names))


def cores(bench: Bench, quick: bool) -> None:
    def row(name: str) -> list[str]:
        record = bench.ours("cores", name, "--workers")
        if "failed" in record:
            return [name, record["failed"], *["-"] * 6]
        one, two = record["workers 1"], record["workers 2"]
        figures = (one, two, one / two, record["divide"] / one, record["CPU 2"] / record["CPU 1"])
        agrees = "yes" if record["agrees"] else "NO"
        return [name, str(record["cells"]), *(f"{figure:.2f}" for figure in figures), agrees]

    header = "network | cells | 1 worker s | 2 workers s | speed-up | of it dividing"
    header += " | CPU of 2 / of 1 | same count"
    names = bench.chosen(networks.TWO_CORES[:1] if quick else networks.TWO_CORES)
    print_table("count_regions on two cores", header, map(row, names))


def start(bench: Bench, quick: bool) -> None:
    def rows() -> Iterable[list[str]]:
        with tempfile.TemporaryDirectory() as cache:
            for state in ("empty", "full"):
                record = bench.ours("start", "torch:2-16-16", "--start", cache=cache)
                record["cache"] = state
                first = record.get("first")
                yield [state, f"{first:.2f}" if first else "-", f"{record.get('process', 0):.2f}"]

    if not quick:
        header = "compiler's cache | first count s | whole process s"
        print_table("Cold start: one count of torch:2-16-16", header, rows())


def profile(bench: Bench, quick: bool) -> None:
    def row(name: str) -> list[str]:
        record = bench.profile("profile", name)
        if "failed" in record:
            return [name, record["failed"], *["-"] * 9]
        shares, cells = record["shares"], record["cells"]
        each = 1e9 * record["count"] * shares["cut"] / record["made"]
        rest = 1 - sum(shares.values())
        return [
            name,
            str(cells),
            rate(cells, record["count"]),
            *(f"{100 * share:.0f} %" for share in (*shares.values(), rest)),
            f"{record['prepared'] / cells:.1f}",
            f"{record['made'] / cells:.1f}",
            f"{each:.0f}",
        ]

    header = "network | cells | count k/s | cutting | lists | pieces | forward | rest"
    header += " | faces prepared a cell | faces made a cell | ns a face made"
    names = bench.chosen(networks.QUICK[:2] if quick else networks.PROFILED)
    print_table("Where the time of a count goes", header, map(row, names))


def outcome(record: Record) -> str:
    """The count of a peer, or why there is none."""
    if "failed" in record:
        return record["failed"]
    error = record["error"]
    if error is None:
        return str(record["count"])
    return "-" if error == "missing" else f"refused ({error.split(':')[0]})"


def peers(bench: Bench, quick: bool) -> None:
    def row(name: str) -> list[str]:
        record = bench.ours("peers", name)
        if "failed" in record:
            return [name, record["failed"], *["-"] * 6]
        cells = [name, str(record["cells"]), rate(record["cells"], record["count"])]
        memory, agreement = [f"{record['count_mib']:.0f}"], []
        for tool in TOOLS:
            if tool == "regioncam" and not name.split(":")[1].startswith("2-"):
                cells, memory = [*cells, "-"], [*memory, "-"]
                continue
            other = bench.peer("peers", tool, name)
            number = other.get("count")
            cells.append(rate(number, other["seconds"]) if number else outcome(other))
            memory.append(f"{other['peak_mib']:.0f}" if number else "-")
            if number:
                agreement.append("yes" if number == record["cells"] else f"{tool} {number}")
        agreement = [text for text in agreement if text != "yes"] or agreement[:1] or ["-"]
        return [*cells, *memory, ", ".join(agreement)]

    header = "network | cells | exactnet k/s | regioncam k/s | relucent k/s"
    header += " | exactnet MiB | regioncam MiB | relucent MiB | same count"
    quick_names = [name for name in networks.QUICK if name[:2] in ("to", "he")]
    names = bench.chosen(quick_names if quick else networks.SEEDED)
    print_table("exactnet and its peers, cells a second in thousands", header, map(row, names))


def degenerate(bench: Bench, quick: bool) -> None:
    def row(name: str) -> list[str]:
        exact = bench.ours("degenerate", name, "--count").get("cells")
        plain = bench.ours("degenerate", name, "--reference").get("cells")
        found = [outcome(bench.peer("degenerate", tool, name)) for tool in TOOLS]
        marked = [
            f"**{text}**" if text.isdigit() and int(text) != exact else text for text in found
        ]
        return [name, str(exact), str(plain) + ("" if plain == exact else " (!)"), *marked]

    header = "network | exactnet | reference | regioncam | relucent"
    names = networks.DEGENERATE[:: 4 if quick else 1]
    rows = map(row, bench.chosen(names))
    print_table("Counts on degenerate networks (wrong ones in bold)", header, rows)


def slips(bench: Bench, quick: bool) -> None:
    """Where regioncam, in float32, counts otherwise on plain random networks of many seeds."""

    def row(name: str) -> list[str]:
        pairs = []
        for seed in range(2 if quick else 20):
            exact = bench.ours("slips", f"{name}:{seed}", "--count").get("cells")
            number = bench.peer("slips", "regioncam", f"{name}:{seed}").get("count")
            pairs.append((seed, exact, number))
        if not any(number for _, _, number in pairs):
            return [name, "-", "-"]
        odd = [f"seed {k}: {number} for {exact}" for k, exact, number in pairs if number != exact]
        return [name, f"{len(odd)} of {len(pairs)}", ", ".join(odd) or "-"]

    names = bench.chosen(name for name in networks.SEEDED if name.split(":")[1] in SLIPPERY)
    header = "network | regioncam differs on | its count for ours"
    print_table("Random networks, 20 seeds each", header, map(row, names))


_TABLES = (ours, large, cores, start, profile, peers, degenerate, slips)
TABLES: dict[str, Callable[[Bench, bool], None]] = {table.__name__: table for table in _TABLES}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="regions of networks: exactnet and its peers")
    parser.add_argument("--quick", action="store_true", help="a minute, not half an hour")
    parser.add_argument("--peers", default=sys.executable, help="the interpreter with the peers")
    parser.add_argument("--tables", default=",".join(TABLES))
    parser.add_argument("--cases", default="", help="prefixes of network names")
    parser.add_argument("--limit", type=float, default=30.0, help="seconds for a peer")
    parser.add_argument("--json", type=Path, help="where to write all records")
    options = parser.parse_args(arguments)
    unknown = set(options.tables.split(",")) - set(TABLES)
    if unknown:
        parser.error(f"--tables: expected some of {', '.join(TABLES)}, got {', '.join(unknown)}")
    effort = ["--repeats", "3", "--budget", "1"] if options.quick else []
    bench = Bench(options.peers, options.limit, effort, tuple(options.cases.split(",")))
    busy = f"{os.getloadavg()[0]:.1f} other processes"  # two cores need an idle machine
    print(f"{platform.machine()}, {os.cpu_count()} cores, {busy}, {platform.python_version()}\n")
    for table in options.tables.split(","):
        TABLES[table](bench, options.quick)
    if options.json:
        options.json.write_text(json.dumps(bench.records, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
