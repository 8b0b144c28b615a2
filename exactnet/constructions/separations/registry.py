"""The names of the depth separations, with the parameters of each and their ranges."""

from collections.abc import Callable
from dataclasses import dataclass

from exactnet.constructions.separations.blocks import fizzbuzz, parity, sawtooth
from exactnet.constructions.separations.radial import ball, l1_radial
from exactnet.constructions.separations.record import Separation
from exactnet.constructions.separations.sphere import sphere_sine
from exactnet.constructions.separations.telgarsky import telgarsky, telgarsky_2016
from exactnet.constructions.separations.tensors import circuit
from exactnet.constructions.separations.trees import tree_distance, tree_max, tree_product
from exactnet.errors import InputError, InputTypeError, nearest, shown


@dataclass(frozen=True, slots=True)
class Parameter:
    """An integer parameter: its default, and the range in which an entry is built."""

    name: str
    default: int
    low: int
    high: int
    words: str


@dataclass(frozen=True, slots=True)
class Family:
    """A named function with parameters; ``get`` builds one of them."""

    name: str
    words: str
    parameters: tuple[Parameter, ...]
    build: Callable[..., Separation]


def _family(
    name: str, words: str, build: Callable[..., Separation], **ranges: tuple[int, int, int, str]
) -> Family:
    return Family(name, words, tuple(Parameter(k, *v) for k, v in ranges.items()), build)


_FAMILIES = {
    one.name: one
    for one in (
        _family(
            "telgarsky", "mirror map, k times, and 2^k alternating points", telgarsky,
            k=(4, 1, 12, "powers of the tent"),
        ),
        _family(
            "telgarsky-2016", "tent to the power L^2 + 2 against L layers",
            telgarsky_2016, L=(2, 1, 3, "layers of the shallow network"),
        ),
        _family(
            "l1-radial", "relu(|x|_1 - 1)", l1_radial, d=(2, 1, 12, "inputs"),
        ),
        _family(
            "ball", "indicator of the unit ball", ball,
            d=(2, 2, 3, "inputs"), pieces=(8, 4, 256, "pieces of each square, even"),
        ),
        _family(
            "circuit", "hierarchical product circuit against a flat sum of products", circuit,
            N=(8, 2, 8, "input vectors, a power of 2"), M=(2, 1, 4, "their length"),
            r=(2, 1, 4, "products a pair of inputs"), upper=(1, 1, 3, "products a node above"),
            seed=(0, 0, 10**6, "of the random weights"),
        ),
        _family(
            "sphere-sine", "sin(pi d^3 <x, x'>) on a product of spheres", sphere_sine,
            d=(2, 2, 4, "dimension of each sphere's space"),
            pieces=(32, 4, 512, "pieces of each square"),
            knots=(4, 1, 64, "pieces of a half-wave of the sine"),
        ),
        _family(
            "tree-max", "maximum of n inputs by a binary tree", tree_max,
            n=(4, 2, 32, "inputs, a power of 2"),
        ),
        _family(
            "tree-distance", "binary tree of |a - b|", tree_distance,
            n=(4, 2, 32, "inputs, a power of 2"),
        ),
        _family(
            "tree-product", "product of n inputs by a binary tree", tree_product,
            n=(4, 2, 8, "inputs, a power of 2"), pieces=(8, 2, 64, "pieces of each square, even"),
        ),
        _family(
            "sawtooth", "the sawtooth with pieces^levels pieces", sawtooth,
            pieces=(3, 2, 64, "pieces of one level"), levels=(3, 1, 12, "levels"),
        ),
        _family("fizzbuzz", "FizzBuzz on bits", fizzbuzz, bits=(10, 1, 12, "bits")),
        _family("parity", "parity of bits", parity, bits=(4, 2, 12, "bits")),
    )
}  # fmt: skip


def names() -> tuple[str, ...]:
    """The names, in the order of the talk's citations."""
    return tuple(_FAMILIES)


def families() -> tuple[Family, ...]:
    """Every family."""
    return tuple(_FAMILIES.values())


def family(name: str) -> Family:
    """The family of a name; InputError with the names there are."""
    if not isinstance(name, str) or name not in _FAMILIES:
        raise InputError.about(
            "separation",
            f"one of {', '.join(_FAMILIES)}",
            f"'{name!s:.40}'",
            nearest(name, _FAMILIES, "Pick one."),
        )
    return _FAMILIES[name]


def get(name: str, **parameters: int) -> Separation:
    """The entry of a name; parameters that are not given take their defaults.

    >>> get("telgarsky", k=6).network.neurons
    12
    >>> get("telgarsky", n=6)
    Traceback (most recent call last):
        ...
    exactnet.errors.InputError: telgarsky: expected the parameters k, got 'n'. Rename it.

    Raises InputError for names and values outside their ranges, InputTypeError for other types.
    """
    chosen = family(name)
    known = {one.name: one for one in chosen.parameters}
    for key, value in parameters.items():
        if key not in known:
            raise InputError.about(
                name, f"the parameters {', '.join(known)}", f"'{key:.20}'", "Rename it."
            )
        if not isinstance(value, int) or isinstance(value, bool):
            raise InputTypeError.about(
                f"{name}.{key}", "an integer", type(value).__name__, "Write 4."
            )
        one = known[key]
        if not one.low <= value <= one.high:
            raise InputError.about(
                f"{name}.{key}", f"{one.low}..{one.high} ({one.words})", shown(value, 20),
                "Choose.",
            )  # fmt: skip
    return chosen.build(*(parameters.get(key, one.default) for key, one in known.items()))
