"""``exactnet gallery``, and the names of the depth separations in the other commands."""

import json
from fractions import Fraction as F
from pathlib import Path

import pytest
from runner import Capture, run

import exactnet as en


def test_the_gallery_lists_every_separation_with_sizes_exactness_and_evidence(
    capsys: Capture,
) -> None:
    status, out, err = run(capsys, "gallery", "--json")
    assert (status, err) == (0, "")
    document = json.loads(out)
    listed = document["separations"]
    assert [entry["name"] for entry in listed] == list(en.separations.names())
    assert document["fractals"] == list(en.gallery.names())
    for entry in listed:
        assert entry["verdict"] == "holds"
        assert entry["rests_on"]
        assert (entry["error"] == "0") == (entry["norm"] in ("equal", "labels"))
        assert (
            "regions" in entry["sizes"] or "rank" in entry["sizes"] or entry["name"] == "fizzbuzz"
        )
    status, out, _ = run(capsys, "gallery")
    assert status == 0
    for name in en.separations.names():
        assert f"{name} " in out


def test_one_entry_is_reported_in_full(capsys: Capture) -> None:
    status, out, _ = run(capsys, "gallery", "telgarsky", "--size", "k=6", "--json")
    report = json.loads(out)
    assert (status, report["verdict"], report["left"], report["right"]) == (
        0,
        "holds",
        "29/64",
        "1/6",
    )
    assert report["sizes"]["regions"] == 64
    assert report["statements"][0]["wording"] == "abstract"
    status, out, _ = run(capsys, "gallery", "circuit", "--size", "N=4", "M=3")
    assert status == 0 and "rank of the matricisation: 4 >= 4, yes" in out


@pytest.mark.parametrize("name", [n for n in en.separations.names() if n != "circuit"])
def test_every_name_compiles_proves_counts_and_exports(
    name: str, capsys: Capture, tmp_path: Path
) -> None:
    file, weights = str(tmp_path / "n.json"), str(tmp_path / "n.npz")
    status, out, _ = run(capsys, "compile", name, "-o", file, "--json")
    facts = json.loads(out)
    net = en.load_network(file)
    assert (status, facts["neurons"], facts["depth"]) == (0, net.neurons, net.depth)
    status, out, _ = run(capsys, "prove", name, "--network", file, "--json")
    report = json.loads(out)
    assert (status, report["verdict"], report["counterexample"]) == (0, "proved", None)
    assert run(capsys, "export", name, "--to", "npz", "-o", weights)[0] == 0
    assert en.load_network(weights) == net
    if net.inputs <= 6:
        status, out, _ = run(capsys, "regions", name, "--count", "--json")
        assert status == 0
        counted = en.count_regions(net, en.separations.get(name).target.domain)
        assert json.loads(out)["counts"]["proper"] == counted


def test_a_network_for_another_size_is_refuted_with_both_values(
    capsys: Capture, tmp_path: Path
) -> None:
    file = str(tmp_path / "n.json")
    run(capsys, "compile", "telgarsky", "--size", "k=3", "-o", file)
    arguments = ("prove", "telgarsky", "--size", "k=4", "--network", file)
    status, out, _ = run(capsys, *arguments, "--json")
    report = json.loads(out)
    assert (status, report["verdict"]) == (1, "refuted")
    x = [F(v) for v in report["counterexample"]]
    wave = en.separations.get("telgarsky", k=4).target
    assert en.load_network(file)(x)[0] != wave.value(tuple(x))
    status, out, _ = run(capsys, *arguments)
    assert status == 1 and "where the function is" in out


def test_a_circuit_compiles_and_proves_but_has_no_regions(capsys: Capture, tmp_path: Path) -> None:
    file = tmp_path / "c.json"
    assert run(capsys, "compile", "circuit", "-o", str(file))[0] == 0
    assert json.loads(file.read_text())["format"] == "exactnet-circuit/1"
    assert run(capsys, "prove", "circuit")[0] == 0
    status, _, err = run(capsys, "regions", "circuit")
    assert status == 2 and "ranks, not regions" in err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["gallery", "nowhere"], "one of telgarsky"),
        (["gallery", "--size", "k=3"], "expected a name"),
        (["gallery", "telgarsky", "--size", "k"], "KEY=N, each once"),
        (["gallery", "telgarsky", "--size", "k=3", "k=4"], "KEY=N, each once"),
        (["gallery", "telgarsky", "--size", "k=" + "9" * 5000], "KEY=N, each once"),
        (["gallery", "telgarsky", "--size", "k=-1"], "KEY=N, each once"),
        (["gallery", "telgarsky", "--size", "k=99"], "1..12"),
        (["gallery", "telgarsky", "--time-limit", "nan"], "positive number"),
        (["prove", "telgarsky", "--depth", "3"], "--size for 'telgarsky'"),
        (["prove", "telgarsky", "--method", "fold"], "--size for 'telgarsky'"),
        (["prove", "telgarsky", "--all-depths"], "expected a fractal"),
        (["prove", "telgarsky", "--route", "z3"], "expected a fractal"),
        (["prove", "telgarsky", "--certificate", "c.json"], "expected a fractal"),
        (["prove", "telgarsky", "--network", "/nowhere.json"], "No such file"),
        (["prove", "cantor", "--depth", "1", "--size", "k=2"], "a depth separation"),
        (["compile", "cantor", "-o", "n.json"], "a fractal depth, got none"),
        (["compile", "cantor", "--depth", "1", "--size", "k=2", "-o", "n"], "a depth separation"),
        (["regions", "telgarsky", "--depth", "3"], "Use --size"),
        (["regions", "cantor", "--depth", "1", "--size", "k=2"], "Use --depth"),
        (["compile", "telgarsky", "-o", "/nowhere/n.json"], "in a folder that exists"),
        (["export", "telgarsky", "--to", "vnnlib", "-o", "v.vnnlib"], "a fractal"),
    ],
)
def test_bad_input_is_one_line(arguments: list[str], words: str, capsys: Capture) -> None:
    status, out, err = run(capsys, *arguments)
    assert (status, out) == (2, "")
    assert words in err and err.count("\n") == 1
