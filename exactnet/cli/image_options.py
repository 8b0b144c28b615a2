"""Options of experiments on images: which images, and the layout that the talk leaves open."""

import argparse
from typing import TYPE_CHECKING

from exactnet.errors import InputError

if TYPE_CHECKING:
    from exactnet.learning.experiments.base import Experiment
    from exactnet.learning.plans import Plan

SOURCE, LAYOUT = ("data", "checksum"), ("padding", "stride", "pooled")


def add_images(command: argparse.ArgumentParser) -> None:
    """Where the images are, and what is chosen where the talk says nothing."""
    group = command.add_argument_group("images (cifar10)")
    group.add_argument(
        "--data", metavar="FILE_OR_DIR",
        help="cifar-10-binary.tar.gz or cifar-10-python.tar.gz, or a folder with one; "
        "default: digits, 1797 small images that scikit-learn ships",
    )  # fmt: skip
    group.add_argument(
        "--checksum", metavar="HEX", help="SHA-256 of --data, where it is not an official archive"
    )
    group.add_argument("--padding", choices=("same", "valid"), help="default: same")
    group.add_argument("--stride", type=int, metavar="N", help="of every convolution; default: 1")
    group.add_argument(
        "--pooled", type=int, metavar="N",
        help="2 by 2 max-pooling after the first N layers; default: 0",
    )  # fmt: skip


def chosen_plan(options: argparse.Namespace, experiment: "Experiment") -> "Plan":
    """The experiment's plan for the images that were named, which are read once to see them."""
    given = {
        name: getattr(options, name)
        for name in (*SOURCE, *LAYOUT)
        if getattr(options, name) is not None
    }
    if not given:
        return experiment.plan(options.small)
    first = f"--{next(iter(given))}"
    if experiment.on_images is None:
        raise InputError.about(
            first, "an experiment on images", f"'{experiment.name}'", "Leave it out."
        )
    if options.plan is not None:
        raise InputError.about(first, "no --plan, which says that too", "both", "Drop one.")
    from exactnet.learning.images import DIGITS, ImageSource
    from exactnet.learning.sources import TEST

    source = ImageSource(given.get("data", DIGITS), given.get("checksum"))
    if not options.check:
        source.images(TEST, 1)
    layout = {name: given[name] for name in LAYOUT if name in given}
    return experiment.on_images(options.small, source, layout)
