"""VNN-LIB: queries mean what their notes say, the gaps are covered, rounding is sound."""

import re
from fractions import Fraction as F
from pathlib import Path
from random import Random

import pytest

import exactnet as en
from exactnet.bridges.decimals import ceiling_to, floor_to, to_decimal
from exactnet.bridges.rounding import FLOAT32, FLOAT64
from exactnet.bridges.vnnlib.competition import save_vnncomp
from exactnet.bridges.vnnlib.export import VnnQuery, to_vnnlib

BOUND = re.compile(r"\((<=|>=) ([XY])_(\d+) (-?[\d.]+)\)")


def margin_claim(name: str, depth: int, **options: object) -> en.Claim:
    ifs = en.gallery.get(name)
    net = en.compile_ifs(ifs, depth, "margin", "1/8")
    return en.realizes(net, ifs, depth, "1/8", **options)  # type: ignore[arg-type]


def holds(query: VnnQuery, x: list[F]) -> bool:
    row = [*x, F(1)]
    return all(sum(a * b for a, b in zip(r, row, strict=True)) >= 0 for r in query.inside())


@pytest.mark.parametrize(
    ("name", "depth", "count"),
    [("cantor-dust", 2, 31), ("vicsek", 1, 9), ("cantor-reversed", 2, 7)],
)
def test_queries_cover_cells_and_gaps_and_nothing_else(name: str, depth: int, count: int) -> None:
    claim = margin_claim(name, depth)
    queries = to_vnnlib(claim).queries
    assert len(queries) == count
    random, base = Random(1), claim.labelling.ifs.base
    for _ in range(300):
        x = [
            a + (b - a) * F(random.randint(0, 720), 720)
            for a, b in zip(base.lower, base.upper, strict=True)
        ]
        label = claim.labelling.label(x)
        kinds = {query.positive for query in queries if holds(query, x)}
        assert label is None or (label == 1) in kinds
    for query in queries:
        for _ in range(10):  # faces belong to both sides, and bounds are rounded outwards
            inner = [
                a + (b - a) * F(random.randint(1, 99), 100)
                for a, b in zip(query.lower, query.upper, strict=True)
            ]
            assert claim.labelling.label(inner) == (1 if query.positive else -1)


@pytest.mark.parametrize("shift", [F(1, 2**20), F(-1, 2**20)])
@pytest.mark.parametrize("name", ["cantor-dust", "rotated-dust"])
def test_proofs_answer_the_queries(name: str, shift: F) -> None:
    claim = margin_claim(name, 1)
    part = "any" if name == "cantor-dust" else "positives"
    for query in to_vnnlib(claim, part=part, shift=shift).queries:
        result = en.prove_property(claim.network, query.inside(), [query.goal(abs(shift) / 4)])
        assert result.verdict is (en.Proved if shift > 0 else en.Refuted)


def test_the_file_is_the_queries(tmp_path: Path) -> None:
    claim = margin_claim("cantor-dust", 1)
    path = tmp_path / "all.vnnlib"
    made = to_vnnlib(claim, path)
    text = path.read_text()
    assert text == made.text()
    assert text.count("(and ") == len(made.queries) == 7
    code = "".join(line for line in text.splitlines() if not line.startswith(";"))
    assert code.count("(") == code.count(")")
    for query, (name, single) in zip(made.queries, made.texts(), strict=True):
        bounds = BOUND.findall(single)
        assert name == query.name
        assert len(bounds) == 2 * len(query.lower) + 1
        for relation, kind, number, value in bounds:
            ends = query.upper if relation == "<=" else query.lower
            assert F(value) == (query.threshold if kind == "Y" else ends[int(number)])
        assert f"; {name}: {query.note}" in single


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_rounding_outwards_encloses_and_inwards_is_enclosed(dtype: str) -> None:
    claim = margin_claim("cantor", 2)
    low, high = F(-71, 72), F(-57, 72)  # of cell 1.1: centre -8/9, half side 7/8 of 1/9
    wide = {q.name: q for q in to_vnnlib(claim, shift="1/3", dtype=dtype).queries}
    narrow = {
        q.name: q for q in to_vnnlib(claim, shift="1/3", dtype=dtype, rounding="inward").queries
    }
    assert list(wide) == list(narrow)
    fmt = FLOAT32 if dtype == "float32" else FLOAT64
    for name, outer in wide.items():
        inner = narrow[name]
        assert outer.lower[0] <= inner.lower[0] <= inner.upper[0] <= outer.upper[0]
        for query in (outer, inner):
            assert all(fmt.holds(v) for v in (*query.lower, *query.upper, query.threshold))
        assert (outer.threshold > inner.threshold) == outer.positive
        assert "rounded outwards" in outer.note and "rounded inwards" in inner.note
        assert "sat refutes it if x lies there" in outer.note
        assert "unsat proves nothing about the sliver" in inner.note
    cell, core = wide["cell.1.1"], narrow["cell.1.1"]
    assert cell.lower[0] <= low <= core.lower[0] < core.upper[0] <= high <= cell.upper[0]


