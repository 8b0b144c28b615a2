"""What runs inside each verifier's own environment: one question a line in, one answer a line out.

    PYTHON bench/verifier_workers.py TOOL

Reads {"onnx": FILE, "vnnlib": FILE, "box": [[lo, hi], ...], "at_most": bool, "threshold": t,
"seconds": s} and prints {"answer": "sat" | "unsat" | "unknown: why", "seconds": s}. The box and the
threshold are those of the VNN-LIB file, for tools that have an interface of their own or cannot
read the file. Imports the tool and nothing of exactnet.
"""

import contextlib
import json
import os
import sys
import time
import types
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

Question = dict[str, Any]


def marabou() -> Callable[[Question], str]:
    from maraboupy import Marabou

    def ask(question: Question) -> str:
        network = Marabou.read_onnx(question["onnx"])
        inputs, output = network.inputVars[0].flatten(), network.outputVars[0].flatten()[0]
        for variable, (low, high) in zip(inputs, question["box"], strict=True):
            network.setLowerBound(variable, low)
            network.setUpperBound(variable, high)
        bound = network.setUpperBound if question["at_most"] else network.setLowerBound
        bound(output, question["threshold"])
        options = Marabou.createOptions(verbosity=0, timeoutInSeconds=int(question["seconds"]))
        status = network.solve(verbose=False, options=options)[0]
        return status if status in ("sat", "unsat") else f"unknown: {status}"

    return ask


def vibecheck() -> Callable[[Question], str]:
    import subprocess  # its interface is its command

    command = Path(sys.executable).parent / "vibecheck"

    def ask(question: Question) -> str:
        results = Path(question["scratch"]) / "vibecheck.txt"
        results.unlink(missing_ok=True)
        subprocess.run(
            [command, "--net", question["onnx"], "--spec", question["vnnlib"], "--device", "cpu",
             "--timeout", str(question["seconds"]), "--results-file", results],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False,
        )  # fmt: skip
        status = results.read_text().split()[0] if results.exists() else "no answer"
        return status if status in ("sat", "unsat") else f"unknown: {status}"

    return ask


def neuralsat() -> Callable[[Question], str]:
    # CPU builds of torch have no torchvision in the index; one unused operator wants the name.
    sys.modules.setdefault("torchvision", types.ModuleType("torchvision"))
    import importlib.metadata
    import logging

    home = next(f for f in importlib.metadata.files("neuralsat") or () if f.name == "setting.py")
    sys.path.insert(0, str(Path(home.locate()).parent))
    import torch
    from helper.network.read_onnx import parse_onnx
    from helper.spec.objective import parse_vnnlib
    from setting import Settings
    from verifier.verifier import Verifier

    logging.disable(logging.CRITICAL)
    torch.set_num_threads(1)
    Settings.setup(None)

    def ask(question: Question) -> str:
        model, shape, _ = parse_onnx(question["onnx"], None, None)
        objectives = parse_vnnlib(question["vnnlib"], shape)
        verifier = Verifier(net=model, input_shape=shape, batch=1000, device="cpu")
        status = (
            str(verifier.verify(objectives, timeout=question["seconds"])).split(".")[-1].lower()
        )
        return status if status in ("sat", "unsat") else f"unknown: {status}"

    return ask


def pynever() -> Callable[[Question], str]:
    import torch
    from pynever.strategies.conversion.converters.onnx import ONNXConverter
    from pynever.strategies.conversion.representation import load_network_path
    from pynever.strategies.verification.algorithms import SSBPVerification
    from pynever.strategies.verification.parameters import SSBPVerificationParameters
    from pynever.strategies.verification.properties import NeverProperty

    torch.set_num_threads(1)

    def ask(question: Question) -> str:
        network = ONNXConverter().to_neural_network(load_network_path(question["onnx"]))
        box, sign = question["box"], 1.0 if question["at_most"] else -1.0
        unit = torch.eye(len(box))
        rows = torch.cat([unit, -unit])
        bounds = torch.tensor([[high] for _, high in box] + [[-low] for low, _ in box])
        wrong = torch.tensor([[sign]])
        limit = torch.tensor([[sign * question["threshold"]]])
        asked = NeverProperty(rows, bounds, [wrong], [limit])
        parameters = SSBPVerificationParameters(timeout=int(question["seconds"]))
        safe, point = SSBPVerification(parameters).verify(network, asked)
        if not safe and point is None:
            return "unknown: timeout"
        return "unsat" if safe else "sat"

    return ask


TOOLS: dict[str, Callable[[], Callable[[Question], str]]] = {
    "marabou": marabou,
    "neuralsat": neuralsat,
    "pynever": pynever,
    "vibecheck": vibecheck,
}


def main() -> int:
    warnings.simplefilter("ignore")
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what tools print must not mix with answers
    with contextlib.redirect_stdout(sys.stderr):
        ask = TOOLS[sys.argv[1]]()
        print(json.dumps({"ready": True}), file=answers, flush=True)
        for line in sys.stdin:
            began = time.perf_counter()
            try:
                answer = ask(json.loads(line))
            except Exception as error:  # noqa: BLE001  # a tool may fail in any way
                answer = f"unknown: {type(error).__name__}: {str(error)[:60]}"
            seconds = time.perf_counter() - began
            print(json.dumps({"answer": answer, "seconds": seconds}), file=answers, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
