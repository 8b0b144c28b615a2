"""The plugin in suites of its own: what passes, how failures read, what the marker does.

Pytester forgets what a suite imported, and compiled libraries cannot be imported twice: everything
that the suites need is imported here.
"""

from importlib import import_module

import pytest

import exactnet as en
from exactnet.testing import pytest_plugin

for name in (
    "regions.faces", "testing.assertions", "testing.counted", "testing.strategies",
    "verification.regions_route", "verification.z3_route",
):  # fmt: skip
    import_module(f"exactnet.{name}")

pytest_plugins = ["pytester"]

DUST = """
import exactnet as en, pytest
from exactnet.testing import assert_equivalent, assert_realizes
D = en.gallery.cantor_dust()
"""
STRICT = '[tool.pytest.ini_options]\naddopts = ["--strict-markers", "--strict-config"]\n'
# The package that a suite's pytest would rewrite the assertions of is imported already.
STRICT += 'filterwarnings = ["error", "ignore::pytest.PytestAssertRewriteWarning"]\n'


@pytest.fixture
def suite(pytester: pytest.Pytester, request: pytest.FixtureRequest) -> object:
    """Run a test module under a strict configuration, with the plugin."""
    pytester.makepyprojecttoml(STRICT)
    known = request.config.pluginmanager.has_plugin("exactnet")

    def run(body: str, *arguments: str) -> pytest.RunResult:
        pytester.makepyfile(DUST + body)
        extra = [] if known else [pytest_plugin]
        return pytester.runpytest_inprocess("-p", "no:cacheprovider", *arguments, plugins=extra)

    return run


def test_assertions_that_hold_pass(suite: object) -> None:
    body = "def test(): assert_realizes(en.compile_ifs(D, 2), D, 2)\n"
    suite(body).assert_outcomes(passed=1)


def test_a_marked_failure_shows_its_counterexample_and_no_traceback(suite: object) -> None:
    body = """
@pytest.mark.exactnet
def test_depth():
    assert_realizes(en.compile_ifs(D, 2), D, 3)
"""
    result = suite(body)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*_ test_depth _*",
            "the network does not realise K_3 of cantor-dust: *",
            "  x_1         *",
            "  x_2         *",
            "  label       negative: off K_3: in cell *",
            "  value       f(x) = *, expected < 0",
            "  decided     by *",
            "test_*.py:7: in test_depth",
            "FAILED *::test_depth*",
        ]
    )
    result.stdout.no_fnmatch_line("*>*assert_realizes*")
    result.stdout.no_fnmatch_line("*Error*")


def test_an_unmarked_failure_shows_the_line_of_the_test_and_nothing_below_it(suite: object) -> None:
    body = "def test_depth():\n    assert_realizes(en.compile_ifs(D, 2), D, 3)\n"
    result = suite(body)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*>*assert_realizes(en.compile_ifs(D, 2), D, 3)",
            "E *does not realise K_3*",
            "E * label *",
        ]
    )
    result.stdout.no_fnmatch_line("*assertions.py*")


def test_marked_failures_of_other_kinds_stay_as_they_are(suite: object) -> None:
    body = "@pytest.mark.exactnet\ndef test_sum():\n    assert 1 + 1 == 3\n"
    result = suite(body)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*>*assert 1 + 1 == 3"])


def test_a_falsifying_example_of_hypothesis_is_shown_with_the_counterexample(suite: object) -> None:
    body = """
from hypothesis import Phase, given, settings
from exactnet.testing import registration, strategies as st

registration.register()

@pytest.mark.exactnet
@settings(deadline=None, database=None, phases=[Phase.generate, Phase.shrink])
@given(st.relu_networks(inputs=1, outputs=1, layers=1, width=1))
def test_bias(net):
    layers = [(layer.weight, [0] * layer.outputs) for layer in net.layers]
    assert_equivalent(net, en.ReluNetwork.of(layers))
"""
    result = suite(body)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "the networks a and b differ on all of R^d",
            "  value       a(x) = 1",
            "*test_bias(",
            "*net=ReluNetwork.of(*),",
        ]
    )


