"""The main road: a fractal, its exact network, the proofs, the regions, a picture.

Run by ``make demo``; writes into demo-out/ and prints what it did.
"""

import time
from pathlib import Path

import exactnet as en
from exactnet.viewing.picture import save_picture

DEPTH = 3


def main(folder: str = "demo-out") -> dict[str, object]:
    start = time.monotonic()
    out = Path(folder)
    out.mkdir(exist_ok=True)

    ifs = en.gallery.cantor_dust()
    print(f"Fractal: {ifs.name}, d = {ifs.dim}, r = {ifs.r}, images {ifs.contact.value},")
    print(f"  separation {ifs.separation}, volume of K_{DEPTH} = {ifs.prefractal(DEPTH).volume()}")

    net = en.compile_ifs(ifs, DEPTH)
    net.save(out / "cantor-dust.json")
    print(f"Network: {net.depth} hidden layers, width {net.width} -> {out}/cantor-dust.json")
    print(f"  Theorem 1 allows {2 * DEPTH + 1} and {5 * ifs.dim * ifs.r}")

    loaded = en.load_network(out / "cantor-dust.json")
    proof = en.prove(en.realizes(loaded, ifs, DEPTH))
    print(f"Proof for the file: {proof.verdict.value}, route {proof.route}")
    print(f"  {proof.claim}")
    every = en.prove_all_depths(ifs)
    print(f"Proof for every depth: {every.verdict.value}, resting on {len(every.rests_on)} facts")

    complex_ = en.enumerate_regions(net, ifs.base)
    counts = complex_.counts()
    regions = counts["proper"]
    widths = [layer.outputs for layer in net.layers[:-1]]
    bound = en.bounds.montufar(ifs.dim, widths)
    print(f"Linear regions on the base by definition: {counts}")
    print(f"  faces of dimension 0, 1, 2: {complex_.f_vector}; Euler number {complex_.euler}")
    print(f"  at least r^n = {ifs.r**DEPTH}, at most {bound:.3g} (Montufar 2017)")

    save_picture(ifs, net, DEPTH, out / "cantor-dust.png")
    print(f"Picture: {out}/cantor-dust.png")
    print(f"Done in {time.monotonic() - start:.1f} s.")
    return {"proof": proof.verdict, "every": every.verdict, "regions": regions, "bound": bound}


if __name__ == "__main__":
    main()
