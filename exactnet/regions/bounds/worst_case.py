"""The largest number of regions a network of given sizes can have: bounds from both sides.

lower_montufar <= hinz = serra <= montufar <= raghu <= composed (of the widest layer), and raghu is
never above trivial. For one hidden layer all but trivial are zaslavsky, which general position
attains.
"""

from collections import Counter
from collections.abc import Sequence
from math import comb, prod

from exactnet.errors import InputError
from exactnet.regions.bounds.sizes import check_sizes, check_widths


def trivial(widths: Sequence[int]) -> int:
    """2^N for N hidden units: there are no more activation patterns than that.

    >>> trivial([4, 4])
    256
    """
    return int(2 ** sum(check_widths(widths)))


def zaslavsky(d: int, k: int) -> int:
    """Regions of k hyperplanes in general position in R^d: sum_{i<=d} C(k, i).

    The tight upper bound for one hidden layer of width k. 2^k for k <= d.

    >>> zaslavsky(2, 4)
    11

    References: Zaslavsky, Facing up to arrangements (Memoirs of the AMS 154, 1975).
    """
    check_sizes(d=d, k=k)
    return sum(comb(k, i) for i in range(min(d, k) + 1))


def composed(d: int, t: int, k: int) -> int:
    """(sum_{i<=min(d,k)} C(k, i))^t: an upper bound for depth t and width k, for all k >= 1.

    Each hidden layer cuts every region of the layers before it at most like k hyperplanes. The
    middle term of the talk's chain, and the safe one: ``talk`` is above it only for k >= d.

    >>> composed(2, 3, 4)
    1331
    """
    check_sizes(d=d, t=t, k=k)
    return int(zaslavsky(d, k) ** t)


def raghu(d: int, widths: Sequence[int]) -> int:
    """prod_l sum_{i<=d} C(n_l, i): what the argument of Raghu et al. (2017) gives, explicitly.

    Their Theorem 1 states O(k^(d t)) activation patterns for t layers of width k, with no
    constant, so it is not a number; k^(d t) itself is no bound (one unit, d = 1: two regions).
    Their induction, k hyperplanes in every region of the layers before, gives this product. For
    equal widths it is ``composed``.

    >>> raghu(2, [4, 4, 4]), raghu(1, [1])
    (1331, 2)

    References: Raghu, Poole, Kleinberg, Ganguli, Sohl-Dickstein, On the expressive power of deep
    neural networks (ICML 2017), Theorem 1.
    """
    check_sizes(d=d)
    return prod(zaslavsky(d, n) for n in check_widths(widths))


def montufar(d: int, widths: Sequence[int]) -> int:
    """The bound of Montufar (2017): prod_l sum_{j<=m_l} C(n_l, j) for hidden widths n_1, n_2, ...

    Here m_l = min(d, n_1, ..., n_(l-1)): a layer cannot cut more dimensions than reach it.

    >>> montufar(2, [4, 4, 4]), montufar(3, [1, 9])
    (1331, 20)

    References: Montufar, Notes on the number of linear regions of deep neural networks (SampTA
    2017).
    """
    check_sizes(d=d)
    sizes = check_widths(widths)
    return prod(zaslavsky(min([d, *sizes[:layer]]), n) for layer, n in enumerate(sizes))


def serra(d: int, widths: Sequence[int]) -> int:
    """The bound of Serra et al. (2018): sum over J of prod_l C(n_l, j_l).

    J holds the (j_1, ..., j_L) with 0 <= j_l <= min(d, n_1 - j_1, ..., n_(l-1) - j_(l-1), n_l).
    Read j_l as units that are off: then at most n_l - j_l dimensions reach the next layer, if a
    unit that is off passes nothing on (relu; not absolute value, not leaky).

    Summed layer by layer over that minimum, hence in O(L min(d, n) n) products for width n.

    >>> serra(2, [3, 3]), montufar(2, [3, 3])
    (40, 49)

    References: Serra, Tjandraatmadja, Ramalingam, Bounding and counting linear regions of deep
    neural networks (ICML 2018), Theorem 1.
    """
    check_sizes(d=d)
    ways = Counter({d: 1})  # dimension that reaches the layer -> sum of the products so far
    for n in check_widths(widths):
        choose = [comb(n, j) for j in range(n + 1)]
        following: Counter[int] = Counter()
        for m, count in ways.items():
            for j in range(min(m, n) + 1):
                following[min(m, n - j)] += count * choose[j]
        ways = following
    return ways.total()


def hinz(d: int, widths: Sequence[int]) -> int:
    """The bound of Hinz and van de Geer (2019), |B_(n_L) M ... B_(n_1) M e_d|_1, binomial gamma.

    A histogram counts regions by the dimension of their image, 0 first, and starts with one region
    of dimension d. M clips it to the width n of the next layer: dimensions above n count as n.
    Column j of B_n is the histogram gamma_(j,n) of one layer of n units on R^j, clipped to j. The
    framework takes every gamma that dominates all layers and grows with j; the binomial one is

        gamma_(j,n)(i) = C(n, i) for i >= n - j, else 0    (i = units that are on).

    With it the value is that of ``serra``, as the paper says; here the two are computed apart.
    Sharper gammas (Hinz, arXiv 2103.17174) are not in this function.

    >>> hinz(2, [3, 3]), hinz(3, [2, 5])
    (40, 29)

    References: Hinz, van de Geer, A framework for the construction of upper bounds on the number
    of affine linear regions of ReLU feed-forward neural networks (IEEE Trans. Inf. Theory 65(11),
    2019).
    """
    check_sizes(d=d)
    histogram = [0] * d + [1]
    for n in check_widths(widths):
        histogram = _clip(histogram, n)
        columns = {j: _clip(_gamma(j, n), j) for j, count in enumerate(histogram) if count}
        histogram = [
            sum(column[i] * histogram[j] for j, column in columns.items() if i <= j)
            for i in range(n + 1)
        ]
    return sum(histogram)


def _clip(histogram: list[int], top: int) -> list[int]:
    """The histogram on 0..top: all that was above counts at ``top``."""
    clipped = [*histogram[:top], sum(histogram[top:])]
    return clipped + [0] * (top + 1 - len(clipped))


def _gamma(j: int, n: int) -> list[int]:
    return [comb(n, i) if i >= n - j else 0 for i in range(n + 1)]


def lower_montufar(d: int, widths: Sequence[int]) -> int:
    """(prod_{l<L} floor(n_l/d)^d) sum_{j<=d} C(n_L, j): some relu network has so many regions.

    Needs every width >= d. Each layer but the last folds space onto itself floor(n_l/d)^d times.

    >>> lower_montufar(2, [4, 4]), lower_montufar(1, [3, 3])
    (44, 12)

    Raises InputError if a width is below d.

    References: Montufar, Pascanu, Cho, Bengio, On the number of linear regions of deep neural
    networks (NIPS 2014).
    """
    check_sizes(d=d)
    sizes = check_widths(widths)
    if min(sizes) < d:
        raise InputError.about(
            "bounds.lower_montufar",
            f"widths >= d = {d}",
            f"{min(sizes)}",
            "The construction needs that; there is no such bound below it.",
        )
    return int(prod((n // d) ** d for n in sizes[:-1])) * zaslavsky(d, sizes[-1])
