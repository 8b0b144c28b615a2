"""The command line: outputs, exit statuses, and one line for every kind of bad input."""

import json
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from runner import Capture, run, wait_for_work

import exactnet as en
from exactnet.cli.main import main


def test_fractals_lists_the_gallery_with_its_evidence(capsys: Capture) -> None:
    status, out, err = run(capsys, "fractals", "--json")
    entries = {entry["name"]: entry for entry in json.loads(out)["fractals"]}
    assert (status, err) == (0, "")
    assert set(entries) == set(en.gallery.names())
    assert entries["sierpinski"]["images"] == "touching"
    assert entries["sierpinski"]["shared_point"] == "(0, 0)"
    assert entries["cantor-dust"]["separation"] == "2"
    assert entries["rotated-dust"]["contractions"][0] == {"sup_norm": "7/20", "euclidean": True}
    assert run(capsys, "fractals")[1].splitlines()[0].split()[:3] == ["name", "d", "r"]


def test_fractals_reports_on_a_file_of_ones_own(capsys: Capture, tmp_path: Path) -> None:
    path = tmp_path / "thirds.json"
    path.write_text(ifs_file(("1/3", "-2/3"), ("1/3", "0")))
    status, out, _ = run(capsys, "fractals", str(path), "vicsek", "--json")
    mine, vicsek = json.loads(out)["fractals"]
    assert (status, mine["name"], mine["shared_point"]) == (0, "thirds", "(-1/3)")
    assert vicsek["name"] == "vicsek"


def test_prove_prints_the_contracts_keys(capsys: Capture) -> None:
    status, out, err = run(capsys, "prove", "cantor-dust", "--depth", "8", "--json")
    report = json.loads(out)
    assert (status, err) == (0, "")
    assert report["verdict"] == "proved"
    assert report["route"] == "induction"
    assert report["depth"] <= report["bound_depth"] == 17
    assert report["width"] <= report["bound_width"] == 40
    assert report["counterexample"] is None
    assert report["seconds"] < 5
    assert {"rests_on", "certificate"} <= set(report)


@pytest.mark.parametrize("name", en.gallery.names())
def test_all_depths_is_proved_or_refused_with_the_shared_point(capsys: Capture, name: str) -> None:
    status, out, err = run(capsys, "prove", name, "--all-depths", "--json")
    if en.gallery.get(name).contact.value == "disjoint":
        assert (status, json.loads(out)["verdict"], err) == (0, "proved", "")
        return
    assert (status, out) == (2, "")
    assert "share (" in err and err.count("\n") == 1
    status, out, _ = run(capsys, "prove", name, "--all-depths", "--method", "margin", "--json")
    assert (status, json.loads(out)["verdict"]) == (0, "proved")


def test_compile_writes_a_file_that_prove_accepts(capsys: Capture, tmp_path: Path) -> None:
    target = str(tmp_path / "n.json")
    status, out, _ = run(
        capsys,
        "compile",
        "sierpinski",
        "--depth",
        "2",
        "--method",
        "margin",
        "-o",
        target,
        "--json",
    )
    facts = json.loads(out)
    assert (status, facts["depth"], facts["width"], facts["file"]) == (0, 4, 27, target)
    assert en.load_network(target).depth == 4
    arguments = ("prove", "sierpinski", "--depth", "2", "--method", "margin", "--network", target)
    for route in ("auto", "regions", "z3"):
        assert run(capsys, *arguments, "--route", route)[0] == 0
    status, out, _ = run(capsys, *arguments[:2], "--depth", "1", *arguments[4:], "--json")
    report = json.loads(out)
    assert (status, report["verdict"]) == (1, "refuted")
    point, value = report["counterexample"], report["value"]
    assert str(en.load_network(target)(point)[0]) == value


def test_limits_exit_with_3_and_say_why(capsys: Capture) -> None:
    status, out, _ = run(
        capsys, "prove", "cantor-dust", "--depth", "6", "--route", "regions", "--time-limit", "0.2"
    )
    assert status == 3
    assert "unknown by regions" in out
    assert "time limit of 0.2 s" in out


IFS_TEXT = '{"base": [["-1","1"]], "maps": [%s]}'
MAP = '{"matrix": [["%s"]], "translation": ["%s"]}'


def ifs_file(*maps: tuple[str, str]) -> str:
    return IFS_TEXT % ", ".join(MAP % pair for pair in maps)


