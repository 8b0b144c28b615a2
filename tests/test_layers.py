"""The rooms import downwards only, and heavy libraries stay in their one module."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "exactnet"
ROOMS = [
    "lazy", "errors", "limits", "notebook", "exact", "geometry", "fractals", "networks",
    "constructions", "regions", "verification", "theorems", "bridges", "testing", "viewing",
    "learning", "cli", "__main__",
]  # fmt: skip
KERNEL = {
    f"regions/kernel/{name}.py"
    for name in ("bits", "wide", "locate", "polish", "split", "values", "extract", "forms")
}
ARRAYS = {
    f"regions/{name}.py"
    for name in (
        "plan", "patch", "domain", "work", "forward", "fallback", "complex", "affine",
        "definitions", "convexity", "adjacency", "verify", "faces", "levels", "polishing", "phases",
    )
}  # fmt: skip
SAMPLES = {f"fractals/{name}.py" for name in ("distribution", "goodness", "sampling")}
VIEWS = {
    f"viewing/{name}.py"
    for name in ("canvas", "colours", "decision", "line", "plane", "shapes", "space")
}
LEARNING = {
    f"learning/{name}.py"
    for name in (
        "architectures", "archives", "batches", "checkpoints", "convolutional", "exact_images",
        "fizzbuzz_data", "image_logits", "images", "panels", "shared", "sources", "stack", "starts",
        "store", "training",
    )
}  # fmt: skip
ONNX = {
    f"bridges/onnx/{name}.py"
    for name in (
        "export",
        "importing",
        "library",
        "linear",
        "norm",
        "ops",
        "pool",
        "shapes",
        "windows",
    )
}
EDGES = {
    "sympy": {"fractals/symbolic.py"},
    "z3": {"verification/smt.py"},
    "sklearn": {"learning/images.py"},
    "matplotlib": {"viewing/canvas.py"},
    "flint": {
        "exact/linalg.py",
        "exact/lp.py",
        "exact/rationals.py",
        "exact/integer_matrices.py",
        "exact/sums.py",
    },
    "numba": {"regions/kernel/bits.py", "regions/kernel/wide.py"},
    "llvmlite": {"regions/kernel/wide.py"},
    "networkx": {"regions/adjacency.py", "cli/graphml.py"},
    "threadpoolctl": {"regions/blas.py"},
    "distributed": {"cli/cluster.py"},
    "shtab": {"cli/completion.py"},
    "numpy": {"networks/batch.py", "theorems/initialisation.py", "bridges/npz.py"}
    | SAMPLES
    | KERNEL
    | ARRAYS
    | VIEWS
    | LEARNING
    | ONNX
    | {"theorems/margin.py"},
    "onnx": {"bridges/onnx/library.py"},
    "torch": {"bridges/torch/library.py"},
    "safetensors": {"bridges/torch/library.py"},
    "hypothesis": {"testing/hypothesis_library.py", "testing/registration.py"},
    "pytest": {"testing/pytest_plugin.py"},
    "google": {"bridges/onnx/library.py"},
}
ALLOWED = set(EDGES) | set(sys.stdlib_module_names)


def imports(tree: ast.AST) -> list[str]:
    """Every module imported anywhere in a syntax tree, except under ``if TYPE_CHECKING``."""
    found = []
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found.append(node.module or "")
            found += [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            found += imports(node)
    return found


def room(module: str) -> str:
    return module.split(".")[1]


def violations(path: str, source: str) -> list[str]:
    """What a module at ``path`` (relative to the package) imports that it must not."""
    own = Path(path).parts[0].removesuffix(".py")
    found = []
    for name in imports(ast.parse(source)):
        top = name.split(".")[0]
        if top == "exactnet":
            ranked = name.count(".") and room(name) in ROOMS and own in ROOMS
            if ranked and ROOMS.index(room(name)) > ROOMS.index(own):
                found.append(f"{path} imports upwards: {name}")
        elif top not in ALLOWED:
            found.append(f"{path} imports an undeclared library: {name}")
        elif top in EDGES and path not in EDGES[top]:
            found.append(f"{path} is not the edge module of {top}")
    return found


def modules() -> dict[str, str]:
    return {
        str(path.relative_to(PACKAGE)): path.read_text()
        for path in PACKAGE.rglob("*.py")
        if path != PACKAGE / "__init__.py"
    }


def test_no_module_imports_upwards_or_a_heavy_library_outside_its_edge() -> None:
    found = [line for path, source in modules().items() for line in violations(path, source)]
    assert found == []


def test_every_room_is_ranked() -> None:
    rooms = {Path(path).parts[0].removesuffix(".py") for path in modules()}
    assert rooms == set(ROOMS)


def test_the_rooms_are_described_in_their_order() -> None:
    page = (PACKAGE.parent / "docs" / "contributing.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `(\w+)/?` \|", page, re.MULTILINE) == ROOMS[:-1]


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("exact/rows.py", "from exactnet.geometry.box import Box"),
        ("fractals/ifs.py", "def f():\n    import exactnet.verification.prove"),
        ("networks/layer.py", "from exactnet import cli\nfrom exactnet.cli import main"),
        ("regions/bounds.py", "import z3"),
        ("exact/rows.py", "import torch"),
    ],
)
def test_the_rule_notices_an_offender(path: str, source: str) -> None:
    assert violations(path, source)


def test_the_module_graph_has_no_cycle() -> None:
    graph = {}
    for path, source in modules().items():
        name = "exactnet." + path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        graph[name] = set(imports(ast.parse(source))) - {name}
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " -> ".join((*trail, name))
        if name in graph and name not in done:
            for target in graph[name]:
                visit(target, (*trail, name))
            done.add(name)

    for name in graph:
        visit(name, ())
    assert len(done) == len(graph)


@pytest.mark.parametrize("module", ["exactnet", "exactnet.cli.main"])
def test_importing_is_quick_and_light(module: str) -> None:
    code = (
        f"import sys, time; t = time.process_time(); import {module}; s = time.process_time() - t;"
        "heavy = ('torch', 'z3', 'sympy', 'matplotlib', 'networkx', 'dask', 'numba', 'numpy');"
        "print([m for m in heavy if m in sys.modules], s < 0.5)"
    )
    best = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        for _ in range(3)
    ]
    assert "[] True\n" in [run.stdout for run in best]
