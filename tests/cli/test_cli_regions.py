"""``exactnet regions``: the contract's keys, files, limits, and every kind of bad input."""

import json
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from runner import Capture, dense, run, wait_for_work

import exactnet as en
from exactnet.cli import cluster
from exactnet.exact.rationals import to_text

KEYS = {
    "counts", "bounds", "cells", "facets", "f_vector", "euler", "domain", "complete", "reason",
    "at_least", "seconds",
}  # fmt: skip
NAMES = {"activation", "proper", "convex", "open", "closed", "affine"}
BENT = en.ReluNetwork.of([([[1, 0], [0, 1]], [0, 0]), ([[1, 1]], ["-1/2"])])


@pytest.fixture
def bent(tmp_path: Path) -> str:
    BENT.save(tmp_path / "bent.json")
    return str(tmp_path / "bent.json")


def report(capsys: Capture, *arguments: str, status: int = 0) -> dict[str, Any]:
    found, out, err = run(capsys, "regions", *arguments, "--json")
    assert (found, err) == (status, "")
    document = json.loads(out)
    assert isinstance(document, dict)
    assert set(document) == KEYS
    assert set(document["counts"]) == NAMES
    return document


def test_the_whole_complex_has_the_contracts_keys_and_the_librarys_numbers(
    capsys: Capture,
) -> None:
    found = report(capsys, "cantor-dust", "--depth", "2")
    ifs = en.gallery.cantor_dust()
    net = en.compile_ifs(ifs, 2)
    cx = en.enumerate_regions(net, ifs.base)
    assert found["counts"] == cx.counts()
    assert found["cells"] == len(cx) == found["counts"]["proper"]
    assert found["f_vector"] == list(cx.f_vector)
    assert (found["facets"], found["euler"]) == (cx.f_vector[1], 1)
    assert (found["complete"], found["reason"], found["at_least"]) == (True, "", None)
    assert found["domain"] == [["-1", "1"], ["-1", "1"]]
    assert 0 < found["seconds"] < 60
    widths = [layer.outputs for layer in net.layers[:-1]]
    for row in en.bounds.table(2, widths):
        value = found["bounds"][row.name]
        if isinstance(row.value, tuple):
            assert value == [to_text(end) for end in row.value]
        else:
            assert value == row.value
    convex = found["counts"]["convex"]
    assert isinstance(convex, int) or (len(convex) == 2 and convex[0] < convex[1])


def test_a_network_file_is_counted_on_its_cube_a_box_or_everywhere(
    capsys: Capture, bent: str
) -> None:
    cube = report(capsys, bent)
    assert (cube["counts"]["proper"], cube["domain"]) == (4, [["-1", "1"]] * 2)
    part = report(capsys, bent, "--box", "-1,1", "-2,-1/2")
    assert (part["counts"]["proper"], part["domain"]) == (2, [["-1", "1"], ["-2", "-1/2"]])
    everywhere = report(capsys, bent, "--unbounded")
    assert (everywhere["counts"]["proper"], everywhere["domain"]) == (4, None)
    assert (everywhere["euler"], everywhere["f_vector"]) == (1, [1, 4, 4])


def test_facets_in_one_dimension_are_points(capsys: Capture, tmp_path: Path) -> None:
    tent = en.ReluNetwork.of([([[1], [1]], [0, "-1/2"]), ([[2, -4]], [0])])
    en.chain([tent] * 3).save(tmp_path / "saw.json")
    found = report(capsys, str(tmp_path / "saw.json"), "--box", "0,1")
    assert (found["cells"], found["facets"], found["euler"]) == (8, 9, 1)


def test_a_network_without_hidden_layers_is_one_region_without_bounds(
    capsys: Capture, tmp_path: Path
) -> None:
    en.ReluNetwork.of([([[1, 2]], [3])]).save(tmp_path / "affine.json")
    found = report(capsys, str(tmp_path / "affine.json"))
    assert set(found["counts"].values()) == {1}
    assert set(found["bounds"].values()) == {None}


def test_absolute_values_count_twice_where_a_bound_is_about_relu(
    capsys: Capture, tmp_path: Path
) -> None:
    net = en.ReluNetwork.of([([[1]], [0]), ([[1]], [-1]), ([[1]], [0])], [["abs"], ["abs"]])
    net.save(tmp_path / "abs.json")
    found = report(capsys, str(tmp_path / "abs.json"), "--box", "-2,2")
    assert found["counts"]["proper"] == 4
    assert found["bounds"]["serra"] == found["bounds"]["hinz"] == en.bounds.serra(1, [2, 2])
    assert found["bounds"]["montufar"] == 4


