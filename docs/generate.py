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
import contextlib
import io
import random
import re
import runpy
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import comparison_tables
import public_names
import transcripts

import exactnet as en
from exactnet.cli import main as cli
from exactnet.constructions.compile import METHODS
from exactnet.constructions.residues import Residue, fewest_changes
from exactnet.constructions.scores import SCORES

ROOT = Path(__file__).parent.parent
PART = re.compile(r"(<!-- generated: ([\w-]+)((?: [\w./-]+)*) -->\n).*?(<!-- end -->)", re.DOTALL)
COMMENT = re.compile(r"\(\*.*?\*\)", re.DOTALL)
KEYWORDS = "Theorem|Corollary|Lemma|Definition|Fixpoint|Inductive|Record"


def evidence() -> str:
    """Which construction is proved for which fractal, with its size at n = 3."""
    lines = [
        f"| fractal | d | r | images | {' | '.join(METHODS)} |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name in en.gallery.names():
        ifs = en.gallery.get(name)
        cells = []
        for method in METHODS:
            try:
                net = en.compile_ifs(ifs, 3, method)
            except en.ConstructionError:
                cells.append("refused")
                continue
            result = en.prove_all_depths(ifs, method)
            cells.append(f"{result.verdict.value}, {net.depth} x {net.width}")
        lines.append(
            f"| {name} | {ifs.dim} | {ifs.r} | {ifs.contact.value} | {' | '.join(cells)} |"
        )
    return "\n".join(lines)


def coq(file: str, *names: str) -> str:
    """Statements and definitions of a file in proofs/, word for word and without their proofs."""
    text = (ROOT / "proofs" / file).read_text(encoding="utf-8")
    return "```coq\n" + "\n\n".join(_sentence(file, text, name) for name in names) + "\n```"


def fizzbuzz() -> str:
    """Sizes of FizzBuzz scores by method for ten bits, with the bound on changes of sign."""
    lines = [
        "| m | changes | at least | hats | zigzag | comb | fold |",
        "|---|---|---|---|---|---|---|",
    ]
    for modulus in (2, 3, 4, 5, 7, 9, 10):
        residue = Residue.of(modulus, 10)
        sizes = []
        for score in SCORES.values():
            net = score(residue)
            widths = " + ".join(str(layer.outputs) for layer in net.layers[:-1])
            sizes.append(widths or "0")
        bound = fewest_changes(modulus, 10)
        lines.append(f"| {modulus} | {residue.changes} | {bound} | {' | '.join(sizes)} |")
    return "\n".join(lines)


def _sentence(file: str, text: str, name: str) -> str:
    """From the keyword to the period that ends it: the first one with white space behind it."""
    sentence = rf"^(?:{KEYWORDS}) {name}\b.*?\.(?=\s)"
    found = re.findall(sentence, text, re.DOTALL | re.MULTILINE)
    if len(found) != 1 or COMMENT.search(found[0]):
        raise SystemExit(
            f"generate: expected one statement {name} without comments in proofs/{file}, "
            f"got {len(found)}. Correct the name on the page, or the file."
        )
    return str(found[0])


def names() -> str:
    """Every public name, with a link to where it is described."""
    return public_names.index()


def source(file: str) -> str:
    """A file of the repository, as a block with its name."""
    path = ROOT / file
    language = {".mjs": "js", ".py": "python", ".sh": "sh"}[path.suffix]
    return f'```{language} title="{path.name}"\n{path.read_text(encoding="utf-8")}```'


def separations(table: str) -> str:
    """A table of the depth separations."""
    return _output("bench/separations.py", table)


def transcribed() -> str:
    """Three goals of a new user, from a fresh clone on."""
    return transcripts.main()


def sampling() -> str:
    """The output of the example on the missing penalty."""
    return "```text\n" + _output("examples/proof_that_sampling_misses.py") + "```"


def naive_exporter() -> str:
    """The output of the example on property-based testing."""
    return "```text\n" + _output("examples/naive_exporter.py") + "```"


def mutations() -> str:
    """The output of the mutation bench."""
    return "```text\n" + _output("bench/mutations.py") + "```"


def routes() -> str:
    """Seconds by route and depth."""
    return _output("bench/routes.py")


def certificates() -> str:
    """Making and checking certificates."""
    return _output("bench/certificates.py")


def exported() -> str:
    """Exported networks in a process with torch alone."""
    return "```text\n" + _output("bench/exported.py") + "```"


def torch_speed() -> str:
    """Evaluation by torch and by exact batches."""
    return _output("bench/torch_speed.py")


def verifiers() -> str:
    """Verifiers on bench/boundary."""
    if not _environments:
        raise SystemExit("generate: expected --verifiers FOLDER, got none. See bench/README.md.")
    return _output("bench/verifiers.py", "--envs", _environments[0], "--limit", "10")


def commands() -> str:
    """Every command with its arguments, from the parser itself."""
    (sub,) = (a for a in cli.parser()._actions if isinstance(a, argparse._SubParsersAction))
    lines = []
    for choice in sub._choices_actions:
        lines += [f"## {choice.dest}", "", f"{str(choice.help)[0].upper()}{str(choice.help)[1:]}."]
        lines += ["", "| argument | meaning |", "|---|---|"]
        for action in sub.choices[choice.dest]._actions:
            if not isinstance(action, argparse._HelpAction):
                lines.append(f"| `{_argument(action)}` | {_meaning(action)} |")
        lines.append("")
    return "\n".join(lines)


def _argument(action: argparse.Action) -> str:
    """How an argument is written."""
    value = "" if action.nargs == 0 else f" {_value(action)}"
    names = ", ".join(action.option_strings)
    text = f"{names}{value}" if names else _value(action)
    return text if action.required else f"[{text}]"


def _value(action: argparse.Action) -> str:
    """What stands for the value of an argument."""
    if action.metavar is None and action.choices is not None:
        return "{" + ",".join(map(str, action.choices)) + "}"
    name = action.metavar if isinstance(action.metavar, str) else action.dest.upper()
    return f"{name} ..." if action.nargs in ("*", "+") else name


def _meaning(action: argparse.Action) -> str:
    """The help of an argument, or its default."""
    if action.help:
        return action.help.replace("|", "\\|")
    return f"default: {action.default}" if action.default is not None else ""


def dimensions() -> str:
    """Faces and bytes a cell by input dimension, for networks with random integer weights."""
    lines = ["| network | cells | faces a cell | bytes a cell |", "|---|---|---|---|"]
    for d, width in ((1, 64), (2, 24), (3, 12), (4, 8), (5, 6), (6, 4)):
        source = random.Random(d)
        sizes = [d, width, width]
        layers = [
            (
                [[source.randint(-99, 99) for _ in range(before)] for _ in range(after)],
                [source.randint(-99, 99) for _ in range(after)],
            )
            for before, after in pairwise([*sizes, 1])
        ]
        cx = en.enumerate_regions(en.ReluNetwork.of(layers), box=[(-1, 1)] * d)
        patch = cx.patch
        arrays = (patch.table, patch.pool, patch.fhist, patch.vhist, patch.values, patch.rho)
        size = sum(array.nbytes for array in arrays)
        faces = sum(cx.f_vector)
        lines.append(
            f"| {d}-{width}-{width} | {len(cx)} | {faces / len(cx):.1f} | {size // len(cx)} |"
        )
    return "\n".join(lines)


def agreement() -> str:
    """The kernel against the reference enumerator."""
    return "```text\n" + _output("bench/agreement.py") + "```"


def region_table(name: str) -> Callable[[], str]:
    """A table of bench/regions.py."""

    def run() -> str:
        peers = ("--peers", _peers[0]) if _peers else ()
        return _output("bench/regions.py", "--tables", name, "--limit", "10", *peers)

    return run


def experiment(name: str) -> Callable[[], str]:
    """A small experiment; its figures go to docs/images."""
    images = ("--images", str(ROOT / "docs" / "images"))
    return lambda: _output("bench/learning.py", name, *images)


_peers: list[str] = []
_environments: list[str] = []


def _output(script: str, *options: str) -> str:
    """What a script prints on standard output."""
    printed = io.StringIO()
    arguments, sys.argv = sys.argv, [script, *options]
    sys.path.insert(0, str(ROOT / "bench"))
    try:
        with contextlib.redirect_stdout(printed), contextlib.suppress(SystemExit):
            runpy.run_path(str(ROOT / script), run_name="__main__")
    finally:
        sys.argv = arguments
        sys.path.remove(str(ROOT / "bench"))
    return printed.getvalue()


STABLE: dict[str, Callable[..., str]] = {
    "commands": commands,
    "coq": coq,
    "evidence": evidence,
    "fizzbuzz": fizzbuzz,
    "naive-exporter": naive_exporter,
    "sampling": sampling,
    "comparison": comparison_tables.main,
    "names": names,
    "source": source,
    "dimensions": dimensions,
    "separations": separations,
}
EXPERIMENTS = ("curves", "grid", "fractals", "growing", "cifar10", "fizzbuzz", "from-exact")
TABLES = ("ours", "large", "cores", "start", "profile", "peers", "degenerate")
MEASURED: dict[str, Callable[..., str]] = {
    "certificates": certificates,
    "equivalence": lambda: "```text\n" + _output("bench/equivalence.py") + "```",
    "exported": exported,
    "gradient-shares": lambda: _output("bench/gradient.py", "--tables", "zeros"),
    "transcripts": transcribed,
    "torch-speed": torch_speed,
    "verifiers": verifiers,
    "mutations": mutations,
    "routes": routes,
    "agreement": agreement,
    "learning-throughput": lambda: _output("bench/throughput.py"),
    "learning-cost": lambda: _output("bench/learning.py", "--cost"),
    "learning-cifar10-cost": lambda: _output("bench/images.py"),
    **{f"learning-{name}": experiment(name) for name in EXPERIMENTS},
    **{f"regions-{name}": region_table(name) for name in TABLES},
}


def main() -> int:
    """Rewrite or check the generated parts; the exit status."""
    parser = argparse.ArgumentParser(description="generated parts of the documentation")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--measure", action="store_true")
    parser.add_argument("--only", default="", help="names of parts, with commas")
    parser.add_argument("--verifiers", help="the folder with the environments of verifiers")
    parser.add_argument("--peers", help="the interpreter that has the peers")
    options = parser.parse_args()
    _peers[:] = [options.peers] if options.peers else []
    _environments[:] = [options.verifiers] if options.verifiers else []
    writers = STABLE | (MEASURED if options.measure else {})
    if options.only:
        writers = {name: (STABLE | MEASURED)[name] for name in options.only.split(",")}
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
            if not options.check:
                page.write_text(new, encoding="utf-8")
    print(f"{'out of date' if options.check else 'rewritten'}: {', '.join(stale) or 'nothing'}")
    return int(options.check and bool(stale))


if __name__ == "__main__":
    sys.exit(main())
