"""The circuits of Cohen, Sharir and Shashua (2016) as an entry: ranks in place of regions."""

from fractions import Fraction

from exactnet.constructions.separations.circuits import hierarchical
from exactnet.constructions.separations.record import Separation, Shallow, Statement, Target
from exactnet.errors import InputError
from exactnet.exact.rationals import Vector
from exactnet.exact.trigonometry import Interval
from exactnet.geometry.box import Box

_STATEMENTS = (
    Statement(
        "Besides a negligible set, all functions that a deep network of polynomial size implements "
        "need a shallow one of exponential size.",
        "N. Cohen, O. Sharir, A. Shashua, On the Expressive Power of Deep Learning: A Tensor "
        "Analysis, COLT 2016, PMLR 49:698-728, arXiv 1509.05009", "abstract",
    ),
    Statement(
        "With r = min(r_0, M), the deep circuit's tensor has a matricisation of rank at least "
        "r^(N/2), hence CP rank at least r^(N/2), except where a non-zero polynomial in the "
        "weights vanishes.",
        "A. Bentkamp, Expressiveness of Deep Learning, Archive of Formal Proofs (Isabelle), "
        "fundamental_theorem_network_capacity", "formal proof",
    ),
)  # fmt: skip


def circuit(order: int, dim: int, width: int, upper: int, seed: int) -> Separation:
    """A random deep circuit on N vectors of Q^M, and its flat form.

    >>> entry = circuit(4, 2, 2, 1, 0)
    >>> entry.network.products, entry.shallow.units
    (5, 4)
    """
    net = hierarchical(order, dim, width, seed, upper)
    size = order * dim
    if width ** (order // 2) * upper ** (order // 2 - 1) > 4096 or dim**order > 4096:
        raise InputError.about(
            "circuit", "M^N and the flat form up to 4096",
            f"N={order} M={dim} r={width} upper={upper}", "Take a smaller N or r.",
        )  # fmt: skip

    def enclose(x: Vector) -> Interval:
        value = net([x[i * dim : (i + 1) * dim] for i in range(order)])
        return value, value

    names = tuple(f"x{i}_{j}" for i in range(1, order + 1) for j in range(1, dim + 1))
    indices = ", ".join(f"d{i}" for i in range(1, order + 1))
    factors = "*".join(f"x{i}[d{i}]" for i in range(1, order + 1))
    target = Target(f"Sum(A[{indices}]*{factors})", names, Box.cube(size), enclose)
    flat = net.flattened()
    return Separation(
        "circuit",
        (("N", order), ("M", dim), ("r", width), ("upper", upper), ("seed", seed)),
        target, net, "equal", Fraction(0), _STATEMENTS,
        Shallow(flat, Fraction(0), "the tree multiplied out: one product a choice of units"),
    )  # fmt: skip
