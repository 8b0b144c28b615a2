"""Make the certificates of the named instances anew.

    python proofs/instances/make.py [FOLDER]

Every disjoint fractal of the gallery: its images are disjoint; the constructions "exact" and, where
there is one, "fold" realise K_n for every n. Beside them one instance of every other kind of claim.
"""

import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import exactnet as en
from exactnet.errors import ConstructionError
from exactnet.fractals.hypotheses import Contact

HERE = Path(__file__).parent


def all_depths() -> Iterator[tuple[str, en.Certificate | None]]:
    for name in en.gallery.names():
        ifs = en.gallery.get(name)
        kind = "disjoint" if ifs.contact is Contact.DISJOINT else "touching"
        yield f"{name}-{kind}", en.certify_images(ifs)
        if ifs.contact is not Contact.DISJOINT:
            continue
        for method in ("exact", "fold"):
            try:
                yield f"{name}-{method}", en.prove_all_depths(ifs, method).certificate
            except ConstructionError:  # no orientation of the maps allows folding
                continue
    outer = en.prove_all_depths(en.gallery.cantor_dust(), "margin", "1/8", "outer")
    yield "cantor-dust-margin", outer.certificate


def one_depth() -> Iterator[tuple[str, en.Certificate | None]]:
    dust, sierpinski = en.gallery.cantor_dust(), en.gallery.sierpinski()
    for name, n in (("cantor", 2), ("cantor-dust", 1), ("cantor-dust", 2)):
        ifs = en.gallery.get(name)
        claim = en.realizes(en.compile_ifs(ifs, n), ifs, n)
        yield f"{name}-{n}-cover", en.prove(claim, "regions").certificate
    net = en.compile_ifs(dust, 3)
    yield "cantor-dust-3-levels", en.prove(en.realizes(net, dust, 3)).certificate
    margin = en.compile_ifs(sierpinski, 2, "margin", margin="1/8")
    claim = en.realizes(margin, sierpinski, 2, margin="1/8")
    yield "sierpinski-2-margin", en.prove(claim).certificate
    other = en.realizes(en.compile_ifs(dust, 2), dust, 1)
    yield "cantor-dust-1-refuted", en.prove(other).certificate
    yield "cantor-dust-2-regions", en.certify_regions(en.compile_ifs(dust, 2), dust.base)


def properties() -> Iterator[tuple[str, en.Certificate | None]]:
    tent = en.ReluNetwork.of([([[1], [1]], [0, "-1/2"]), ([[2, -4]], [0])])
    mirror = en.chain([tent] * 3)
    unit = en.Box.of([(0, 1)])
    yield "mirror-3-range", en.prove_property(mirror, unit, [[0, 1, 0], [0, -1, 1]]).certificate
    half = [[0, -1, Fraction(1, 2)]]
    yield "mirror-3-not-below-half", en.prove_property(mirror, unit, half).certificate


def main(arguments: list[str]) -> int:
    folder = Path(arguments[0]) if arguments else HERE
    for source in (all_depths, one_depth, properties):
        for name, certificate in source():
            assert certificate is not None, name
            print(f"{name}: {certificate.checked()}", flush=True)
            certificate.save(folder / f"{name}.json")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
