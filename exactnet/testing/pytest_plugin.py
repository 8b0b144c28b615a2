"""The pytest plugin: the marker ``exactnet``, and fixtures for fractals and limits.

    @pytest.mark.exactnet(seconds=20, unknown="skip")
    def test_exporter(exactnet_fractal): ...

A marked test that an assertion of ``exactnet.testing`` refutes is reported by its counterexample
alone, without a traceback; its coordinates are also kept as the user property "counterexample"
(in JUnit XML). Nothing is imported here but pytest and what ``import exactnet`` has loaded.
"""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from exactnet.errors import ExactnetError
from exactnet.fractals import gallery
from exactnet.fractals.hypotheses import Contact
from exactnet.fractals.ifs import IFS
from exactnet.limits import Limits
from exactnet.testing.defaults import limits_for_assertions, limits_in_force
from exactnet.testing.failures import RefutedError, UndecidedError

MARKER = (
    "exactnet(seconds=300, memory_mib=4096, cells=5000000, unknown='fail', fractals=None, "
    "disjoint=None): limits of each assertion of exactnet.testing in the test, 'fail' or 'skip' "
    "where they leave it open, and which fractals of the gallery exactnet_fractal goes through; "
    "a failure shows its counterexample"
)
LIMITS = ("seconds", "memory_mib", "cells")
OTHERS = ("unknown", "fractals", "disjoint")


@dataclass(frozen=True, slots=True)
class Options:
    """What the marker of a test says."""

    limits: Limits
    unknown: str = "fail"
    fractals: tuple[str, ...] | None = None
    disjoint: bool | None = None

    @classmethod
    def of(cls, marker: pytest.Mark) -> "Options":
        """The options of a marker, checked."""
        given = dict(marker.kwargs)
        unknown = [name for name in given if name not in (*LIMITS, *OTHERS)]
        if marker.args or unknown:
            got = unknown[0] if unknown else f"{marker.args[0]!r:.40}"
            raise pytest.UsageError(
                f"mark exactnet: expected keywords {', '.join((*LIMITS, *OTHERS))}, got {got}."
            )
        if given.get("unknown", "fail") not in ("fail", "skip"):
            raise pytest.UsageError(
                f"mark exactnet: expected unknown='fail' or 'skip', got {given['unknown']!r:.40}."
            )
        names = given.get("fractals")
        try:
            return cls(
                Limits(**{name: given[name] for name in LIMITS if name in given}),
                given.get("unknown", "fail"),
                None if names is None else tuple(gallery.get(name).name for name in names),
                given.get("disjoint"),
            )
        except (ExactnetError, TypeError) as error:
            raise pytest.UsageError(f"mark exactnet: {error}") from None

    def systems(self) -> list[str]:
        """The names of the fractals that are asked for."""
        return [
            name
            for name in self.fractals or gallery.names()
            if self.disjoint in (None, gallery.get(name).contact is Contact.DISJOINT)
        ]


def options_of(node: pytest.Item | Any) -> Options | None:
    """The options of a test's nearest marker, if there is one."""
    marker = node.get_closest_marker("exactnet")
    return None if marker is None else Options.of(marker)


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker."""
    config.addinivalue_line("markers", MARKER)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each fractal, if the test asks for exactnet_fractal."""
    if "exactnet_fractal" in metafunc.fixturenames:
        options = options_of(metafunc.definition) or Options(Limits())
        metafunc.parametrize("exactnet_fractal", options.systems(), indirect=True)


@pytest.fixture
def exactnet_fractal(request: pytest.FixtureRequest) -> IFS:
    """Each fractal of the gallery, or those that the marker names."""
    return gallery.get(request.param)


@pytest.fixture
def exactnet_limits(request: pytest.FixtureRequest) -> Limits:
    """The limits of the test's marker, to be passed to other functions of exactnet."""
    options = options_of(request.node)
    return limits_in_force() if options is None else options.limits


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Put the marker's limits in force while the test runs."""
    options = options_of(item)
    if options is None:
        return (yield)
    try:
        with limits_for_assertions(options.limits):
            return (yield)
    except UndecidedError as error:
        if options.unknown == "skip":
            pytest.skip(str(error))
        raise


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: "pytest.CallInfo[None]"
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show the counterexample of a marked test in the place of a traceback."""
    report = yield
    error = None if call.excinfo is None else call.excinfo.value
    if isinstance(error, RefutedError) and item.get_closest_marker("exactnet") is not None:
        notes = [line for note in getattr(error, "__notes__", ()) for line in note.splitlines()]
        report.longrepr = "\n".join([str(error), *notes, "", _place(item, call)])
        if error.point is not None:
            item.user_properties.append(("counterexample", error.exact_point()))
    return report


def _place(item: pytest.Item, call: "pytest.CallInfo[None]") -> str:
    """The line of the test's own file that was reached last."""
    assert call.excinfo is not None
    lines = [entry.lineno + 1 for entry in call.excinfo.traceback if entry.path == item.path]
    return f"{item.location[0]}:{lines[-1]}: in {item.location[2]}" if lines else item.nodeid
