"""Entry points, inference from types, and what is imported when."""

import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, infer, settings
from hypothesis import strategies as hs
from hypothesis.vendor.pretty import pretty

import exactnet as en
from exactnet.geometry.affine import AffineMap
from exactnet.networks.layer import RELU
from exactnet.testing.registration import CALLS, STRATEGIES, register

PROJECT = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
COMPUTED = {
    "Certificate", "Difference", "LargestDifference", "LevelSet", "Limits", "Pruned",
    "RegionComplex", "RegionCount", "Result", "Verdict",
}  # fmt: skip
register()


def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout


@pytest.mark.parametrize("group", ["hypothesis", "pytest11"])
def test_entry_points_lead_to_something(group: str) -> None:
    for target in PROJECT["entry-points"][group].values():
        module, _, name = target.partition(":")
        found = import_module(module)
        assert callable(getattr(found, name)) if name else found.MARKER


def test_public_types_have_a_strategy_or_are_computed_from_what_has_one() -> None:
    public = {name for name in dir(en) if name[0].isupper() and isinstance(getattr(en, name), type)}
    errors = {name for name in public if issubclass(getattr(en, name), Exception)}
    assert public - errors - {kind.__name__ for kind in STRATEGIES} <= COMPUTED


@pytest.mark.parametrize("kind", STRATEGIES, ids=lambda kind: kind.__name__)
def test_a_type_is_drawn_from_its_name_alone(kind: type[Any]) -> None:
    @settings(max_examples=5)
    @given(hs.from_type(kind))
    def check(value: Any) -> None:
        assert isinstance(value, kind)

    check()


@settings(max_examples=20)
@given(net=infer, ifs=infer)
def test_arguments_are_inferred_from_annotations(net: en.ReluNetwork, ifs: en.IFS) -> None:
    assert net.inputs >= 1
    assert ifs.r >= 1


def test_inference_draws_every_kind_of_unit() -> None:
    seen = set()

    @given(hs.from_type(en.ReluNetwork))
    def check(net: en.ReluNetwork) -> None:
        seen.update(slope for layer in net.layers[:-1] for slope in layer.slopes)

    check()
    assert RELU in seen
    assert len(seen) == 5


@pytest.mark.parametrize("kind", CALLS, ids=lambda kind: kind.__name__)
def test_a_failing_example_is_shown_as_the_call_that_makes_it(kind: type[Any]) -> None:
    names = {"ReluNetwork": en.ReluNetwork, "IFS": en.IFS, "Box": en.Box, "AffineMap": AffineMap}

    @settings(max_examples=20)
    @given(hs.from_type(kind))
    def check(value: Any) -> None:
        assert eval(pretty(value), names) == value

    check()


def test_importing_exactnet_imports_neither_hypothesis_nor_pytest() -> None:
    code = (
        "import sys, exactnet, exactnet.testing; print({'hypothesis', 'pytest'} & {*sys.modules})"
    )
    assert run(code) == "set()\n"


def test_strategies_and_plugin_import_no_other_heavy_library() -> None:
    code = (
        "import sys; from exactnet.testing import pytest_plugin, strategies;"
        "print({'torch', 'onnx', 'z3', 'sympy', 'matplotlib', 'numba', 'dask'} & {*sys.modules})"
    )
    assert run(code) == "set()\n"


def test_the_plugin_does_not_import_hypothesis() -> None:
    code = "import sys; import exactnet.testing.pytest_plugin; print('hypothesis' in sys.modules)"
    assert run(code) == "False\n"


def test_strategies_register_the_types_where_no_entry_point_does() -> None:
    code = (
        "import os; os.environ['HYPOTHESIS_NO_PLUGINS'] = '1'\n"
        "import exactnet as en; from exactnet.testing import strategies\n"
        "from hypothesis import strategies as hs; print(hs.from_type(en.ReluNetwork))"
    )
    assert run(code).startswith("relu_networks(activations=('relu', ")


def test_without_hypothesis_the_strategies_say_what_to_install() -> None:
    code = (
        "import sys; sys.modules['hypothesis'] = None\n"
        "from exactnet.errors import ExactnetError\n"
        "from exactnet.testing import assert_region_count\n"
        "try:\n    from exactnet.testing import strategies\n"
        "except ExactnetError as error:\n    print(error)"
    )
    assert run(code) == (
        "exactnet.testing.strategies: expected Hypothesis, got an installation without it. "
        "pip install 'exactnet[testing]'.\n"
    )


def test_without_torch_a_drawn_module_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['torch'] = None\n"
        "from hypothesis import find\n"
        "from exactnet.errors import ExactnetError\n"
        "from exactnet.testing import strategies as st\n"
        "modules = st.torch_modules(inputs=2)\n"
        "try:\n    find(modules, bool)\n"
        "except ExactnetError as error:\n    print(str(error).splitlines()[0])"
    )
    assert run(code) == (
        "PyTorch bridge: expected torch, got an installation without it. "
        "pip install 'exactnet[torch]'.\n"
    )
