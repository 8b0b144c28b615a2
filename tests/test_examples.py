"""Every example runs, and its numbers are what its text says."""

import importlib.util
from fractions import Fraction
from pathlib import Path
from types import ModuleType

import pytest

import exactnet as en

EXAMPLES = sorted((Path(__file__).parent.parent / "examples").glob("*.py"))


def load(name: str) -> ModuleType:
    path = next(path for path in EXAMPLES if path.stem == name)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_example_is_tested_here_and_fits_on_a_page() -> None:
    source = Path(__file__).read_text()
    for path in EXAMPLES:
        assert f'load("{path.stem}")' in source
        assert len(path.read_text().splitlines()) <= 60


def test_a_line_crosses_every_interval_that_its_samples_miss() -> None:
    facts = load("along_a_line").main()
    assert facts["intervals"] == 2**8
    assert facts["lengths"] == {Fraction(1, 4**8)}
    assert 0 < facts["sampled"] < 2**8 < facts["pieces"]


def test_random_networks_have_far_fewer_regions_than_the_bounds() -> None:
    for shape in load("regions_at_initialisation").main():
        assert len(shape["counts"]) == 20
        upper = [row.value for row in en.bounds.table(2, shape["widths"]) if row.kind == "upper"]
        assert shape["mean"] < min(bound for bound in upper if isinstance(bound, int))


def test_float_weights_have_exact_regions() -> None:
    facts = load("regions_of_float_weights").main()
    cx, steepest = facts["complex"], facts["lipschitz"]
    assert facts["counts"]["proper"] == len(cx) > 500
    gradient = cx.affine_piece(steepest.cell).weight[0]
    assert max(map(abs, gradient)) == steepest.value
    assert facts["boundary"].betti[0] - facts["boundary"].betti[1] == facts["boundary"].euler


def test_a_sceptic_accepts_the_proof_and_no_spoiled_one() -> None:
    honest, wrong_proof, wrong_network = load("certificate_for_a_sceptic").main()
    assert honest.startswith("accepted: for every n >= 0")
    assert wrong_proof.startswith("rejected")
    assert wrong_network.startswith("rejected")


def test_demo_proves_counts_and_draws(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    facts = load("demo").main(str(tmp_path / "out"))
    assert facts["proof"] is en.Proved
    assert facts["every"] is en.Proved
    assert 64 <= facts["regions"] <= facts["bound"]
    assert (tmp_path / "out" / "cantor-dust.png").read_bytes().startswith(b"\x89PNG")
    assert en.load_network(tmp_path / "out" / "cantor-dust.json").depth == 7
    assert "Proof for every depth: proved" in capsys.readouterr().out


def test_sampling_misses_what_both_provers_find() -> None:
    rows = load("proof_that_sampling_misses").main()
    assert all(row[2:] == (en.Refuted, en.Refuted) for row in rows)
    found = [count for _, count, *_ in rows]
    assert found[0] > found[1] > 0
    assert found[-2:] == [0, 0]


def test_the_strip_of_the_talks_literal_induction_is_accepted_for_every_slope() -> None:
    module = load("proof_that_sampling_misses")
    ifs = en.gallery.cantor_dust()
    for slope in module.SLOPES:
        net = module.without_penalty(ifs, 2, slope)
        x = (Fraction(-1, 2) + 1 / (8 * slope), Fraction(3, 4))
        assert net(x)[0] >= 0
        assert x not in ifs.prefractal(2)
        assert en.compile_ifs(ifs, 2)(x)[0] < 0


def test_a_fractal_of_ones_own_is_proved_at_every_depth() -> None:
    facts = load("your_own_fractal").main()
    assert facts["every"] is en.Proved
    assert facts["inside"] == 0 > facts["outside"]


def test_pictures_show_all_regions(tmp_path: Path) -> None:
    module = load("pictures")
    regions = module.main(str(tmp_path), wide=20)
    assert (regions["cantor-dust"], regions["sawtooth"]) == (4252, 16)
    random = en.count_regions(module.dense([2, 16, 16, 1], 8), module.SQUARE)
    assert regions["random"] == random
    assert all((tmp_path / f"{name}.png").stat().st_size > 20_000 for name in regions)


def test_a_naive_exporter_is_found_out_within_100_networks_and_in_a_readable_case() -> None:
    facts = load("naive_exporter").main()
    net = facts["shrunk"]
    assert facts["passed"] == 500
    assert facts["examples"] < 100
    assert (net.inputs, net.outputs, net.depth, net.width) == (1, 1, 1, 2)
    assert sum(value != 0 for layer in net.layers for row in layer.rows for value in row) <= 3


def test_every_depth_separation_is_proved_and_drawn(tmp_path: Path) -> None:
    facts = load("separations").main(str(tmp_path))
    assert list(facts) == list(en.separations.names())
    assert {verdict for verdict, _ in facts.values()} == {"proved"}
    assert (facts["l1-radial"][1], facts["ball"][1], facts["circuit"][1]) == (8, 96, 16)
    assert all((tmp_path / f"separation-{name}.png").stat().st_size > 15_000 for name in facts)


def test_a_trained_network_is_read_exactly_and_proved() -> None:
    facts = load("trained_in_torch").main()
    net, floats = facts["net"], facts["floats"]
    assert (net.depth, net.width) == (2, 8)
    assert facts["proof"].verdict is en.Proved
    assert facts["regions"] == en.count_regions(net, [(-1, 1), (-1, 1)]) > 8
    assert 0 < floats.bound[0] < Fraction(1, 10**4)


def test_a_quantised_network_is_farther_off_than_any_sample_says() -> None:
    facts = load("quantised_to_8_bits").main()
    for sampled, largest in facts.values():
        assert 0 < sampled < largest
    assert facts["float16"][1] < facts["int8"][1] < Fraction(1, 100)
