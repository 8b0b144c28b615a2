"""Folders in the layout of the VNN-COMP benchmarks: onnx/, vnnlib/ and instances.csv."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from exactnet.bridges.onnx.export import to_onnx
from exactnet.bridges.rounding import RoundingReport
from exactnet.bridges.vnnlib.export import VnnProperties
from exactnet.errors import FileError
from exactnet.exact.strict_json import write_text
from exactnet.networks.network import ReluNetwork

OPSET = 13  # what verifiers read; everything we write has had it for years
TIMEOUT = 60


@dataclass(frozen=True, slots=True)
class Instance:
    """One line of instances.csv: a network, a property, seconds."""

    onnx: str
    vnnlib: str
    seconds: int = TIMEOUT

    def line(self) -> str:
        """The line in the file."""
        return f"{self.onnx},{self.vnnlib},{self.seconds}"


def save_vnncomp(
    net: ReluNetwork,
    made: VnnProperties,
    folder: str | os.PathLike[str],
    name: str = "network",
    dtype: object = "float32",
) -> RoundingReport:
    """Write a network with one VNN-LIB file a query; the report of what its weights lost.

    The queries are about the claim's network; if its weights are rounded here, verifiers answer
    about the rounded one.
    """
    base = Path(folder)
    make_folders(base)
    report = to_onnx(net, base / f"onnx/{name}.onnx", dtype, OPSET, batch=1).report
    instances = []
    for query, text in made.texts():
        write_text(base / f"vnnlib/{query}.vnnlib", text)
        instances.append(Instance(f"onnx/{name}.onnx", f"vnnlib/{query}.vnnlib"))
    save_instances(base, instances)
    return report


def make_folders(base: Path) -> None:
    """onnx/ and vnnlib/ in a folder, which is made if it is not there."""
    try:
        for part in ("onnx", "vnnlib"):
            (base / part).mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "a bad path"
        raise FileError.about(
            str(base), "a folder to write to", reason, "Check the path."
        ) from error


def save_instances(base: Path, instances: Iterable[Instance]) -> None:
    """Write instances.csv."""
    write_text(base / "instances.csv", "".join(f"{one.line()}\n" for one in instances))
