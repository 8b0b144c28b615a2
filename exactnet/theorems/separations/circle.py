"""Why one hidden layer of fewer than d^3 units misses sin(pi d^3 <x, x'>) by 1 somewhere.

Fix x = e_1 and let x' run through the circle (cos a, sin a, 0, ..., 0). The target is
sin(pi d^3 cos a): it is +-1 where d^3 cos a = j + 1/2, at 4 d^3 angles, and its signs there change
4 d^3 - 2 times around. A network that is nowhere 1 or more away has the same signs, so at least
4 d^3 - 2 zeros between them. But each of its k units is 0 at two angles at most or everywhere on
the circle; on each of the at most 2k arcs between these angles the network is
A cos a + B sin a + C, which has at most two zeros unless it vanishes throughout. An arc on which it
vanishes lies between two of the marked angles and counts once. So 4k >= 4 d^3 - 2, k >= d^3.
"""

from fractions import Fraction


def shallow_units(d: int) -> int:
    """What one hidden layer needs at least for an error below 1 on the product of spheres.

    >>> [shallow_units(d) for d in (2, 3, 4)]
    [8, 27, 64]
    """
    return -(-(4 * d**3 - 2) // 4)


def sign_changes_around(values: list[Fraction]) -> int:
    """How often the signs of values around a circle change; zeros are passed over.

    >>> sign_changes_around([Fraction(v) for v in (1, 0, -1, -2, 3)])
    2
    """
    signs = [v > 0 for v in values if v]
    return sum(a != b for a, b in zip(signs, [*signs[1:], *signs[:1]], strict=True))
