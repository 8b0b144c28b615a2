"""What CIFAR-10 costs at the talk's settings: steps a second by cell, and the whole of it.

    python bench/images.py [--device cuda] [--quick]

The images are random ones in an archive of the official format: the cost does not depend on what
they show. Some cells take seconds a step on a CPU.
"""

import argparse
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np

from exactnet.cli.learning_options import seconds_text
from exactnet.learning.archives import Images, ImageSet, write_cifar10
from exactnet.learning.cost import costs
from exactnet.learning.experiments.cifar10 import on_images
from exactnet.learning.images import ImageSource

COUNT = 2_500


def random_images() -> ImageSet:
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 256, (COUNT, 3, 32, 32), dtype=np.uint8)
    labels = rng.integers(0, 10, COUNT, dtype=np.uint8)
    return ImageSet(Images(pixels, labels), Images(pixels[:100], labels[:100]))


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="the cost of CIFAR-10")
    parser.add_argument("--quick", action="store_true", help="the small settings")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cifar-10-binary.tar.gz"
        source = ImageSource(str(path), write_cifar10(path, random_images()))
        plan = replace(on_images(options.quick, source, {}), stack=1)
        found = costs(plan.with_training(device=options.device))
    print("| cell | steps/s | a run | all seeds |\n|---|---|---|---|")
    for one in found:
        print(
            f"| {one.cell} | {one.steps_per_second:,.2f} | {seconds_text(one.run)} "
            f"| {seconds_text(one.seconds)} |"
        )
    total = seconds_text(sum(one.seconds for one in found))
    training = plan.cells[0].training
    print(
        f"\nAll: {total} of one process with one thread on {options.device}; {len(plan.seeds)} "
        f"seeds of {training.steps:,} steps, batches of {training.batch}."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
