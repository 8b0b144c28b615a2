"""``exactnet bounds`` and ``exactnet line``."""

import json
import sys
import time
from fractions import Fraction as F
from pathlib import Path

import pytest
from runner import Capture, dense, run

import exactnet as en
from exactnet.cli.output import as_json, short
from exactnet.exact.rationals import to_text

TENT = en.ReluNetwork.of([([[1], [1]], [0, "-1/2"]), ([[2, -4]], [0])])


def test_bounds_are_those_of_the_table(capsys: Capture) -> None:
    status, out, err = run(capsys, "bounds", "--dim", "2", "--width", "6", "--depth", "3", "--json")
    found = json.loads(out)
    assert (status, err) == (0, "")
    assert (found["dim"], found["widths"], found["regions"]) == (2, [6, 6, 6], None)
    for row in en.bounds.table(2, [6, 6, 6]):
        value = found["bounds"][row.name]
        exact = isinstance(row.value, tuple)
        assert value == ([to_text(end) for end in row.value] if exact else row.value)
        assert (found["kinds"][row.name], found["notes"][row.name]) == (row.kind, row.note)


def test_bounds_print_one_line_each(capsys: Capture) -> None:
    status, out, _ = run(capsys, "bounds", "--dim", "5", "--widths", "4,8,3")
    lines = [line.split() for line in out.splitlines()]
    assert (status, out.splitlines()[0]) == (0, "5 inputs, hidden layers 4, 8, 3")
    assert lines[1][:3] == ["bound", "kind", "value"]
    assert ["serra", "upper", "5979"] in [line[:3] for line in lines]
    assert ["lower_montufar", "lower", "-"] in [line[:3] for line in lines]
    assert run(capsys, "bounds", "--dim", "2", "--width", "9", "--depth", "3")[1].startswith(
        "2 inputs, hidden layers 3 x 9\n"
    )


def test_a_count_stands_beside_the_bounds(capsys: Capture, tmp_path: Path) -> None:
    saw = en.chain([TENT] * 5)
    saw.save(tmp_path / "saw.json")
    arguments = ["bounds", "--network", str(tmp_path / "saw.json"), "--box", "0,1"]
    status, out, _ = run(capsys, *arguments, "--json")
    found = json.loads(out)
    assert (status, found["dim"], found["widths"], found["regions"]) == (0, 1, [2] * 5, 32)
    assert run(capsys, *arguments)[1].splitlines()[-1] == (
        f"exactly 32: {tmp_path / 'saw.json'}, on [0, 1]"
    )
    status, out, _ = run(capsys, "bounds", "cantor-dust", "--depth", "1", "--json")
    ifs = en.gallery.cantor_dust()
    assert json.loads(out)["regions"] == en.count_regions(en.compile_ifs(ifs, 1), ifs.base)


def test_a_count_cut_short_is_a_lower_bound_and_status_3(capsys: Capture, tmp_path: Path) -> None:
    dense([2, 40, 40, 1]).save(tmp_path / "n.json")
    arguments = ["bounds", "--network", str(tmp_path / "n.json"), "--time-limit", "1e-9"]
    status, out, _ = run(capsys, *arguments, "--json")
    found = json.loads(out)
    assert (status, found["regions"]) == (3, None)
    assert found["at_least"] >= 1
    status, out, _ = run(capsys, *arguments)
    assert status == 3
    assert f"at least {found['at_least']}: " in out
    assert "time limit" in out


def test_integers_of_any_length_are_printed_in_full_in_json(capsys: Capture) -> None:
    status, out, _ = run(
        capsys, "bounds", "--dim", "1", "--width", "4096", "--depth", "4", "--json"
    )
    digits = to_text(F(2 ** (4 * 4096)))
    assert (status, len(digits)) == (0, 4933)
    assert f'"trivial": {digits},' in out
    limit = sys.get_int_max_str_digits()
    with pytest.raises(ValueError, match="4300 digits"):
        json.loads(out)  # so a reader in Python must raise its own limit
    assert sys.get_int_max_str_digits() == limit


def test_json_keeps_everything_but_the_length_limit(capsys: Capture) -> None:
    document: dict[str, object] = {
        "a": [1, -(10**4300), {"b": (True, None, "\\u00000", "é", 0.5)}], "c": 10**4400,
    }  # fmt: skip
    assert as_json(document) == 0
    out = capsys.readouterr().out
    assert f"-1{'0' * 4300}" in out
    assert f"1{'0' * 4400}" in out
    before = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(0)
    try:
        found = json.loads(out)
    finally:
        sys.set_int_max_str_digits(before)
    assert found == {
        "a": [1, -(10**4300), {"b": [True, None, "\\u00000", "é", 0.5]}], "c": 10**4400,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"), (-7, "-7"), (10**24 - 1, "9" * 24), (10**24, "1.00e+24"),
        (-123456 * 10**30, "-1.23e+35"), (2**20000, "3.98e+6020"),
    ],
    ids=range(6),
)  # fmt: skip
def test_long_integers_are_shortened_in_tables(value: int, text: str) -> None:
    assert short(value) == text