def test_notes_tell_weaker_from_stronger() -> None:
    claim = margin_claim("cantor-dust", 1)

    def first(**options: str) -> str:
        return to_vnnlib(claim, **options).queries[0].note  # type: ignore[arg-type]

    assert first(shift="1/2") == (
        "exact numbers; unsat proves f > 0 there, which is weaker than the claim; sat refutes it"
    )
    assert first(shift="0").endswith("as strong as the claim; sat does not refute it")
    assert first(shift="-1/8").endswith("stronger than the claim; sat does not refute it")


def test_cells_that_are_no_boxes_are_halfspaces_and_their_gaps_are_refused() -> None:
    claim = margin_claim("rotated-dust", 1)
    query = to_vnnlib(claim, part="positives").queries[0]
    assert len(query.rows) == 4
    assert query.note.startswith("exact numbers")
    with pytest.raises(en.InputError, match="vnnlib: expected maps that take boxes to boxes"):
        to_vnnlib(claim)


def test_a_domain_clips_the_queries() -> None:
    claim = margin_claim("cantor-dust", 1, domain=en.Box.of([("-3/4", 0), ("-3/4", 1)]))
    queries = to_vnnlib(claim).queries
    assert {q.name for q in queries} == {
        "cell.1",
        "cell.2",
        "gap.base.1",
        "gap.base.2",
        "gap.base.3",
    }
    assert all(q.lower[0] >= F(-3, 4) and q.upper[0] <= 0 for q in queries)


@pytest.mark.parametrize("domain", [("1/4", 1), ("-1/4", "3/4")])
def test_a_gap_that_a_domain_only_touches_is_not_asked_about(domain: tuple[str, str]) -> None:
    """With K_1 = [-1, -1/4] u [1/4, 1], the face 1/4 of the gap is positive."""
    ifs = en.gallery.cantor(1, "3/8")
    claim = en.realizes(
        en.ReluNetwork.of([([[1]], [0])]), ifs, 1, domain=en.Box.of([domain]), margin="1/8"
    )
    names = [query.name for query in to_vnnlib(claim).queries if not query.positive]
    assert names == ([] if domain[0] == "1/4" else ["gap.base.1"])
    assert claim.labelling.label(["1/4"]) is None


def test_a_box_cut_by_a_domain_and_rounded_is_not_called_exact() -> None:
    ifs = en.gallery.rotated_dust()
    net = en.compile_ifs(ifs, 1, "margin", "1/8")
    for domain, note in (
        (None, "exact numbers"),
        ([(-1, 1), (-1, 1)], "exact numbers"),
        ([("-2/3", 1), (-1, 1)], "rounded outwards to float64"),
    ):
        box = None if domain is None else en.Box.of(domain)
        claim = en.realizes(net, ifs, 1, "1/8", domain=box)
        assert to_vnnlib(claim, part="positives").queries[0].note.startswith(note)