BAD_IFS = {
    "overlapping": (
        ifs_file(("1/2", "0"), ("1/2", "1/4")),
        "F_1(K_0) and F_2(K_0) that overlap at",
    ),
    "expanding": (ifs_file(("3/2", "0")), "expected a contraction, got sup-norm 3/2"),
    "singular": (ifs_file(("0", "0")), "expected an invertible matrix, got determinant 0"),
    "outside": (ifs_file(("1/3", "5/6")), "expected F_1(K_0) inside K_0, got the point (7/6)"),
    "zero denominator": (ifs_file(("1/0", "0")), "non-zero denominator"),
    "huge exponent": (ifs_file(("1e999999999", "0")), "exponent between -1000 and 1000"),
    "float": (
        '{"base": [[-1, 1]], "maps": [{"matrix": [[0.25]], "translation": [0]}]}',
        "float 0.25",
    ),
    "nan": ('{"base": [[-1, 1]], "maps": [{"matrix": [[NaN]], "translation": [0]}]}', "float NaN"),
    "no maps": (IFS_TEXT % "", "expected at least one map, got none"),
    "no base": ('{"base": [], "maps": [%s]}' % (MAP % ("1/3", "0")), "at least one side"),
    "shapes": (
        '{"base": [[-1, 1], [-1, 1]], "maps": [%s]}' % (MAP % ("1/3", "0")),
        "expected a 2x2 matrix and 2 translation entries",
    ),
    "ragged": (
        '{"base": [[-1,1],[-1,1]], "maps": [{"matrix": [["1/3", 0], [0]], "translation": [0, 0]}]}',
        "expected 2 number(s), got 1",
    ),
    "text for a matrix": (
        '{"base": [[-1, 1]], "maps": [{"matrix": "1/3", "translation": [0]}]}',
        "expected a list of rows, got str",
    ),
    "null": ('{"base": [[-1, 1]], "maps": [null]}', "an object with matrix and translation"),
    "boolean": (
        '{"base": [[-1, 1]], "maps": [{"matrix": [[true]], "translation": [0]}]}',
        "got bool",
    ),
    "truncated": (ifs_file(("1/3", "0"))[:40], "Was the file cut short?"),
    "not an object": ("[1, 2]", "expected a JSON object, got list"),
    "duplicate keys": ('{"base": [[-1, 1]], "base": [[0, 1]], "maps": []}', "'base' twice"),
    "unknown key": ('{"base": [[-1, 1]], "maps": [], "colour": 1}', "'colour'"),
    "deep": ('{"base": ' + "[" * 100_000 + "]" * 100_000 + "}", "nested too deeply"),
    "long number": (IFS_TEXT % (MAP % ("1" * 5000, "0")), "at most 4300 digits"),
    "long integer": ('{"base": [[-1, %s]], "maps": []}' % ("1" * 5000), "at most 4300 digits"),
    "swapped base": ('{"base": [[1, -1]], "maps": [%s]}' % (MAP % ("1/3", "0")), "lower < upper"),
    "name": ('{"base": [[-1, 1]], "name": "a\\nb", "maps": []}', "80 printable characters"),
    "dimensions": (
        '{"base": [' + ", ".join(["[-1, 1]"] * 22) + '], "maps": [' + MAP % ("1/3", "0") + "]}",
        "at most 16 dimensions",
    ),
    "many maps": (ifs_file(*[("1/999", "0")] * 512), "at most 128 maps"),
    "empty": ("", "Was the file cut short?"),
}  # fmt: skip


@pytest.mark.parametrize("kind", BAD_IFS)
def test_bad_fractal_files_are_one_line_and_status_2(
    capsys: Capture, tmp_path: Path, kind: str
) -> None:
    text, message = BAD_IFS[kind]
    path = tmp_path / "mine.json"
    path.write_text(text)
    start = time.monotonic()
    status, out, err = run(capsys, "prove", str(path), "--depth", "2")
    assert (status, out) == (2, "")
    assert err.count("\n") == 1 and err.startswith("exactnet: ")
    assert message in err
    assert time.monotonic() - start < 2


