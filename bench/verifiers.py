"""Every verifier that a package index installs, on the boundary family, against exact answers.

    python bench/verifiers.py [--envs FOLDER] [--limit 20] [--json FILE] [--only tool,...]

FOLDER has one environment a tool (see bench/README.md). A tool that is not there is a dash. z3 and
cvc5 read the same questions as SMT-LIB in this environment. The answers of bench/boundary are not
taken on trust either: exactnet proves each anew from the files, as the first row.
"""

import argparse
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from select import select

import cvc5
import z3

import exactnet as en
from exactnet.bridges.files import load_network
from exactnet.bridges.smtlib import unrolled

HERE = Path(__file__).parent
FOREIGN = ("marabou", "neuralsat", "pynever", "vibecheck")
BOUND = re.compile(r"\(assert \((<=|>=) ([XY])_(\d+) (-?[\d.]+)\)\)")


@dataclass(frozen=True, slots=True)
class Question:
    """An instance as its two files say it, with the answer that is listed for it."""

    name: str
    onnx: Path
    vnnlib: Path
    answer: str

    @property
    def exponent(self) -> int:
        """The threshold is shifted by 2^-exponent."""
        return int(self.name.rsplit("-", 1)[1])

    def bounds(self) -> Iterator[tuple[str, str, int, Fraction]]:
        """Relation, X or Y, number and value of every assertion in the file."""
        for relation, kind, number, value in BOUND.findall(self.vnnlib.read_text()):
            yield relation, kind, int(number), Fraction(value)

    def box(self) -> list[list[Fraction]]:
        """The sides of the box."""
        ends: dict[int, list[Fraction]] = {}
        for relation, kind, number, value in self.bounds():
            if kind == "X":
                ends.setdefault(number, [value, value])[relation == "<="] = value
        return [ends[k] for k in sorted(ends)]

    def output(self) -> tuple[bool, Fraction]:
        """Whether f <= t is asked for (else f >= t), and t."""
        [(relation, _, _, value)] = [bound for bound in self.bounds() if bound[1] == "Y"]
        return relation == "<=", value


@dataclass(frozen=True, slots=True)
class Answer:
    """What a tool said, and how long it took."""

    said: str
    seconds: float


def questions(base: Path) -> list[Question]:
    listed = dict(
        line.split(",")[:2] for line in (base / "answers.csv").read_text().splitlines()[1:]
    )
    found = []
    for line in (base / "instances.csv").read_text().splitlines():
        onnx, vnnlib, _ = line.split(",")
        name = Path(vnnlib).stem
        found.append(Question(name, base / onnx, base / vnnlib, listed[name]))
    return found


def exact(question: Question, seconds: float) -> str:
    """By proof trees: f >= t + 2^-60 everywhere shows "unsat", a point with f <= t "sat"."""
    net = load_network(question.onnx)
    box = en.Box.of(question.box())
    at_most, threshold = question.output()
    sign = 1 if at_most else -1
    slack = Fraction(1, 2**60)
    for extra, wanted, answer in ((slack, en.Proved, "unsat"), (Fraction(0), en.Refuted, "sat")):
        goal = [0] * net.inputs + [sign, -sign * threshold - extra]
        if en.prove_property(net, box, [goal], en.Limits(seconds)).verdict is wanted:
            return answer
    return "unknown"


def smt_text(question: Question) -> str:
    """The network and the VNN-LIB file as one SMT-LIB problem."""
    lines = ["(set-logic QF_LRA)", *unrolled(load_network(question.onnx))]
    for line in question.vnnlib.read_text().splitlines():
        if line.startswith("(assert"):
            moved = line.replace("X_", "x_").replace("Y_", "y_")
            lines.append(re.sub(r" -([\d.]+)", r" (- \1)", moved))
    return "\n".join([*lines, "(check-sat)"])


def by_z3(question: Question, seconds: float) -> str:
    solver = z3.SolverFor("QF_LRA")
    solver.set("timeout", int(seconds * 1000))
    solver.from_string(smt_text(question).removesuffix("(check-sat)"))
    return str(solver.check())


def by_cvc5(question: Question, seconds: float) -> str:
    solver = cvc5.Solver()
    solver.setOption("tlimit-per", str(int(seconds * 1000)))
    reader = cvc5.InputParser(solver)
    reader.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, smt_text(question), "question")
    said = ""
    while not (command := reader.nextCommand()).isNull():
        said += command.invoke(solver, reader.getSymbolManager())
    return said.strip()


OURS: dict[str, Callable[[Question, float], str]] = {
    "exactnet": exact, "z3": by_z3, "cvc5": by_cvc5,
}  # fmt: skip


def here(tool: str, asked: list[Question], limit: float) -> list[Answer]:
    answers = []
    for question in asked:
        began = time.perf_counter()
        said = OURS[tool](question, limit)
        answers.append(Answer(said, time.perf_counter() - began))
    return answers


