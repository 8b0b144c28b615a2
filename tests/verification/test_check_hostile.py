"""Files made to hurt the checker: refused in one line, in two CPU seconds and 200 MiB."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from spoiled import accepted

from exactnet.limits import Limits
from exactnet.verification import check
from exactnet.verification.certificates.trees import prove_implication

CHECKER = check.__file__
SECONDS, MEBIBYTES = 2, 200
# A small process between, because a child's peak memory begins with that of its parent.
RUNNER = """
import os, sys
pid = os.posix_spawn(sys.executable, [sys.executable, "-I", "-S", *sys.argv[1:]], os.environ)
_, status, used = os.wait4(pid, 0)
print(os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, used.ru_maxrss // 1024)
"""
LONG = 4000


def run(path: str) -> tuple[int, float, int, str]:
    """Exit status, CPU seconds, peak MiB and what was printed to stderr."""
    command = [sys.executable, "-I", "-S", "-c", RUNNER, CHECKER, path]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    status, seconds, peak = done.stdout.split()
    return int(status), float(seconds), int(peak), done.stderr


def refused(path: Path | str, message: str) -> None:
    status, seconds, peak, error = run(str(path))
    assert status in (1, 2), error
    assert error.count("\n") == 1, error
    assert message in error
    assert seconds < SECONDS
    assert peak < MEBIBYTES


# Bytes --------------------------------------------------------------------------------------------

TEXTS: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "not JSON"),
    "half a file": (accepted.text("disjoint").encode()[:99], "not JSON"),
    "NaN": (b'{"format": NaN}', "NaN is not an exact number"),
    "Infinity": (b'{"format": -Infinity}', "-Infinity is not an exact number"),
    "a huge exponent": (b'{"format": 1e999999999}', "1e999999999 is not an exact number"),
    "a key twice": (b'{"format": 1, "format": 2}', "a key occurs twice"),
    "UTF-16": (accepted.text("disjoint").encode("utf-16"), "ASCII"),
    "UTF-16 without a mark": (accepted.text("disjoint").encode("utf-16-le"), "not JSON"),
    "UTF-8 with a mark": (accepted.text("disjoint").encode("utf-8-sig"), "ASCII"),
    "no text": (b'{"format": "\xff\xfe"}', "ASCII"),
    "an escape sequence": (b'{"\\u001b[2J\\n\\nfake": 1}', "ASCII text without backslashes"),
    "surrogates": (b'{"\\ud800": 1}', "ASCII text without backslashes"),
    "a long key": (b'{"' + b"k" * 10**6 + b'": 1}', "expected an object with the keys format"),
    "a list": (b"[]", "expected an object"),
    "a million levels": (b"[" * 10**6, "the nesting is too deep"),
    "a million levels of objects": (b'{"a":' * 5 * 10**5, "the nesting is too deep"),
    "a deep format": (b'{"claim":0,"evidence":0,"format":' + b"[" * 900 + b"]" * 900 + b"}", "got"),
    "a million lists": (b"[" + b"[]," * 10**6 + b"[]]", "the file is too large"),
    "half a million lists": (b"[" + b"[]," * 5 * 10**5 + b"[]]", "expected an object"),
    "a million objects": (b"[" + b'{"":0},' * 10**6 + b"0]", "the file is too large"),
    "many objects": (b"[" + b'{"":0},' * 4 * 10**5 + b"0]", "expected an object"),
    "many keys": (
        b"{" + b",".join(b'"%d":0' % k for k in range(4 * 10**5)) + b"}",
        "expected an object",
    ),
    "many numbers": (b"[" + b"12345678901234567890," * 10**6 + b"0]", "expected an object"),
    "many strings": (b"[" + b'"1/2",' * 7 * 10**5 + b"0]", "expected an object"),
    "a number of many digits": (b"[" + b"7" * 45 * 10**6 + b"]", "a number of 45000000 digits"),
    "a number of more digits": (b"[" + b"7" * 60 * 10**6 + b"]", "the file is too large"),
    "a string of 45 MB": (b'{"format":"' + b"x" * 45 * 10**6 + b'"}', "expected an object"),
    "slashes": (
        accepted.text("touching").replace('["0","0"]', '["0","' + "/" * 10**7 + '"]').encode(),
        "is not a rational",
    ),
}


@pytest.mark.parametrize("name", TEXTS)
def test_bytes_that_are_no_certificate_are_refused_at_once(name: str, tmp_path: Path) -> None:
    data, message = TEXTS[name]
    path = tmp_path / "hostile.json"
    path.write_bytes(data)
    refused(path, message)


def test_files_that_do_not_end_are_refused_at_once(tmp_path: Path) -> None:
    for size in (2 * 2**30, 10**12):
        path = tmp_path / f"sparse-{size}"
        with path.open("wb") as stream:
            stream.write(b'{"format": "')
            stream.truncate(size)
        refused(path, "the file is too large")
    refused(tmp_path, "cannot be read: Is a directory")
    refused(tmp_path / "missing", "cannot be read: No such file")
    if os.path.exists("/dev/zero"):  # noqa: PTH110
        refused("/dev/zero", "the file is too large")
    refused("/dev/null", "not JSON")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no such device")
def test_a_verdict_that_nobody_can_read_is_no_acceptance(tmp_path: Path) -> None:
    path = tmp_path / "certificate.json"
    path.write_text(accepted.text("touching"))
    command = [sys.executable, "-I", "-S", CHECKER, str(path)]
    with open("/dev/full", "w") as full:  # noqa: PTH123
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "output: No space left on device\n")


def test_an_interrupted_check_says_so_in_one_line(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "endless")
    command = [sys.executable, "-I", "-S", CHECKER, str(tmp_path / "endless")]
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may ignore it
    try:
        with (
            subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process,
            (tmp_path / "endless").open("w"),  # opens when the checker has begun to read
        ):
            process.send_signal(signal.SIGINT)
            assert process.communicate(timeout=30)[1] == "interrupted\n"
    finally:
        signal.signal(signal.SIGINT, before)
    assert process.returncode == 130


# Certificates -------------------------------------------------------------------------------------


def digits(random: Random, length: int = LONG) -> str:
    return str(random.randrange(10 ** (length - 1), 10**length))


def long(random: Random) -> str:
    return f"{digits(random)}/{digits(random)}"


def small(random: Random) -> str:
    """Of absolute value below 1/1000, of full length."""
    return f"{digits(random, LONG - 3)}/{digits(random)}"


def signed_matrix(columns: list[int]) -> list[list[str]]:
    """Row k has its entry in a column, from 1, with a sign."""
    d = len(columns)
    return [[str((v > 0) - (v < 0)) if abs(v) == j + 1 else "0" for j in range(d)] for v in columns]


def scaled_map(d: int, factor: str, shift: str = "0") -> dict[str, Any]:
    return {
        "matrix": [[factor if i == j else "0" for j in range(d)] for i in range(d)],
        "translation": [shift] * d,
    }


def deep_network(random: Random) -> Any:
    """A product of 300 long numbers, which has a million digits."""
    layer = {"weight": [[long(random)]], "bias": [long(random)], "activation": ["identity"]}
    return [layer] * 300 + [{"weight": [["1"]], "bias": ["0"]}]


def violation(random: Random) -> Any:
    claim = {"kind": "violation", "network": deep_network(random), "inside": [], "then": []}
    return claim, {"rule": "point", "point": [long(random)]}


def refuted(random: Random) -> Any:
    document = accepted.document("refuted")
    document["claim"]["network"] = deep_network(random)
    return document["claim"], document["evidence"]


def far_address(random: Random) -> Any:
    """A point in one cell of depth 1000, whose coordinates there have millions of digits."""
    claim = accepted.document("refuted")["claim"]
    bottom = int(digits(random))
    claim["ifs"]["maps"] = [scaled_map(1, f"{bottom - 1}/{bottom}")]
    return {**claim, "depth": 1000}, {"rule": "point", "point": ["1/2"]}


def many_multipliers(random: Random) -> Any:
    """A sum of quotients with different denominators."""
    claim = accepted.document("property")["claim"]
    multipliers = [[0, long(random)] for _ in range(1000)]
    tree = {"steps": [], "end": {"alternative": 0, "because": [multipliers, []]}}
    return claim, {"rule": "tree", "tree": tree}


def many_goals(random: Random) -> Any:
    """Every goal about the output is one about all units."""
    units = 400
    first = {"weight": [["1"]] * units, "bias": ["0"] * units}
    last = {"weight": [["1"] * units], "bias": ["0"]}
    rows = [["1", "1", "0"]] * 1500
    claim = {"kind": "property", "network": [first, last], "inside": [], "then": rows}
    tree = {"steps": [], "end": {"alternative": 0, "because": []}}
    return claim, {"rule": "tree", "tree": tree}


def many_facts(random: Random) -> Any:
    """Facts about outputs, of which the last has to be found."""
    net = [{"weight": [["0"]], "bias": ["0"]}]
    claim = {"kind": "unsatisfiable", "network": net, "query": [[[[0, 1, 0], 0]] * 80_000]}
    tree = {"steps": [], "end": {"contradiction": [[0, 1]]}}
    return claim, {"rule": "trees", "trees": [tree]}


def wide_network(random: Random) -> Any:
    """A large network, which a tree would have to know by heart."""
    units = 600
    first = {"weight": [["1"] * units] * units, "bias": ["0"] * units}
    last = {"weight": [["1"] * units], "bias": ["0"]}
    claim = {"kind": "property", "network": [first, last], "inside": [], "then": []}
    return claim, {"rule": "tree", "tree": {"steps": [], "end": 0}}


def deep_tree(random: Random) -> Any:
    """Cases in cases, as far as they are read."""
    tree: Any = 0
    for _ in range(450):
        tree = {"steps": [], "end": {"split": 0, "off": tree, "on": 0}}
    return accepted.document("property")["claim"], {"rule": "tree", "tree": tree}


def long_maps(random: Random) -> Any:
    """Ten dimensions of long numbers to invert."""
    matrix = [[small(random) for _ in range(10)] for _ in range(10)]
    ifs = {"base": [["-1", "1"]] * 10, "maps": [{"matrix": matrix, "translation": ["0"] * 10}]}
    return {"kind": "disjoint", "ifs": ifs}, {"rule": "farkas", "pairs": []}


def many_maps(random: Random) -> Any:
    """Billions of pairs of images."""
    ifs = {"base": [["-1", "1"]], "maps": [scaled_map(1, "1/3")] * 15_000}
    return {"kind": "disjoint", "ifs": ifs}, {"rule": "farkas", "pairs": []}


def long_points(random: Random) -> Any:
    """Determinants of long numbers."""
    layer = {"weight": [["0"] * 10], "bias": ["0"]}
    points = [[int(digits(random)) for _ in range(10)] + [1] for _ in range(60)]
    simplices = [random.sample(range(60), 11) for _ in range(1000)]
    box = [[str(-(10**LONG) + 1), str(10**LONG - 1)]] * 10
    claim = {"kind": "regions", "network": [layer], "box": box, "counts": {}}
    return claim, {"rule": "cover", "points": points, "simplices": simplices}


def explosive_cover(random: Random) -> Any:
    """A network whose values at two points have millions of digits."""
    claim = {"kind": "regions", "network": deep_network(random), "box": [["-1", "1"]], "counts": {}}
    return claim, {"rule": "cover", "points": [[-1, 1], [1, 1]], "simplices": [[0, 1]]}


def wide_cover(random: Random) -> Any:
    """Many points, many units."""
    layers = [{"weight": [["1"]] * 40_000, "bias": ["0"] * 40_000}]
    layers.append({"weight": [["1"] * 40_000], "bias": ["0"]})
    points = [[k, 1] for k in range(150_000)]
    claim = {"kind": "regions", "network": layers, "box": [["-1", "1"]], "counts": {}}
    return claim, {"rule": "cover", "points": points, "simplices": [[0, 1]]}


def idle_units(random: Random) -> Any:
    """Units that do nothing, in a step: between two steps are the weights of all their pairs."""
    document = accepted.document("fold")
    claim, evidence = document["claim"], document["evidence"]
    first, last = evidence["steps"][0]
    units, idle = len(first["bias"]), 8000
    first["weight"] += [[0]] * idle
    first["bias"] += [0] * idle
    last["weight"][0] += [0] * idle
    facts = {"folds": 2 + 2 * units, "elsewhere": 2 * units}

    def later(value: Any, least: int) -> Any:
        """Multipliers of facts that come after those of the idle units."""
        if isinstance(value, dict):
            return {key: later(item, least) for key, item in value.items()}
        if not isinstance(value, list):
            return value
        if len(value) == 2 and type(value[0]) is int:
            return [value[0] + 2 * idle * (value[0] >= least), value[1]]
        return [later(item, least) for item in value]

    for name, least in facts.items():
        evidence[name] = later(evidence[name], least)
    line = {"weight": [["1"]], "bias": ["0"]}
    return {**claim, "depth": 5, "network": [line] * 7}, evidence


def many_simplices(random: Random) -> Any:
    """The same simplex again and again, each time with the pattern of many units."""
    units = 20_000
    layers = [{"weight": [[1]] * units, "bias": [0] * units}]
    layers.append({"weight": [[0] * units], "bias": [0]})
    claim = {"kind": "regions", "network": layers, "box": [[1, 2]], "counts": {"proper": 2}}
    simplices = [[0, 1]] * 70_000
    return claim, {"rule": "cover", "points": [[1, 1], [2, 1]], "simplices": simplices}


def long_maps_of_regions(random: Random) -> Any:
    """Two long affine maps, which every simplex has at every point."""
    outputs = 5000
    layers = [{"weight": [[1]] * outputs, "bias": [0] * outputs}]
    claim = {"kind": "regions", "network": layers, "box": [[1, 2]], "counts": {"closed": 2}}
    simplices = [[0, 1]] * 50_000
    return claim, {"rule": "cover", "points": [[1, 1], [2, 1]], "simplices": simplices}


def many_denominators(random: Random) -> Any:
    """A layer whose weights have a common denominator of a million digits."""
    units = 1500
    weight = [[f"1/{digits(random, 400)}"] for _ in range(units)]
    layers = [{"weight": weight, "bias": [f"1/{digits(random, 400)}" for _ in range(units)]}]
    layers.append({"weight": [[0] * units], "bias": [0]})
    claim = {"kind": "regions", "network": layers, "box": [[0, 1]], "counts": {}}
    return claim, {"rule": "cover", "points": [[0, 1], [1, 1]], "simplices": [[0, 1]]}


def long_then_wide(random: Random) -> Any:
    """Values of many digits, thousands of them."""
    units = 20_000
    layers = deep_network(random)[:100]
    layers += [{"weight": [[1]] * units, "bias": [0] * units}]
    layers.append({"weight": [[0] * units], "bias": [0]})
    claim = {"kind": "regions", "network": layers, "box": [[0, 1]], "counts": {}}
    return claim, {"rule": "cover", "points": [[0, 1], [1, 1]], "simplices": [[0, 1]]}


def fold(maps: list[Any], turns: list[Any], step: Any, d: int) -> Any:
    """A claim for all n by the fold method, with no trees."""
    line = {"weight": [["1"] + ["0"] * (d - 1)], "bias": ["0"]}
    whole = {"weight": signed_matrix(list(range(1, d + 1))), "bias": ["0"] * d}
    claim = {
        "kind": "realises-all",
        "ifs": {"base": [["-1", "1"]] * d, "maps": maps},
        "prepare": [whole],
        "step": step or [whole],
        "output": [line],
        "labelling": {"margin": None, "threshold": "0"},
    }
    trees = {"folds": [], "elsewhere": 0, "accepts": 0, "rejects": 0}
    return claim, {"rule": "levels", "method": "fold", "turns": turns, **trees}


def large_group(random: Random) -> Any:
    """Two turns that generate all 3,715,891,200 symmetries of the cube in ten dimensions."""
    cycle, swap = [*range(2, 11), 1], [-2, 1, *range(3, 11)]
    maps = [scaled_map(10, "1/3"), scaled_map(10, "1/3")]
    return fold(maps, [signed_matrix(cycle), signed_matrix(swap)], None, 10)


def many_turns(random: Random) -> Any:
    """Every symmetry of the cube in five dimensions is the turn of a map."""
    turns = []
    for _ in range(1500):
        columns = random.sample(range(1, 6), 5)
        turns.append(signed_matrix([v * random.choice((1, -1)) for v in columns]))
    return fold([scaled_map(5, "1/3", "1/2")] * 1500, turns, None, 5)


def powers(random: Random) -> Any:
    """A thousand affine steps, whose product is the network: all is proved before it explodes."""
    top, bottom = small(random).split("/")
    tent = [
        {"weight": [["1"]], "bias": ["0"], "activation": ["abs"]},
        {"weight": [["-1"]], "bias": ["1"]},
    ]
    claim = {
        "kind": "realises",
        "ifs": {"base": [["-1", "1"]], "maps": [scaled_map(1, f"{top}/{bottom}")]},
        "depth": 1000,
        "network": tent,
        "labelling": {"margin": None, "threshold": "0"},
    }
    evidence: dict[str, Any] = {
        "rule": "levels",
        "method": "fold",
        "prepare": [{"weight": [["1"]], "bias": ["0"]}],
        "steps": [[{"weight": [[f"{bottom}/{top}"]], "bias": ["0"]}]],
        "output": tent,
        "turns": [[["1"]]],
        **dict.fromkeys(("folds", "elsewhere", "accepts", "rejects")),
    }
    ifs = check.IFS(claim["ifs"])
    levels = check.Levels(ifs, check.Labelling(ifs, claim["labelling"]), evidence, 1000)
    for place, *statement in levels.statements():
        tree = prove_implication(*statement, Limits())
        evidence[str(place[0])] = [tree] if place[0] == "folds" else tree
    return claim, evidence


def depth(n: int, rule: str) -> Callable[[Random], Any]:
    def change(random: Random) -> Any:
        document = accepted.document(rule)
        return {**document["claim"], "depth": n}, document["evidence"]

    return change


CERTIFICATES: dict[str, tuple[Callable[[Random], Any], str]] = {
    "a violation of millions of digits": (violation, "too long"),
    "a refutation of millions of digits": (refuted, "too long"),
    "a far address": (far_address, "too long"),
    "many long multipliers": (many_multipliers, "too long"),
    "many goals": (many_goals, "too large for a tree"),
    "many facts": (many_facts, "multipliers that contradict nothing"),
    "a wide network": (wide_network, "too large for a tree"),
    "a deep tree": (deep_tree, "expected an object with the keys steps"),
    "long maps": (long_maps, "too long"),
    "many maps": (many_maps, "a pair of images is missing"),
    "long points": (long_points, "too long"),
    "an explosive cover": (explosive_cover, "too long"),
    "a wide cover": (wide_cover, "too many points"),
    "idle units in levels": (idle_units, "the parts are not the network"),
    "many simplices": (many_simplices, "1 regions (proper), not 2"),
    "long maps of regions": (long_maps_of_regions, "1 regions (closed), not 2"),
    "many denominators": (many_denominators, "too long"),
    "long values in a wide layer": (long_then_wide, "too much memory"),
    "a large group": (large_group, "the group of turns is too large"),
    "many turns": (many_turns, "a turn that does not map"),
    "powers": (powers, "too long"),
    "a depth of 4000 digits": (depth(10**3999, "cover"), "depth: expected"),
    "r^n cells": (depth(1000, "cover"), "not one list"),
    "2^64 cells": (depth(64, "cover"), "not one list"),
    "a thousand levels": (depth(1000, "penalty"), "more levels than"),
}


@pytest.mark.parametrize("name", CERTIFICATES)
def test_certificates_that_explode_are_rejected_at_once(name: str, tmp_path: Path) -> None:
    make_one, message = CERTIFICATES[name]
    claim, evidence = make_one(Random(0))
    path = tmp_path / "hostile.json"
    document = {"format": "exactnet-certificate/1", "claim": claim, "evidence": evidence}
    path.write_text(json.dumps(document))
    refused(path, message)
