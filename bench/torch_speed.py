"""How fast an exported network is: PyTorch on the CPU and, where there is one, on a CUDA device.

    python bench/torch_speed.py [--quick] [--points N]

The points lie on a grid on which float32 makes no error (``prove_exact_grid``), so that every
device must give the very numbers that the exact batch evaluation gives; the bench compares all of
them and stops if one differs. Best of three runs, after one to warm up.
"""

import argparse
import sys
import time
from collections.abc import Callable

import numpy as np
import torch

import exactnet as en
from exactnet.bridges import prove_exact_grid, to_torch

BITS = 10


def seconds(run: Callable[[], object]) -> float:
    run()
    times = []
    for _ in range(3):
        began = time.perf_counter()
        run()
        times.append(time.perf_counter() - began)
    return min(times)


def rows(depth: int, count: int) -> list[str]:
    ifs = en.gallery.cantor_dust()
    net = en.compile_ifs(ifs, depth)
    grid = prove_exact_grid(net, ifs.base, "float32", BITS)
    points = np.random.default_rng(depth).integers(-(2**BITS), 2**BITS + 1, (count, ifs.dim))
    values, scale = en.evaluate_batch(net, points, 2**BITS)
    exact = torch.from_numpy(values[:, 0].astype(np.float64) / scale)
    base = seconds(lambda: en.evaluate_batch(net, points, 2**BITS))
    name = f"dust, n = {depth}: {net.depth} x {net.width}"
    table = [f"| {name} | exact integers | {count / base / 1e6:.2f} | |"]
    for device in ("cpu", *(["cuda"] if torch.cuda.is_available() else [])):
        for dtype in ("float32", "float64"):
            model = to_torch(net, dtype, device)
            x = torch.from_numpy(points / 2.0**BITS).to(device, next(model.parameters()).dtype)

            def run(model: torch.nn.Module = model, x: torch.Tensor = x) -> torch.Tensor:
                with torch.no_grad():
                    result = torch.cat([model(part) for part in x.split(1 << 16)])
                if x.is_cuda:
                    torch.cuda.synchronize()
                return result

            if not torch.equal(run().flatten().cpu().double(), exact):
                raise SystemExit(f"{name}: {device} {dtype} differs on the grid 2^-{grid.bits}")
            took = seconds(run)
            table.append(
                f"| | torch {device} {dtype} | {count / took / 1e6:.2f} | {base / took:.0f} |"
            )
    return table


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="exported networks in PyTorch")
    parser.add_argument("--quick", action="store_true", help="n = 1, few points")
    parser.add_argument("--points", type=int, default=0)
    options = parser.parse_args(arguments)
    count = options.points or (2_000 if options.quick else 200_000)
    print("| network | evaluation | million points/s | times exact |\n|---|---|---|---|")
    for depth in (1,) if options.quick else (1, 2, 3, 4):
        for line in rows(depth, count):
            print(line, flush=True)
    name = torch.cuda.get_device_name() if torch.cuda.is_available() else "no CUDA device"
    print(f"\nAll values equal. {torch.get_num_threads()} CPU threads, {name}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
