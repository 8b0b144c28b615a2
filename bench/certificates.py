"""Certificates: how long they take to make and to check, and how large they are.

    python bench/certificates.py [--quick]

Tables for every n at once (disjoint fractals of the gallery) and for fixed n by covers.
*prove* is the proof by induction or by regions, *certify* what the certificate takes on top,
*check* a whole process ``python -I -S check.py FILE``, all by the clock.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import exactnet as en
from exactnet.errors import ConstructionError
from exactnet.fractals.hypotheses import Contact
from exactnet.verification import check

CHECKER = Path(check.__file__)
COVERS = [
    *(("cantor", n) for n in range(1, 7)),
    *(("cantor-dust", n) for n in range(1, 5)),
]


def checked(certificate: en.Certificate) -> tuple[float, str]:
    """Seconds of the checker alone, and its last line."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "certificate.json"
        certificate.save(file)
        began = time.perf_counter()
        command = [sys.executable, "-I", "-S", str(CHECKER), str(file)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return time.perf_counter() - began, (done.stdout or done.stderr).split(":")[0]


def row(name: str, prove: Callable[[], en.Result]) -> str:
    began = time.perf_counter()
    result = prove()
    proved = time.perf_counter()
    certificate = result.promise.get()
    made = time.perf_counter()
    seconds, verdict = checked(certificate)
    size = len(certificate.text())
    return (
        f"| {name} | {proved - began:.2f} | {made - proved:.2f} | {seconds:.2f} "
        f"| {size / 1000:.1f} | {verdict} |"
    )


def table(title: str, rows: Iterable[str]) -> None:
    print(f"### {title}\n")
    print("| claim | prove s | certify s | check s | kB | checker |\n|---|---|---|---|---|---|")
    for line in rows:
        print(line, flush=True)
    print()


def all_depths() -> Iterable[str]:
    for name in en.gallery.names():
        ifs = en.gallery.get(name)
        if ifs.contact is Contact.DISJOINT:
            yield row(f"{name}, exact", lambda ifs=ifs: en.prove_all_depths(ifs))
            try:
                yield row(f"{name}, fold", lambda ifs=ifs: en.prove_all_depths(ifs, "fold"))
            except ConstructionError:  # no orientation of the maps allows folding
                continue


def covers(quick: bool) -> Iterable[str]:
    for name, n in COVERS[:: 3 if quick else 1]:
        ifs = en.gallery.get(name)
        claim = en.realizes(en.compile_ifs(ifs, n), ifs, n)
        yield row(f"{name} {n}", lambda claim=claim: en.prove(claim, "regions"))


def main() -> int:
    parser = argparse.ArgumentParser(description="certificates: making and checking them")
    parser.add_argument("--quick", action="store_true", help="covers of small depths only")
    options = parser.parse_args()
    en.prove(en.realizes(en.compile_ifs(en.gallery.cantor(), 1), en.gallery.cantor(), 1), "regions")
    table("Every n at once, by levels", all_depths())
    table("One n, by a cover of R^d", covers(options.quick))
    return 0


if __name__ == "__main__":
    sys.exit(main())
