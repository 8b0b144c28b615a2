"""An exporter with a bug that drawn networks find at once and random ones never do.

It writes NNet files without the hidden units that have no weights, since these "do nothing". But
such a unit sends relu(bias) on. Random weights are never all 0; degenerate networks have such rows.
"""

import random
import tempfile
from fractions import Fraction
from pathlib import Path

from hypothesis import Phase, given, settings

from exactnet import ReluNetwork
from exactnet.testing import RefutedError, assert_equivalent, network_of
from exactnet.testing import strategies as st

FILE = Path(tempfile.mkdtemp()) / "net.nnet"


def export(net: ReluNetwork) -> Path:
    layers = [(layer.weight, layer.bias) for layer in net.layers]
    for k in range(net.depth):
        (rows, bias), (after, shift) = layers[k : k + 2]
        used = [j for j, row in enumerate(rows) if any(row)] or [0]
        layers[k] = [rows[j] for j in used], [bias[j] for j in used]
        layers[k + 1] = [[row[j] for j in used] for row in after], shift
    sizes = [net.inputs, *(len(bias) for _, bias in layers)]
    lines = [[len(layers), net.inputs, net.outputs, max(sizes)], sizes, [0]]
    lines += [[-1] * net.inputs, [1] * net.inputs, [0] * (net.inputs + 1), [1] * (net.inputs + 1)]
    lines += [[float(v) for v in r] for rows, bias in layers for r in (*rows, *([b] for b in bias))]
    FILE.write_text("".join(",".join(map(str, line)) + ",\n" for line in lines))
    return FILE


def main() -> dict[str, object]:
    rng, passed, tried, fine = random.Random(0), 0, list[ReluNetwork](), list[ReluNetwork]()
    for _ in range(500):
        rows = [[Fraction(rng.randint(-99, 99), 64) for _ in range(9)] for _ in range(9)]
        layers = [([row[:2] for row in rows], rows[0]), (rows, rows[1]), (rows[:1], rows[2][:1])]
        net = ReluNetwork.of(layers)
        passed += network_of(export(net)) == net

    @settings(derandomize=True, deadline=None, phases=[Phase.generate, Phase.shrink])
    @given(st.relu_networks(degenerate=True, elements=st.dyadics(bits=4)))
    def test_exporting_changes_nothing(net: ReluNetwork) -> None:
        tried.append(net)
        assert_equivalent(net, export(net))
        fine.append(net)

    try:
        test_exporting_changes_nothing()
    except RefutedError as error:
        number = next(k for k, net in enumerate(tried, 1) if net not in fine)
        print(f"{passed} of 500 random networks pass; drawn network {number} does not:\n{error}")
    return {"passed": passed, "examples": number, "shrunk": tried[-1]}


if __name__ == "__main__":
    main()
