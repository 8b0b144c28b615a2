"""Write the boundary family: claims that are true or false by 2^-k, with certified answers.

    python bench/boundary.py [--output bench/boundary] [--vnnlib-version 2.0]

A network that is 1/2 on the cells of K_n and at most -1/2 on its gaps is asked whether it goes down
to 1/2 - s on a cell or up to -1/2 + s in a gap, for s = 2^-k (it does not) and s = -2^-k (it does);
likewise a network that is 0 on K_n and negative off it. All weights and bounds are dyadic: the
ONNX files hold the networks exactly, and every decimal is exact. Two certificates a region settle
all of its queries: a proof that the threshold holds, and a point where it is met with equality.
"""

import argparse
import shutil
import sys
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import exactnet as en
from exactnet.bridges.onnx.export import to_onnx
from exactnet.bridges.vnnlib.competition import OPSET, Instance, make_folders, save_instances
from exactnet.bridges.vnnlib.export import VERSIONS, VnnQuery, to_vnnlib

EXPONENTS = (8, 16, 24, 32, 40, 50)
MOST = Fraction(1, 2 ** max(EXPONENTS))


@dataclass(frozen=True, slots=True)
class Case:
    """A network and the two regions asked about."""

    name: str
    ifs: en.IFS
    depth: int
    method: str
    regions: tuple[str, str]

    def claim(self) -> en.Claim:
        """That the network realises K_n."""
        margin = "1/8" if self.method == "margin" else None
        net = en.compile_ifs(self.ifs, self.depth, self.method, margin)
        return en.realizes(net, self.ifs, self.depth, margin)


LINE, DUST = en.gallery.cantor(1, "1/4"), en.gallery.cantor_dust()
CASES = (
    Case("line-2-margin", LINE, 2, "margin", ("cell.1.2", "gap.1.1")),
    Case("dust-1-margin", DUST, 1, "margin", ("cell.4", "gap.base.2")),
    Case("dust-1-exact", DUST, 1, "exact", ("cell.4", "gap.base.2")),
    Case("dust-2-margin", DUST, 2, "margin", ("cell.1.4", "gap.base.2")),
)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="the boundary family of verification instances")
    parser.add_argument("--output", type=Path, default=Path(__file__).parent / "boundary")
    parser.add_argument("--vnnlib-version", choices=VERSIONS, default="1.0")
    options = parser.parse_args(arguments)
    write(options.output, options.vnnlib_version)
    return 0


def write(base: Path, version: str = "1.0") -> None:
    """The whole folder; what was there before is removed first."""
    for part in ("onnx", "vnnlib", "certificates"):
        shutil.rmtree(base / part, ignore_errors=True)
    make_folders(base)
    (base / "certificates").mkdir()
    instances, answers = [], ["instance,answer,certificate\n"]
    for case in CASES:
        claim = case.claim()
        file = f"onnx/{case.name}.onnx"
        assert to_onnx(claim.network, base / file, "float32", OPSET, batch=1).report.exact
        for region in case.regions:
            certify(base, f"{case.name}.{region}", claim, pick(claim, region, Fraction(0))[0])
            for k in EXPONENTS:
                for sign, answer in ((1, "unsat"), (-1, "sat")):
                    text = pick(claim, region, Fraction(sign, 2**k), version)[1]
                    name = f"{case.name}.{region}.{'plus' if sign > 0 else 'minus'}-{k}"
                    (base / f"vnnlib/{name}.vnnlib").write_text(text)
                    instances.append(Instance(file, f"vnnlib/{name}.vnnlib"))
                    answers.append(f"{name},{answer},{case.name}.{region}.{answer}.json\n")
    save_instances(base, instances)
    (base / "answers.csv").write_text("".join(answers))


def pick(
    claim: en.Claim, region: str, shift: Fraction, version: str = "1.0"
) -> tuple[VnnQuery, str]:
    """The query about a region with a shifted threshold, and its VNN-LIB file."""
    part = "positives" if region.startswith("cell") else "negatives"
    made = to_vnnlib(claim, part=part, shift=shift, version=version)
    query = next(query for query in made.queries if query.name == region)
    return query, dict(made.texts())[region]


def certify(base: Path, name: str, claim: en.Claim, query: VnnQuery) -> None:
    """Two certificates: the threshold holds in the region, and is met within 2^-50 there."""
    inside = en.Halfspaces(query.inside())
    proved = en.prove_property(claim.network, inside, [query.goal()])
    met = en.prove_property(claim.network, inside, [query.goal(MOST)])
    for result, verdict, answer in ((proved, en.Proved, "unsat"), (met, en.Refuted, "sat")):
        assert result.verdict is verdict, (name, answer, result)
        assert result.certificate is not None
        result.certificate.save(base / f"certificates/{name}.{answer}.json")
    point = met.counterexample
    assert point is not None
    assert claim.network(point.point)[0] == query.threshold, (name, point.words())


if __name__ == "__main__":
    sys.exit(main())
