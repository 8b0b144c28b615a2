"""Write the generated parts of README.md and docs/: every number comes from here.

    python docs/generate.py            rewrite the parts that do not depend on the machine
    python docs/generate.py --check    fail if one of them is out of date (what ``make docs`` does)
    python docs/generate.py --measure  also rerun the benchmarks (half an hour, on a quiet machine)
    python docs/generate.py --only routes,regions-ours [--peers PYTHON]    these parts

``--peers`` is the interpreter with the peers of bench/regions.py, ``--verifiers`` the folder with
the environments of bench/verifiers.py (see bench/README.md).

A part stands between ``<!-- generated: NAME -->`` and ``<!-- end -->``. NAME may have arguments:
``coq theory/Fold.v tent fold_theorem`` shows two statements of proofs/theory/Fold.v.
"""

import argparse
import re
import sys
from collections.abc import Callable
from pathlib import Path

import command_reference
import comparison_tables
import coq_statements
import public_names
import tables
import transcripts
from outputs import block, source, table

ROOT = Path(__file__).parent.parent
PART = re.compile(r"(<!-- generated: ([\w-]+)((?: [\w./-]+)*) -->\n).*?(<!-- end -->)", re.DOTALL)
Writers = dict[str, Callable[..., str]]
STABLE: Writers = {
    "commands": command_reference.commands,
    "comparison": comparison_tables.main,
    "coq": coq_statements.statements,
    "dimensions": tables.dimensions,
    "evidence": tables.evidence,
    "fizzbuzz": tables.fizzbuzz,
    "naive-exporter": block("examples/naive_exporter.py"),
    "names": public_names.index,
    "quantised": block("examples/quantised_to_8_bits.py"),
    "sampling": block("examples/proof_that_sampling_misses.py"),
    "separations": lambda name: table("bench/separations.py", name)(),
    "source": source,
}
EXPERIMENTS = ("curves", "grid", "fractals", "growing", "cifar10", "fizzbuzz", "from-exact")
REGIONS = ("ours", "large", "cores", "start", "profile", "peers", "degenerate")


def measured(peers: str | None, verifiers: str | None) -> Writers:
    """The parts that depend on the machine."""
    versus = ("--peers", peers) if peers else ()
    images = ("--images", str(ROOT / "docs" / "images"))

    def against_verifiers() -> str:
        if not verifiers:
            raise SystemExit(
                "generate: expected --verifiers FOLDER, got none. See bench/README.md."
            )
        return table("bench/verifiers.py", "--envs", verifiers, "--limit", "10")()

    return {
        "agreement": block("bench/agreement.py"),
        "certificates": table("bench/certificates.py"),
        "equivalence": block("bench/equivalence.py"),
        "exported": block("bench/exported.py"),
        "gradient-shares": table("bench/gradient.py", "--tables", "zeros"),
        "learning-cifar10-cost": table("bench/images.py"),
        "learning-cost": table("bench/learning.py", "--cost"),
        "learning-throughput": table("bench/throughput.py"),
        "mutations": block("bench/mutations.py"),
        "routes": table("bench/routes.py"),
        "torch-speed": table("bench/torch_speed.py"),
        "transcripts": transcripts.main,
        "verifiers": against_verifiers,
        **{f"learning-{name}": table("bench/learning.py", name, *images) for name in EXPERIMENTS},
        **{
            f"regions-{name}": table("bench/regions.py", "--tables", name, "--limit", "10", *versus)
            for name in REGIONS
        },
    }


def stale_pages(writers: Writers, write: bool) -> list[str]:
    """The pages with a part that its writer no longer gives; they are rewritten if asked to."""
    produced: dict[tuple[str, ...], str] = {}
    stale = []

    def fill(match: re.Match[str]) -> str:
        part = (match[2], *match[3].split())
        name, *arguments = part
        if name not in writers:
            return match[0]
        if part not in produced:
            produced[part] = writers[name](*arguments).strip()
        return f"{match[1]}\n{produced[part]}\n\n{match[4]}"

    for page in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        text = page.read_text(encoding="utf-8")
        new = PART.sub(fill, text)
        if new != text:
            stale.append(page.name)
            if write:
                page.write_text(new, encoding="utf-8")
    return stale


def main() -> int:
    """Rewrite or check the generated parts; the exit status."""
    parser = argparse.ArgumentParser(description="generated parts of the documentation")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--measure", action="store_true")
    parser.add_argument("--only", default="", help="names of parts, with commas")
    parser.add_argument("--verifiers", help="the folder with the environments of verifiers")
    parser.add_argument("--peers", help="the interpreter that has the peers")
    options = parser.parse_args()
    every = STABLE | measured(options.peers, options.verifiers)
    writers = every if options.measure else STABLE
    if options.only:
        names = options.only.split(",")
        if unknown := [name for name in names if name not in every]:
            parser.error(f"--only: expected some of {', '.join(every)}, got {unknown[0]}")
        writers = {name: every[name] for name in names}
    stale = stale_pages(writers, write=not options.check)
    print(f"{'out of date' if options.check else 'rewritten'}: {', '.join(stale) or 'nothing'}")
    return int(options.check and bool(stale))


if __name__ == "__main__":
    sys.exit(main())
