"""Bring your own maps: an IFS from exact numbers, its hypotheses, and a proof for every depth."""

import exactnet as en


def main() -> dict[str, object]:
    matrix = [["1/5", "-1/10"], ["1/10", "1/5"]]  # a rotation with a scaling, over Q
    ifs = en.IFS.of([(matrix, ["-3/5", 0]), (matrix, ["3/5", "1/2"])], name="two-turns")
    print(f"images: {ifs.contact.value}, gap {ifs.gap}, separation {ifs.separation}")
    for f in ifs.contractions:
        print(f"  sup-norm {f.sup_norm}, Euclidean contraction: {f.euclidean}")

    every = en.prove_all_depths(ifs)
    print(f"every depth: {every.verdict.value}")

    net = en.compile_ifs(ifs, depth=4)
    inside = ifs.prefractal(4).cell((1, 2, 1, 2)).centre
    print(f"f = {net(inside)[0]} at the centre of cell 1212, f = {net([0, 0])[0]} at the origin")
    return {"every": every.verdict, "inside": net(inside)[0], "outside": net([0, 0])[0]}


if __name__ == "__main__":
    main()