UNIT = {"weight": [["1"]], "bias": ["0"]}
NETWORK = {"format": "exactnet-network/1", "layers": [UNIT]}
BAD_NETWORKS = {
    "format": ({**NETWORK, "format": "exactnet-network/9"}, '"format": "exactnet-network/1"'),
    "no layers": ({**NETWORK, "layers": []}, "a non-empty list 'layers'"),
    "empty weight": ({**NETWORK, "layers": [{"weight": [], "bias": []}]}, "non-empty weight"),
    "shapes": (
        {**NETWORK, "layers": [UNIT, {"weight": [["1", "2"]], "bias": ["0"]}]},
        "expected 1 columns",
    ),
    "bias": ({**NETWORK, "layers": [{"weight": [["1"]], "bias": ["0", "1"]}]}, "one bias per row"),
    "float": ({**NETWORK, "layers": [{"weight": [[0.5]], "bias": ["0"]}]}, "the float 0.5"),
    "activation": (
        {**NETWORK, "layers": [{**UNIT, "activation": ["gelu"]}, UNIT]},
        "'relu', 'identity', 'abs'",
    ),
    "activated readout": (
        {**NETWORK, "layers": [{**UNIT, "activation": ["relu"]}]},
        "the last layer is affine",
    ),
    "missing key": ({**NETWORK, "layers": [{"weight": [["1"]]}]}, "weight, bias"),
    "null weight": ({**NETWORK, "layers": [{"weight": None, "bias": ["0"]}]}, "NoneType"),
    "two inputs": ({**NETWORK, "layers": [{"weight": [["1", "1"]], "bias": ["0"]}]}, "1 inputs"),
}  # fmt: skip


@pytest.mark.parametrize("kind", BAD_NETWORKS)
def test_bad_network_files_are_one_line_and_status_2(
    capsys: Capture, tmp_path: Path, kind: str
) -> None:
    document, message = BAD_NETWORKS[kind]
    path = tmp_path / "net.json"
    path.write_text(json.dumps(document))
    status, out, err = run(capsys, "prove", "cantor", "--depth", "1", "--network", str(path))
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert message in err


BAD_USAGE = [
    (["prove", "cantor", "--depth", "-1"], "0 <= depth <= 1000, got -1"),
    (["prove", "cantor", "--depth", str(10**9)], "0 <= depth <= 1000"),
    (["prove", "cantor", "--depth", "two"], "invalid int value"),
    (["prove", "cantor"], "Give --depth N, or --all-depths"),
    (["prove", "nowhere", "--depth", "1"], "one of cantor, cantor-reversed"),
    (["prove", "nowhere.json", "--depth", "1"], "No such file"),
    (["prove", "/", "--depth", "1"], "directory"),
    (["prove", "cantor", "--depth", "1", "--network", "/nowhere.json"], "No such file"),
    (["prove", "cantor", "--depth", "1", "--method", "magic"], "expected one of"),
    (["prove", "cantor", "--depth", "1", "--margin", "1/8"], "no margin for method 'exact'"),
    (["prove", "cantor", "--depth", "1", "--method", "margin", "--margin", "2"], "0 < margin < 1"),
    (["prove", "cantor", "--depth", "1", "--time-limit", "nan"], "positive number"),
    (["prove", "cantor", "--depth", "1", "--memory-limit", "-5"], "positive number"),
    (["prove", "cantor", "--all-depths", "--route", "z3"], "Drop one of them"),
    (["prove", "uneven-cantor", "--depth", "1", "--method", "fold"], "moves F_1(K_0) off K_1"),
    (["compile", "cantor", "--depth", "1"], "required: -o"),
    (["compile", "cantor", "--depth", "1", "-o", "/nowhere/n.json"], "in a folder that exists"),
    (["compile", "cantor-dust", "--depth", "30", "--method", "union", "-o", "x"], "4^30 cells"),
    (["prove", "cantor", "--depth", "1", "--time-limit", "inf"], "positive number up to"),
    (["prove", "cantor", "--depth", "1", "--network", "/dev/zero"], "a device or a pipe"),
    (["compile", "cantor", "--depth", "1", "-o", "/dev/null"], "a device or a pipe"),
    (["prove", "x" * 5000, "--depth", "1"], "one of cantor"),
    (["prove", "cantor", "--depth", "9" * 5000], "invalid int value"),
    (["frobnicate"], "expected one of"),
    ([], "required: COMMAND"),
]