BAD_BOUNDS = [
    ([], "bounds: expected --dim with --width and --depth, or with --widths, got no --dim."),
    (["--dim", "2"], "got no --width"),
    (["--dim", "2", "--width", "3"], "got no --depth"),
    (["--widths", "3,4"], "got no --dim"),
    (["--dim", "2", "--widths", "3,4", "--depth", "2"], "got both"),
    (["--dim", "2", "--widths", "3;4"], "--widths: expected integers such as 3,4,5, got '3;4'"),
    (["--dim", "0", "--width", "3", "--depth", "1"], "bounds.d: expected an integer >= 1, got 0"),
    (["--dim", "2", "--width", "-3", "--depth", "1"], "an integer >= 1, got -3"),
    (["--dim", "2", "--width", "3", "--depth", "0"], "bounds.layers: expected an integer >= 1"),
    (["--dim", "2", "--widths", "3,0"], "bounds.width_2: expected an integer >= 1, got 0"),
    (["--dim", "9", "--width", "1" + "0" * 9, "--depth", "9"], "widths <= 4096, got 10000"),
    (["--dim", "1" + "0" * 99, "--width", "1", "--depth", "1"], "dim x layers <= 20000, got 1.00"),
    (["--dim", "2", "--width", "2", "--depth", "1" + "0" * 30], "dim x layers <= 20000"),
    (["--dim", "1000", "--width", "1000", "--depth", "20"], "dim x width x units"),
    (["cantor"], "--depth: expected the depth n of cantor, got none"),
    (["cantor", "--depth", "1", "--dim", "2"], "--dim: expected sizes, a fractal or a network"),
    (["cantor", "--depth", "1", "--network", "x.json"], "--network: expected sizes, a fractal"),
    (["--network", "/nowhere.json"], "No such file"),
    (["--network", "cantor-dusk"], "one of cantor"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "message"), BAD_BOUNDS, ids=lambda value: str(value)[:60])
def test_bad_bounds_are_one_line_and_status_2(
    capsys: Capture, arguments: list[str], message: str
) -> None:
    start = time.monotonic()
    status, out, err = run(capsys, "bounds", *arguments)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert message in err
    assert time.monotonic() - start < 5


@pytest.fixture
def tent(tmp_path: Path) -> str:
    TENT.save(tmp_path / "tent.json")
    return str(tmp_path / "tent.json")


def test_a_line_has_its_exact_breakpoints(capsys: Capture, tent: str) -> None:
    status, out, err = run(capsys, "line", tent, "--from", "-1", "--to", "1", "--json")
    found = json.loads(out)
    assert (status, err) == (0, "")
    assert 0 <= found.pop("seconds") < 10
    assert found == {
        "from": ["-1"], "to": ["1"], "pieces": 3, "affine_pieces": 3,
        "parameters": ["0", "1/2", "3/4", "1"],
        "points": [["-1"], ["0"], ["1/2"], ["1"]],
        "values": [["0"], ["0"], ["1"], ["0"]],
        "patterns": ["00", "10", "11"],
    }  # fmt: skip


def test_a_line_prints_a_table_and_takes_fractals(capsys: Capture, tent: str) -> None:
    status, out, _ = run(capsys, "line", tent, "--from", "-1/2", "--to", "3/4")
    assert status == 0
    assert [line.split() for line in out.splitlines()[1:]] == [
        ["t", "x", "f(x)"], ["0", "(-1/2)", "0"], ["2/5", "(0)", "0"], ["4/5", "(1/2)", "1"],
        ["1", "(3/4)", "1/2"],
    ]  # fmt: skip
    assert out.startswith(f"{tent} from (-1/2) to (3/4): 3 pieces, 3 affine\n")
    dust = ("line", "cantor-dust", "--depth", "1", "--from", "-1,-1", "--to", "1,1/2", "--json")
    status, out, _ = run(capsys, *dust)
    net = en.compile_ifs(en.gallery.cantor_dust(), 1)
    pieces = en.breakpoints_along(net, [-1, -1], [1, "1/2"])
    found = json.loads(out)
    assert (status, found["pieces"]) == (0, len(pieces))
    assert found["parameters"] == [to_text(t) for t in pieces.parameters]
    assert [F(y) for (y,) in found["values"]] == [y for (y,) in pieces.values()]


BAD_LINES = [
    (["--from", "0"], "required: --to"),
    (["--from", "0", "--to", "0"], "end: expected a point other than start"),
    (["--from", "0,1", "--to", "1"], "start: expected 1 number(s), got 2"),
    (["--from", "0", "--to", "1,2"], "end: expected 1 number(s), got 2"),
    (["--from", "x", "--to", "1"], "--from: expected a rational such as"),
    (["--from", "", "--to", "1"], "--from: expected a rational such as"),
    (["--from", "0", "--to", "1/0"], "--to: expected a non-zero denominator"),
    (["--from", "0", "--to", "1", "--depth", "2"], "--depth: expected a fractal"),
]


@pytest.mark.parametrize(("arguments", "message"), BAD_LINES, ids=lambda value: str(value)[:60])
def test_bad_lines_are_one_line_and_status_2(
    capsys: Capture, tent: str, arguments: list[str], message: str
) -> None:
    status, out, err = run(capsys, "line", tent, *arguments)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert message in err