def test_gaps_that_lie_in_an_enlarged_neighbour_are_refused() -> None:
    """Touching images, enlarged, overlap: a gap inside of one has positive points of another."""
    ifs = en.gallery.sierpinski()
    net = en.ReluNetwork.of([([[1, 0]], [0])])
    claim = en.realizes(net, ifs, 2, "1/8", side="outer")
    with pytest.raises(en.InputError, match="enlarged images that do not overlap, for the gaps"):
        to_vnnlib(claim)
    assert len(to_vnnlib(claim, part="positives").queries) == 9
    apart = en.realizes(net, en.gallery.cantor_dust(), 2, "1/8", side="outer")
    random = Random(2)
    for query in to_vnnlib(apart, part="negatives").queries:
        for _ in range(5):
            ends = zip(query.lower, query.upper, strict=True)
            point = [a + (b - a) * F(random.randint(1, 99), 100) for a, b in ends]
            assert apart.labelling.label(point) == -1


def test_a_grid_of_gaps_that_explodes_is_refused() -> None:
    """Six cubes on the diagonal of a cube of six dimensions draw a grid of 13^6 places."""
    small = [[F(int(i == j), 20) for j in range(6)] for i in range(6)]
    ifs = en.IFS.of([(small, [F(k, 3)] * 6) for k in (-5, -3, -1, 1, 3, 5)], base=[(-2, 2)] * 6)
    claim = en.realizes(en.ReluNetwork.of([([[1] * 6], [0])]), ifs, 1)
    with pytest.raises(en.InputError, match="gaps on a grid of at most 1000000 places, got more"):
        to_vnnlib(claim)
    assert len(to_vnnlib(claim, part="positives").queries) == 6


def test_halfspaces_have_integers_of_any_length() -> None:
    small = F(1, 10**99 + 7)
    matrix = [[small * F(3, 5), -small * F(4, 5)], [small * F(4, 5), small * F(3, 5)]]
    ifs = en.IFS.of([(matrix, [0, 0])])
    claim = en.realizes(en.ReluNetwork.of([([[1, 0]], [0])]), ifs, 60)
    text = to_vnnlib(claim, part="positives").text()
    assert max(map(len, re.findall(r"\d+", text))) > 4300


def test_a_folder_has_the_layout_of_the_competition(tmp_path: Path) -> None:
    claim = margin_claim("cantor-dust", 1)
    made = to_vnnlib(claim)
    report = save_vnncomp(claim.network, made, tmp_path / "bench", "dust")
    assert report.exact
    lines = (tmp_path / "bench/instances.csv").read_text().splitlines()
    assert lines[0] == "onnx/dust.onnx,vnnlib/cell.1.vnnlib,60"
    for line in lines:
        onnx, vnnlib, _ = line.split(",")
        assert (tmp_path / "bench" / onnx).is_file() and (tmp_path / "bench" / vnnlib).is_file()
    from exactnet.bridges.files import load_network

    assert load_network(tmp_path / "bench/onnx/dust.onnx") == claim.network


def test_what_cannot_be_asked_is_refused() -> None:
    claim = margin_claim("cantor-dust", 1)
    for options, text in [
        ({"part": "gaps"}, "part: expected one of any"),
        ({"rounding": "nearest"}, "rounding: expected one of outward"),
        ({"shift": 0.1}, "shift: expected int, str or Fraction, got float"),
        ({"dtype": "decimal"}, "dtype: expected one of float16"),
        ({"shift": 10**5, "dtype": "float16"}, r"vnnlib: expected numbers of float16, got one of"),
    ]:
        with pytest.raises(en.ExactnetError, match=text):
            to_vnnlib(claim, **options)  # type: ignore[arg-type]
    ifs = en.gallery.cantor_dust()
    deep = en.realizes(en.compile_ifs(ifs, 8), ifs, 8)
    with pytest.raises(en.InputError, match="depth: expected at most 16384 cells"):
        to_vnnlib(deep)


def test_decimals_have_every_digit_and_rounding_brackets() -> None:
    for value in (F(0), F(-1, 2**60), F(12345, 2**7), F(-7), F(3, 2**40)):
        assert F(to_decimal(value)) == value
    with pytest.raises(ValueError, match="not dyadic"):
        to_decimal(F(1, 3))
    for value in (F(1, 3), F(-2, 7), F(1, 10**9), F(5)):
        low, high = floor_to(FLOAT32, value), ceiling_to(FLOAT32, value)
        assert low <= value <= high and high - low <= FLOAT32.ulp(value)
        assert (low == high) == FLOAT32.holds(value)