def test_limits_of_the_marker_hold_in_the_test_and_can_skip_it(suite: object) -> None:
    body = """
@pytest.mark.exactnet(seconds=1e-9)
def test_fails():
    assert_realizes(en.compile_ifs(D, 4), D, 4)

@pytest.mark.exactnet(seconds=1e-9, unknown="skip")
def test_skips():
    assert_realizes(en.compile_ifs(D, 4), D, 4)

@pytest.mark.exactnet(seconds=60)
def test_passes(exactnet_limits):
    assert exactnet_limits.seconds == 60
    assert_realizes(en.compile_ifs(D, 4), D, 4)

def test_usual(exactnet_limits):
    assert exactnet_limits.seconds == 300
"""
    result = suite(body, "-rs")
    result.assert_outcomes(failed=1, skipped=1, passed=2)
    result.stdout.fnmatch_lines(
        ["E *UndecidedError: not decided: *time limit*", "SKIPPED *not decided: *time limit*"]
    )


def test_the_fractal_fixture_goes_through_the_gallery(suite: object) -> None:
    body = "def test(exactnet_fractal): assert isinstance(exactnet_fractal, en.IFS)\n"
    result = suite(body, "-v")
    result.assert_outcomes(passed=len(en.gallery.names()))
    result.stdout.fnmatch_lines([f"*::test?{name}? PASSED*" for name in en.gallery.names()])


def test_the_marker_chooses_fractals(suite: object) -> None:
    body = """
@pytest.mark.exactnet(fractals=["cantor", "vicsek"])
def test_named(exactnet_fractal):
    assert exactnet_fractal.name in ("cantor", "vicsek")

@pytest.mark.exactnet(disjoint=True)
def test_disjoint(exactnet_fractal):
    assert exactnet_fractal.gap > 0
"""
    disjoint = [n for n in en.gallery.names() if en.gallery.get(n).contact.value == "disjoint"]
    suite(body).assert_outcomes(passed=2 + len(disjoint))


def test_the_counterexample_is_in_the_xml_report(suite: object, pytester: pytest.Pytester) -> None:
    body = """
@pytest.mark.exactnet
def test_constant():
    assert_equivalent(en.ReluNetwork.of([([[0]], [1])]), en.ReluNetwork.of([([[0]], [0])]))
"""
    suite(body, "--junit-xml=out.xml").assert_outcomes(failed=1)
    text = (pytester.path / "out.xml").read_text()
    assert '<property name="counterexample" value="[' in text


@pytest.mark.parametrize(
    ("marker", "message"),
    [
        ("minutes=3", "expected keywords seconds, memory_mib, cells, unknown, fractals, disjoint, "
         "got minutes."),
        ("60", "expected keywords seconds, *got 60."),
        ("unknown='pass'", "expected unknown='fail' or 'skip', got 'pass'."),
        ("seconds=-1", "limit seconds: expected a positive number*"),
        ("seconds='long'", "*limit seconds: expected*"),
        ("fractals=['koch']", "fractal: expected one of cantor, *got 'koch'*"),
    ],
)  # fmt: skip
def test_a_marker_that_says_nothing_sensible_is_an_error(
    suite: object, marker: str, message: str
) -> None:
    body = f"@pytest.mark.exactnet({marker})\ndef test(exactnet_fractal): pass\n"
    result = suite(body)
    assert result.ret != 0
    result.stdout.fnmatch_lines([f"*mark exactnet: {message}"])
    result.assert_outcomes(errors=1)


def test_the_marker_is_listed(suite: object) -> None:
    suite("", "--markers").stdout.fnmatch_lines(["@pytest.mark.exactnet(seconds=300, *"])