@pytest.mark.parametrize("extra", [["--count"], ["--workers", "2"], ["--resume", "RECORD"]])
def test_a_streamed_count_gives_the_proper_number_only(
    capsys: Capture, tmp_path: Path, extra: list[str]
) -> None:
    extra = [str(tmp_path / "record") if value == "RECORD" else value for value in extra]
    whole = report(capsys, "cantor-dust", "--depth", "2")
    found = report(capsys, "cantor-dust", "--depth", "2", *extra)
    assert found["counts"] == dict.fromkeys(NAMES) | {"proper": whole["counts"]["proper"]}
    assert (found["cells"], found["facets"], found["euler"]) == (whole["cells"], None, None)
    assert found["bounds"] == whole["bounds"]


def test_a_count_goes_on_from_its_record(capsys: Capture, tmp_path: Path) -> None:
    dense([2, 150, 150, 1]).save(tmp_path / "n.json")
    network, record = str(tmp_path / "n.json"), str(tmp_path / "record")
    first = report(capsys, network, "--resume", record, "--workers", "1")
    lines = Path(record).read_text().splitlines()
    Path(record).write_text("\n".join(lines[: len(lines) // 2]) + "\n")
    again = report(capsys, network, "--resume", record)
    assert first["counts"]["proper"] == again["counts"]["proper"] > 20_000
    assert sorted(Path(record).read_text().splitlines()) == sorted(lines)
    status, out, err = run(capsys, "regions", network, "--box", "-1,1", "-1,2", "--resume", record)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert "the record of this count" in err


def test_text_shows_counts_bounds_and_what_was_written(
    capsys: Capture, bent: str, tmp_path: Path
) -> None:
    graph = str(tmp_path / "bent.graphml")
    status, out, err = run(capsys, "regions", bent, "--graph", graph)
    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == f"Regions of {bent}, on [-1, 1]^2"
    assert lines[2].split() == ["proper", "4", "activation", "patterns", "with", "interior"]
    assert "  faces of dimension 0..2: 9, 12, 4" in lines
    assert any(line.split()[:3] == ["montufar", "upper", "4"] for line in lines)
    assert f"wrote {graph}" in lines


def test_the_graph_file_reads_back_as_the_adjacency(
    capsys: Capture, bent: str, tmp_path: Path
) -> None:
    path = tmp_path / "bent.graphml"
    report(capsys, bent, "--graph", str(path))
    graph = nx.read_graphml(path)
    assert (graph.number_of_nodes(), graph.number_of_edges()) == (4, 4)
    assert sorted(nx.get_node_attributes(graph, "pattern").values()) == ["00", "01", "10", "11"]
    assert {units for *_, units in graph.edges(data="units")} == {"0", "1"}


@pytest.mark.parametrize("suffix", [".png", ".svg", ".pdf"])
def test_a_plot_of_a_fractals_network_is_written(
    capsys: Capture, tmp_path: Path, suffix: str
) -> None:
    path = tmp_path / f"x{suffix}"
    report(capsys, "cantor-dust", "--depth", "1", "--plot", str(path))
    assert path.stat().st_size > 5_000


def test_a_limit_gives_status_3_and_a_lower_bound(capsys: Capture, tmp_path: Path) -> None:
    net = dense([2, 30, 30, 1])
    net.save(tmp_path / "n.json")
    exact = en.count_regions(net, [(-1, 1)] * 2)
    path, plot = str(tmp_path / "n.json"), str(tmp_path / "x.png")
    found = report(capsys, path, "--max-cells", "50", status=3)
    assert 50 < found["at_least"] <= exact
    assert found["counts"] == dict.fromkeys(NAMES)
    assert (found["complete"], found["cells"]) == (False, None)
    assert found["reason"] == "the limit of 50 cells was reached"
    status, out, _ = run(capsys, "regions", path, "--max-cells", "50", "--plot", plot)
    assert status == 3
    assert f"at least {found['at_least']} proper regions: the limit of 50 cells was reached" in out
    assert f"did not write {plot}" in out
    assert not Path(plot).exists()


def test_a_limited_count_is_a_lower_bound_and_says_how_to_go_on(
    capsys: Capture, tmp_path: Path
) -> None:
    record = str(tmp_path / "record")
    arguments = ["cantor-3d", "--depth", "2", "--time-limit", "1e-9", "--resume", record]
    found = report(capsys, *arguments, status=3)
    assert found["at_least"] >= 1
    assert found["counts"]["proper"] is None
    assert "time limit" in found["reason"]
    status, out, _ = run(capsys, "regions", *arguments)
    assert status == 3
    assert f"Go on with --resume {record}." in out


def test_a_lower_bound_on_all_of_space_discounts_artificial_walls(
    capsys: Capture, tmp_path: Path
) -> None:
    en.ReluNetwork.of([([[1, 0]], [0]), ([[1]], [0])]).save(tmp_path / "half.json")
    path = str(tmp_path / "half.json")
    assert report(capsys, path, "--unbounded")["counts"]["proper"] == 2
    found = report(capsys, path, "--unbounded", "--max-cells", "1", status=3)
    assert 1 <= found["at_least"] <= 2


BAD = [
    (["nowhere"], "one of cantor"),
    (["nowhere.json"], "No such file"),
    (["cantor"], "--depth: expected the depth n of cantor, got none. Give --depth N"),
    (["cantor", "--depth", "-1"], "0 <= depth <= 1000, got -1"),
    (["sierpinski", "--depth", "1"], "disjoint"),
    (["BENT", "--depth", "1"], "--depth: expected a fractal, which is compiled, got a network"),
    (["BENT", "--margin", "1/8"], "--margin: expected a fractal"),
    (["BENT", "--box", "0,1"], "box: expected 2 sides, one an input, got 1"),
    (["BENT", "--box", "0,1", "1,0"], "Box side 1: expected lower < upper, got [1, 0]"),
    (["BENT", "--box", "0,1", "1"], "--box: expected sides lo,hi, got '1'. Write -1,1."),
    (["BENT", "--box", "-1,1", "-1,1,2"], "--box: expected sides lo,hi, got '-1,1,2'"),
    (["BENT", "--box", "0,1", "0,x"], "--box: expected a rational such as '3/4'"),
    (["BENT", "--box", "0,1", "0,1/0"], "non-zero denominator"),
    (["BENT", "--box"], "expected at least one argument"),
    (["BENT", "--box", "0,1", "0,1", "--unbounded"], "--unbounded: expected no --box, got both"),
    (["BENT", "--graph", "g.txt"], "--graph: expected a .graphml file, got '.txt'. Rename it."),
    (["BENT", "--graph", "/nowhere/g.graphml"], "in a folder that exists"),
    (["BENT", "--plot", "p.bmp"], "picture: expected a .png, .svg or .pdf file, got '.bmp'"),
    (["BENT", "--plot", "/nowhere/p.png"], "in a folder that exists"),
    (["BENT", "--plot", "p.png", "--unbounded"], "--plot: expected a box, got --unbounded. Give"),
    (["BENT", "--plot", "p.png", "--count"], "--plot: expected the whole complex, got a streamed"),
    (["BENT", "--graph", "g.graphml", "--workers", "2"], "--graph: expected the whole complex"),
    (["BENT", "--workers", "0"], "workers: expected an integer >= 1, got 0"),
    (["BENT", "--workers", "2", "--scheduler", "x"], "--scheduler: expected no --workers"),
    (["BENT", "--scheduler", "nonsense"], "got 'nonsense', where none answers. Start one with"),
    (["BENT", "--scheduler", "tcp://127.0.0.1:1"], "the address of a running Dask scheduler"),
    (["BENT", "--scheduler", "tcp://127.0.0.1:99999"], "where none answers"),
    (["BENT", "--max-cells", "0"], "limit cells: expected a positive number"),
    (["BENT", "--time-limit", "nan"], "limit seconds: expected a positive number"),
    (["BENT", "--memory-limit", "-1"], "limit memory_mib: expected a positive number"),
    (["FOUR", "--plot", "p.png"], "a network with 1, 2 or 3 inputs, got 4. Draw a slice of it."),
    (["SEVEN"], "regions: expected at most 6 inputs, got 7"),
    (["OTHER"], '"format": "exactnet-network/1"'),
    (["NEITHER"], "'colour'"),
    ([], "required: FILE_OR_IFS"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "message"), BAD, ids=lambda value: str(value)[:60])
def test_bad_requests_are_one_line_and_status_2(
    capsys: Capture, tmp_path: Path, arguments: list[str], message: str
) -> None:
    BENT.save(tmp_path / "BENT")
    en.ReluNetwork.of([([[1] * 4], [0])]).save(tmp_path / "FOUR")
    en.ReluNetwork.of([([[1] * 7], [0])]).save(tmp_path / "SEVEN")
    (tmp_path / "OTHER").write_text('{"format": "exactnet-network/7", "layers": []}')
    (tmp_path / "NEITHER").write_text('{"colour": 1}')
    arguments = [str(tmp_path / a) if a.isupper() else a for a in arguments]
    start = time.monotonic()
    status, out, err = run(capsys, "regions", *arguments)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert message in err
    assert time.monotonic() - start < 10


def test_without_the_cluster_package_the_error_says_what_to_install(
    capsys: Capture, bent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    status, out, err = run(capsys, "regions", bent, "--scheduler", "tcp://127.0.0.1:1")
    assert (status, out) == (2, "")
    assert err == (
        "exactnet: --scheduler: expected the package distributed, got an installation without it. "
        "pip install 'exactnet[cluster]'.\n"
    )


@pytest.mark.slow
def test_a_cluster_counts_the_same(capsys: Capture, tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    dense([2, 150, 150, 1]).save(tmp_path / "n.json")
    code = (
        "import sys\nfrom distributed import LocalCluster\n"
        "if __name__ == '__main__':\n"
        "    with LocalCluster(n_workers=1, processes=False, dashboard_address=None,\n"
        "                      protocol='tcp://') as cluster:\n"
        "        print(cluster.scheduler_address, flush=True)\n        sys.stdin.read()\n"
    )
    (tmp_path / "local.py").write_text(code)
    command, pipe = [sys.executable, str(tmp_path / "local.py")], subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        done = subprocess.run(
            [sys.executable, "-m", "exactnet", "regions", str(tmp_path / "n.json"),
             "--scheduler", address, "--json"],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        process.communicate()
    alone = report(capsys, str(tmp_path / "n.json"), "--count")
    assert json.loads(done.stdout)["counts"] == alone["counts"]


def test_a_scheduler_is_reached_before_a_client_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    reached: list[object] = []
    monkeypatch.setattr(cluster, "_reach", lambda *where: reached.append(where))

    class Broken:
        def __init__(self, *_: object, **__: object) -> None:
            raise TimeoutError

    monkeypatch.setitem(sys.modules, "distributed", type(sys)("distributed"))
    monkeypatch.setattr(sys.modules["distributed"], "Client", Broken, raising=False)
    with pytest.raises(en.InputError, match="where none answers"):
        cluster.connect("tcp://[::1]:8786", seconds=3)
    assert reached == [("tcp://[::1]:8786", 3)]


@pytest.mark.slow
@pytest.mark.parametrize("extra", [["--resume", "record"], ["--count"], []])
def test_ctrl_c_is_status_130_and_says_how_to_go_on(tmp_path: Path, extra: list[str]) -> None:
    dense([4, 50, 50, 50, 1]).save(tmp_path / "n.json")
    process = subprocess.Popen(
        [sys.executable, "-m", "exactnet", "regions", "n.json", "--workers", "1", *extra]
        if extra else [sys.executable, "-m", "exactnet", "regions", "n.json"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path,
    )  # fmt: skip
    wait_for_work(process, 4)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    hint = {
        "--resume": " Go on with --resume record.",
        "--count": " With --resume FILE a count can go on where it was interrupted.",
    }.get(extra[0] if extra else "", "")
    assert (process.returncode, out, err) == (130, "", f"exactnet: interrupted.{hint}\n")


def test_an_interrupt_that_a_compiler_turned_into_another_error_is_still_one(
    capsys: Capture, bent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        try:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(5)
        except KeyboardInterrupt:
            raise RuntimeError("no compiled object yet") from None

    before = signal.getsignal(signal.SIGINT)
    monkeypatch.setattr("exactnet.regions.enumeration.enumerate_regions", interrupted)
    assert run(capsys, "regions", bent) == (130, "", "exactnet: interrupted.\n")
    assert signal.getsignal(signal.SIGINT) is before


def test_progress_appears_on_a_terminal_only(bent: str) -> None:
    command = [sys.executable, "-m", "exactnet", "regions", bent]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert (done.stderr, "\033" in done.stdout) == ("", False)
    leader, follower = pty.openpty()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=follower) as process:
        os.close(follower)
        seen = b""
        while chunk := _read(leader):
            seen += chunk
        assert process.wait(timeout=30) == 0
    os.close(leader)
    assert b"regions:" in seen


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 4096)
    except OSError:  # the other end of a terminal was closed
        return b""
