"""The experiments by name; a new one is a module with an EXPERIMENT, listed here."""

from exactnet.errors import InputError, nearest
from exactnet.learning.experiments import (
    cifar10,
    curves,
    fizzbuzz,
    from_exact,
    grid,
    growing,
    shapes,
)
from exactnet.learning.experiments.base import Experiment

EXPERIMENTS: dict[str, Experiment] = {
    module.EXPERIMENT.name: module.EXPERIMENT
    for module in (curves, grid, shapes, growing, cifar10, fizzbuzz, from_exact)
}


def find(name: str) -> Experiment:
    """The named experiment.

    >>> find("grid").summary
    'depth 1 to 5 by width on curve #1, 2-D Cantor set, n = 5'
    """
    if name not in EXPERIMENTS:
        raise InputError.about(
            "experiment",
            f"one of {', '.join(EXPERIMENTS)}",
            f"'{name:.40}'",
            nearest(name, EXPERIMENTS),
        )
    return EXPERIMENTS[name]
