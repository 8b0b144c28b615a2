"""VNN-LIB 2.0: the standard's own parser accepts the files, and they say what those of 1.0 say."""

from fractions import Fraction as F
from pathlib import Path
from random import Random

import onnx
import pytest
import z3
from vnnlib_readers import first, second, vnnlib

import exactnet as en
from exactnet.bridges.vnnlib.competition import save_vnncomp
from exactnet.bridges.vnnlib.export import VnnProperties, VnnQuery, to_vnnlib


def claim_of(name: str, depth: int, domain: en.Box | None = None) -> en.Claim:
    ifs = en.gallery.get(name)
    net = en.compile_ifs(ifs, depth, "margin", "1/8")
    return en.realizes(net, ifs, depth, "1/8", domain=domain)


CASES = {
    "dust": (claim_of("cantor-dust", 2), {}),
    "rounded inwards": (claim_of("cantor-dust", 1), {"shift": "1/3", "rounding": "inward"}),
    "ratio 1/3": (claim_of("vicsek", 1), {"shift": "-1/7", "dtype": "float32"}),
    "a line": (claim_of("cantor-reversed", 2), {"part": "negatives"}),
    "halfspaces": (claim_of("rotated-dust", 1), {"part": "positives"}),
    "clipped": (claim_of("cantor-dust", 1, en.Box.of([("-3/4", 0), ("-3/4", 1)])), {}),
}


def both(name: str) -> tuple[VnnProperties, VnnProperties]:
    claim, options = CASES[name]
    old, new = (to_vnnlib(claim, version=v, **options) for v in ("1.0", "2.0"))  # type: ignore[arg-type]
    assert old.queries == new.queries and old.notes == new.notes
    return old, new


@pytest.mark.parametrize("name", CASES)
def test_both_versions_denote_the_same_set(name: str) -> None:
    old, new = both(name)
    dim = len(old.queries[0].lower)
    x, y = [z3.Real(f"x{j}") for j in range(dim)], z3.Real("y")
    pairs = [(old.text(), new.text())]
    pairs += [(a, b) for (_, a), (_, b) in zip(old.texts(), new.texts(), strict=True)]
    for one, two in pairs:
        solver = z3.Solver()
        solver.add(z3.Xor(first(one, dim)(x, y), second(two)(x, y)))
        assert solver.check() == z3.unsat
    solver = z3.Solver()  # and not because both are empty, or everything
    solver.add(second(new.text())(x, y))
    assert solver.check() == z3.sat
    solver = z3.Solver()
    solver.add(z3.Not(second(new.text())(x, y)))
    assert solver.check() == z3.sat


def asked(query: VnnQuery, x: list[F], y: F) -> bool:
    """The question of a query by its own numbers."""
    inside = all(
        sum(a * b for a, b in zip(r, [*x, F(1)], strict=True)) >= 0 for r in query.inside()
    )
    beyond = sum(a * b for a, b in zip(query.goal(), [*x, y, F(1)], strict=True))
    return inside and beyond <= 0


@pytest.mark.parametrize("name", CASES)
def test_the_parser_and_the_queries_agree_at_rational_points(name: str) -> None:
    _, new = both(name)
    whole = second(new.text())
    random, tiny = Random(2), F(1, 10**30)
    seen = {True: 0, False: 0}
    for query in new.queries:
        for _ in range(12):
            x = [
                random.choice([a, b, (a + b) / 2, a - tiny, b + tiny])
                if random.random() < 0.5 else a + (b - a) * F(random.randint(0, 60), 60)
                for a, b in zip(query.lower, query.upper, strict=True)
            ]  # fmt: skip
            y = query.threshold + random.choice([F(0), tiny, -tiny, F(1, 3), F(-1, 3)])
            expected = any(asked(one, x, y) for one in new.queries)
            assert whole(x, y) == expected
            seen[expected] += 1
    assert min(seen.values()) > 5


def test_each_text_is_its_own_query() -> None:
    _, new = both("dust")
    texts = dict(new.texts())
    assert list(texts) == [query.name for query in new.queries]
    for query in new.queries:
        formula = second(texts[query.name])
        inner = [(a + b) / 2 for a, b in zip(query.lower, query.upper, strict=True)]
        for x in (inner, list(query.upper), [query.upper[0] + 1, *inner[1:]]):
            for y in (query.threshold, query.threshold + 1, query.threshold - 1):
                assert formula(x, y) == asked(query, x, y)
        assert f"; {query.name}: {query.note}" in texts[query.name]