@pytest.mark.parametrize(("arguments", "message"), BAD_USAGE, ids=lambda value: str(value)[:60])
def test_bad_usage_is_one_line_and_status_2(
    capsys: Capture, arguments: list[str], message: str
) -> None:
    start = time.monotonic()
    status, out, err = run(capsys, *arguments)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert message in err
    assert time.monotonic() - start < 2


@pytest.mark.parametrize("route", ["regions", "z3"])
def test_ctrl_c_is_one_line_and_status_130(route: str) -> None:
    depth = {"regions": "7", "z3": "5"}[route]
    command = [sys.executable, "-m", "exactnet", "prove", "cantor-dust", "--depth", depth]
    process = subprocess.Popen(
        [*command, "--route", route], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    wait_for_work(process, 1.8)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (130, "", "exactnet: interrupted.\n")


def shell(command: str) -> subprocess.CompletedProcess[str]:
    """Run a line of bash in which ``exactnet`` is this package."""
    script = f'exactnet() {{ {sys.executable} -m exactnet "$@"; }}; {command}'
    return subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False)


def test_a_reader_that_goes_away_is_no_error() -> None:
    done = shell("exactnet fractals | head -n 1")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("name")


def test_a_verdict_survives_a_reader_that_goes_away(tmp_path: Path) -> None:
    file = tmp_path / "never.json"
    en.ReluNetwork.of([([[0]], [-1])]).save(file)
    done = shell(
        f"exactnet prove cantor --depth 1 --network {file} | true; echo ${{PIPESTATUS[0]}}"
    )
    assert (done.stdout, done.stderr) == ("1\n", "")


@pytest.mark.parametrize("target", [">/dev/full", ">&-"])
def test_an_output_that_cannot_be_written_is_one_line(target: str) -> None:
    done = shell(f"exactnet fractals {target}")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("exactnet: output: ")


def test_closed_standard_error_keeps_the_status() -> None:
    assert shell("exactnet prove nowhere --depth 1 2>&-").returncode == 2


def test_a_bug_of_ours_is_neither_proved_nor_refuted(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(name: str) -> en.IFS:
        raise ValueError(f"no luck with {name}")

    monkeypatch.setattr("exactnet.cli.prove.find_ifs", broken)
    status, out, err = run(capsys, "prove", "cantor", "--depth", "1")
    assert (status, out) == (3, "")
    assert err.startswith("exactnet: internal error, ValueError: no luck with cantor.")
    monkeypatch.setenv("EXACTNET_TRACEBACK", "1")
    with pytest.raises(ValueError, match="no luck"):
        main(["prove", "cantor", "--depth", "1"])


def test_numbers_too_long_for_a_file_are_refused_before_writing(
    capsys: Capture, tmp_path: Path
) -> None:
    small = tmp_path / "small.json"
    small.write_text(ifs_file(("1/99991", "99990/99991")))
    target = tmp_path / "n.json"
    arguments = ("compile", str(small), "--depth", "1000", "--method", "margin", "-o", str(target))
    status, out, err = run(capsys, *arguments)
    assert (status, out, err.count("\n"), target.exists()) == (2, "", 1, False)
    assert "numbers of at most 4300 digits" in err


def test_a_link_stays_a_link(capsys: Capture, tmp_path: Path) -> None:
    link, target = tmp_path / "link.json", tmp_path / "target.json"
    target.write_text("old")
    link.symlink_to(target)
    assert run(capsys, "compile", "cantor", "--depth", "1", "-o", str(link))[0] == 0
    assert link.is_symlink()
    assert en.load_network(target).depth == 3


def test_progress_is_silent_unless_a_terminal_watches() -> None:
    command = [sys.executable, "-m", "exactnet", "prove", "cantor", "--depth", "3"]
    done = subprocess.run(
        [*command, "--route", "regions"], capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    assert "\033" not in done.stdout


def test_colours_and_progress_appear_on_a_terminal_only() -> None:
    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "exactnet", "prove", "cantor", "--depth", "3"]
    environment = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
    with subprocess.Popen(command, stdout=follower, stderr=follower, env=environment) as process:
        os.close(follower)
        seen = b""
        while chunk := _read(leader):
            seen += chunk
        assert process.wait(timeout=30) == 0
    os.close(leader)
    assert b"\033[32mproved\033[0m by induction" in seen
    assert b"induction: step(F_1(y), p)" in seen


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 4096)
    except OSError:  # the other end of a terminal was closed
        return b""
