"""The numbers on docs/comparison.md, counted in the tables of the benchmark pages."""

import re
from pathlib import Path

DOCS = Path(__file__).parent
BOLD = re.compile(r"\*\*.*?\*\*")


def rows(page: str, part: str) -> list[dict[str, str]]:
    """The first table of a generated part of a page, a dictionary for every row."""
    text = (DOCS / page).read_text(encoding="utf-8")
    body = text.partition(f"<!-- generated: {part} -->")[2].partition("<!-- end -->")[0]
    lines = [line for line in body.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [dict(zip(cells[0], row, strict=True)) for row in cells[2:]]


def number(text: str) -> float | None:
    """A number of a table, or None where there is none."""
    try:
        return float(text)
    except ValueError:
        return None


def speeds() -> str:
    """On how many networks each tool counts fastest, by the number of regions."""
    lines = ["| networks | exactnet fastest | regioncam fastest | relucent fastest | 10 s passed |"]
    lines += ["|---|---|---|---|---|"]
    table = rows("benchmarks-regions.md", "regions-peers")
    tools = ("exactnet k/s", "regioncam k/s", "relucent k/s")
    groups = {
        "2 inputs, less than 1000 regions": lambda r: ":2-" in r["network"] and size(r) < 1000,
        "2 inputs, 1000 regions and more": lambda r: ":2-" in r["network"] and size(r) >= 1000,
        "3 to 5 inputs": lambda r: ":2-" not in r["network"],
    }
    for name, belongs in groups.items():
        group = [row for row in table if belongs(row)]
        won = dict.fromkeys(tools, 0)
        late = sum(any(row[tool].startswith(">") for tool in tools) for row in group)
        for row in group:
            won[max(tools, key=lambda tool, row=row: number(row[tool]) or 0)] += 1
        lines.append(f"| {name}: {len(group)} | {' | '.join(map(str, won.values()))} | {late} |")
    return "\n".join(lines)


def size(row: dict[str, str]) -> int:
    """How many regions a network has."""
    return int(row["cells"])


def degenerate() -> str:
    """Counts on degenerate networks: right, wrong, refused."""
    table = rows("benchmarks-regions.md", "regions-degenerate")
    lines = ["| tool | right | wrong | refused |", "|---|---|---|---|"]
    for tool in ("exactnet", "regioncam", "relucent"):
        refused = sum("refused" in row[tool] for row in table)
        wrong = sum(bool(BOLD.search(row[tool])) for row in table)
        lines.append(f"| {tool} | {len(table) - wrong - refused} | {wrong} | {refused} |")
    return "\n".join(lines)


def boundary() -> str:
    """Answers on bench/boundary: right, wrong, none."""
    lines = ["| tool | right | false proofs | false alarms | no answer | median s |"]
    lines += ["|---|---|---|---|---|---|"]
    for row in rows("export.md", "verifiers"):
        cells = " ".join(text for name, text in row.items() if name.startswith("2^"))
        right = sum(int(found) for found in re.findall(r"(\d+)/\d+", cells))
        counts = [
            sum(int(found) for found in re.findall(rf"(\d+) {what}", cells))
            for what in ("false proof", "false alarm")
        ]
        left = [*map(str, counts), row["no answer"], row["median s"]]
        lines.append(f"| {row['tool']} | {right} | {' | '.join(left)} |")
    return "\n".join(lines)


def main(name: str) -> str:
    """One of the tables."""
    return {"speeds": speeds, "degenerate": degenerate, "boundary": boundary}[name]()