def test_the_declared_tensors_are_those_of_the_model(tmp_path: Path) -> None:
    claim, _ = CASES["dust"]
    save_vnncomp(claim.network, to_vnnlib(claim, version="2.0"), tmp_path, "dust")
    model = onnx.load(tmp_path / "onnx/dust.onnx")
    shapes = [
        [dim.dim_value for dim in value.type.tensor_type.shape.dim]
        for value in (model.graph.input[0], model.graph.output[0])
    ]
    lines = (tmp_path / "instances.csv").read_text().splitlines()
    assert len(lines) == 31
    for line in lines:
        query = vnnlib.parse_query_file(str(tmp_path / line.split(",")[1]))
        [network] = query.networks
        assert (network.name, len(network.hidden)) == ("f", 0)
        [x], [y] = network.inputs, network.outputs
        assert [list(x.shape), list(y.shape)] == shapes == [[1, 2], [1, 1]]
        assert x.dtype == y.dtype == vnnlib.DType.Real


def test_the_parser_rejects_spoiled_files() -> None:
    text = dict(both("dust")[1].texts())["cell.1.1"]
    assert second(text) is not None
    for old, new in [
        ("X[0,1]", "X[0,2]"),
        ("X[0,1]", "X_1"),
        ("Y[0,0]", "Z[0,0]"),
        ("-0.9", "-9e-1"),
        ("(vnnlib-version <2.0>)", ""),
        ("(vnnlib-version <2.0>)", "(vnnlib-version <1.0>)"),
        ("real [1,2]", "real [2]"),
    ]:
        assert old in text
        with pytest.raises(vnnlib.VNNLibException):
            second(text.replace(old, new))


def test_versions_are_named_as_text() -> None:
    claim, _ = CASES["dust"]
    with pytest.raises(en.InputError, match=r"version: expected one of 1\.0, 2\.0, got float 2"):
        to_vnnlib(claim, version=2.0)  # type: ignore[arg-type]
    assert to_vnnlib(claim).text() == to_vnnlib(claim, version="1.0").text()


def test_the_command_writes_the_version_that_was_asked_for(tmp_path: Path) -> None:
    from exactnet.cli.main import main

    base = ["export", "cantor-dust", "--depth", "1", "--method", "margin", "--to", "vnnlib"]
    path = tmp_path / "dust.vnnlib"
    assert main([*base, "--vnnlib-version", "2.0", "-o", str(path)]) == 0
    claim = claim_of("cantor-dust", 1)
    assert path.read_text() == to_vnnlib(claim, version="2.0").text()
    assert main([*base, "-o", str(path)]) == 0
    assert path.read_text() == to_vnnlib(claim).text()
    assert main([*base, "--vnnlib-version", "2.0", "-o", str(tmp_path / "bench")]) == 0
    one = (tmp_path / "bench/vnnlib/cell.1.vnnlib").read_text()
    assert one == dict(to_vnnlib(claim, version="2.0").texts())["cell.1"]


def test_the_command_refuses_versions_of_other_formats(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from exactnet.cli.main import main

    target = str(tmp_path / "n.onnx")
    base = ["export", "cantor", "--depth", "1", "--to", "onnx", "-o", target]
    assert main([*base, "--vnnlib-version", "2.0"]) == 2
    assert "--vnnlib-version: expected --to vnnlib, got --to onnx" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_the_boundary_instances_ask_the_same_in_both_versions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = Path(__file__).parents[2] / "bench/boundary"
    monkeypatch.syspath_prepend(str(base.parent))
    import boundary

    boundary.main(["--output", str(tmp_path), "--vnnlib-version", "2.0"])
    for file in ("instances.csv", "answers.csv"):
        assert (tmp_path / file).read_text() == (base / file).read_text()
    paths = sorted(base.glob("vnnlib/*"))
    assert len(paths) == 96
    for path in paths:
        old, new = path.read_text(), (tmp_path / "vnnlib" / path.name).read_text()
        dim = old.count("(declare-const X_")
        x, y = [z3.Real(f"x{j}") for j in range(dim)], z3.Real("y")
        solver = z3.Solver()
        solver.add(z3.Xor(first(old, dim)(x, y), second(new)(x, y)))
        assert solver.check() == z3.unsat