class Worker:
    """A tool's process; it is started anew when it hangs or dies."""

    def __init__(self, tool: str, python: Path, scratch: Path) -> None:
        self.command = [str(python), str(HERE / "verifier_workers.py"), tool]
        self.scratch = scratch
        self.process: subprocess.Popen[str] | None = None

    def ask(self, question: Question, limit: float) -> Answer:
        """The tool's answer, or why there is none."""
        if self.process is None and not self._start():
            return Answer("unknown: does not start", 0.0)
        at_most, threshold = question.output()
        document = {
            "onnx": str(question.onnx), "vnnlib": str(question.vnnlib), "seconds": limit,
            "box": [[float(v) for v in side] for side in question.box()],
            "at_most": at_most, "threshold": float(threshold), "scratch": str(self.scratch),
        }  # fmt: skip
        reply = self._exchange(json.dumps(document), 2 * limit + 10)
        if reply is None:
            self.stop()
            return Answer("unknown: hangs or dies", limit)
        return Answer(str(reply["answer"]), float(str(reply["seconds"])))

    def _start(self) -> bool:
        self.process = subprocess.Popen(
            self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True, cwd=self.scratch,
        )  # fmt: skip
        if self._exchange(None, 120) is None:
            self.stop()
            return False
        return True

    def _exchange(self, line: str | None, seconds: float) -> dict[str, object] | None:
        process = self.process
        assert process is not None and process.stdin is not None and process.stdout is not None
        with suppress(BrokenPipeError):
            if line is not None:
                process.stdin.write(line + "\n")
                process.stdin.flush()
            if select([process.stdout], [], [], seconds)[0]:
                reply = process.stdout.readline()
                return dict(json.loads(reply)) if reply else None
        return None

    def stop(self) -> None:
        """End the process; the next question starts another."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


def there(tool: str, python: Path, asked: list[Question], limit: float) -> list[Answer]:
    with tempfile.TemporaryDirectory() as scratch:
        worker = Worker(tool, python, Path(scratch))
        try:
            return [worker.ask(question, limit) for question in asked]
        finally:
            worker.stop()


def cell(pairs: list[tuple[Question, Answer]]) -> str:
    """Right answers, wrong ones by kind, and how many were none."""
    right = sum(answer.said == question.answer for question, answer in pairs)
    proved = sum(a.said == "unsat" and q.answer == "sat" for q, a in pairs)
    refuted = sum(a.said == "sat" and q.answer == "unsat" for q, a in pairs)
    parts = [f"{right}/{len(pairs)}"]
    for count, kind in ((proved, "false proof"), (refuted, "false alarm")):
        parts += [f"**{count} {kind}{'s' if count > 1 else ''}**"] if count else []
    return ", ".join(parts)


def row(tool: str, asked: list[Question], answers: list[Answer] | None) -> str:
    exponents = sorted({question.exponent for question in asked})
    if answers is None:
        return f"| {tool} | {' | '.join('-' for _ in exponents)} | - | - |"
    pairs = list(zip(asked, answers, strict=True))
    cells = [cell([pair for pair in pairs if pair[0].exponent == k]) for k in exponents]
    none = sum(answer.said not in ("sat", "unsat") for answer in answers)
    median = statistics.median(answer.seconds for answer in answers)
    return f"| {tool} | {' | '.join(cells)} | {none} | {median:.2f} |"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="verifiers on the boundary family")
    parser.add_argument("--envs", type=Path, help="a folder with one environment a tool")
    parser.add_argument("--base", type=Path, default=HERE / "boundary")
    parser.add_argument("--limit", type=float, default=20.0, help="seconds a question")
    parser.add_argument("--only", default="", help="tools, with commas")
    parser.add_argument("--json", type=Path, help="keep every answer")
    options = parser.parse_args(arguments)
    asked = questions(options.base.resolve())
    exponents = sorted({question.exponent for question in asked})
    print(f"| tool | {' | '.join(f'2^-{k}' for k in exponents)} | no answer | median s |")
    print(f"|{'---|' * (len(exponents) + 3)}")
    kept: dict[str, dict[str, tuple[str, float]]] = {}
    wrong = 0
    for tool in options.only.split(",") if options.only else (*OURS, *FOREIGN):
        answers: list[Answer] | None = None
        python = (options.envs or Path("/none")).absolute() / tool / "bin/python"
        if tool in OURS:
            answers = here(tool, asked, options.limit)
            wrong += sum(a.said != q.answer for q, a in zip(asked, answers, strict=True))
        elif python.exists():
            answers = there(tool, python.absolute(), asked, options.limit)
        print(row(tool, asked, answers), flush=True)
        if answers is not None:
            kept[tool] = {q.name: (a.said, a.seconds) for q, a in zip(asked, answers, strict=True)}
            if options.json:
                options.json.write_text(json.dumps(kept, indent=1))
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
