"""Bridges to other tools: PyTorch, ONNX, VNN-LIB, SMT-LIB, NNet and NumPy files.

The names below are loaded when they are first used, so that no heavy library is a requirement of
what does not need it:

>>> from exactnet import ReluNetwork, bridges
>>> net = ReluNetwork.of([([["1/3"]], [0]), ([[1]], [0])])
>>> bridges.rounding_report(net, "float32").exact
False
"""

from typing import TYPE_CHECKING

from exactnet.lazy import loader as _loader

if TYPE_CHECKING:
    from exactnet.bridges.artefact import compile_held as compile_held
    from exactnet.bridges.artefact import surviving as surviving
    from exactnet.bridges.files import ApproximationWarning as ApproximationWarning
    from exactnet.bridges.files import AssumptionWarning as AssumptionWarning
    from exactnet.bridges.files import FileNote as FileNote
    from exactnet.bridges.files import load_network as load_network
    from exactnet.bridges.float_error import exact_grid as exact_grid
    from exactnet.bridges.float_error import float_error_bound as float_error_bound
    from exactnet.bridges.float_error import prove_exact_grid as prove_exact_grid
    from exactnet.bridges.float_proof import prove_float_signs as prove_float_signs
    from exactnet.bridges.nnet import from_nnet as from_nnet
    from exactnet.bridges.nnet import to_nnet as to_nnet
    from exactnet.bridges.npz import from_npz as from_npz
    from exactnet.bridges.npz import to_npz as to_npz
    from exactnet.bridges.onnx.export import to_onnx as to_onnx
    from exactnet.bridges.onnx.importing import from_onnx as from_onnx
    from exactnet.bridges.onnx.importing import read_onnx as read_onnx
    from exactnet.bridges.rounding import round_network as round_network
    from exactnet.bridges.rounding import rounding_report as rounding_report
    from exactnet.bridges.smtlib import to_smtlib as to_smtlib
    from exactnet.bridges.torch.export import save_torch as save_torch
    from exactnet.bridges.torch.export import to_torch as to_torch
    from exactnet.bridges.torch.importing import from_torch as from_torch
    from exactnet.bridges.torch.importing import read_torch as read_torch
    from exactnet.bridges.torch.samples import sample_torch as sample_torch
    from exactnet.bridges.vnnlib.export import to_vnnlib as to_vnnlib
    from exactnet.bridges.vnnlib.reader import read_vnnlib as read_vnnlib

__getattr__, __dir__ = _loader(
    __name__,
    {
        "ApproximationWarning": "files",
        "AssumptionWarning": "files",
        "FileNote": "files",
        "compile_held": "artefact",
        "exact_grid": "float_error",
        "float_error_bound": "float_error",
        "from_nnet": "nnet",
        "from_npz": "npz",
        "from_onnx": "onnx.importing",
        "from_torch": "torch.importing",
        "load_network": "files",
        "prove_exact_grid": "float_error",
        "prove_float_signs": "float_proof",
        "read_onnx": "onnx.importing",
        "read_torch": "torch.importing",
        "read_vnnlib": "vnnlib.reader",
        "round_network": "rounding",
        "rounding_report": "rounding",
        "sample_torch": "torch.samples",
        "save_torch": "torch.export",
        "surviving": "artefact",
        "to_nnet": "nnet",
        "to_npz": "npz",
        "to_onnx": "onnx.export",
        "to_smtlib": "smtlib",
        "to_torch": "torch.export",
        "to_vnnlib": "vnnlib.export",
    },
)
